import browser from 'webextension-polyfill';
import type {ToBackground} from '../../protocol/messages/background.ts';
import {Turns} from '../library/wait.ts';
import type {FromLibrary} from '../worker/worker-messages.ts';
import {DueDownloads} from './due-downloads.ts';
import {IdleTimer} from './idle.ts';
import {PortServer, refusalOf, refusePort} from './ports.ts';
import {WorkerHost} from './worker-host.ts';

/** A service worker that is stopped while it is asked says nothing. */
const MOST_ASKED = 3;

/** How long the model stays in memory after the last question. */
const IDLE_MINUTES = 5;

interface Lifecycle {
	/** Ask the extension's background. */
	ask(message: ToBackground): Promise<unknown>;
	/** A page asks something, or takes a question back; or a download goes on. */
	onActive?(): void;
	/** No page has asked for a while. */
	onIdle(host: WorkerHost): void;
}

/**
 * Answer every port of the extension with two workers of this document, started when they are first asked: one computes,
 * the other stores and downloads models, also while no page is open.
 */
export function serveEngine({ask, onActive, onIdle}: Lifecycle): void {
	const engine = new WorkerHost(
		'engine',
		name => new Worker(new URL('../worker/worker.ts', import.meta.url), {type: 'module', name}),
	);
	const library = new WorkerHost(
		'library',
		name => new Worker(new URL('../worker/library-worker.ts', import.meta.url), {type: 'module', name}),
		onMessage,
		() => due.lost(),
	);
	const due = new DueDownloads(
		() => library.wake(),
		share => void ask({type: 'library.progress', share}),
	);
	async function answerOf(message: ToBackground): Promise<unknown> {
		for (let asked = 1; ; asked++) {
			const answer = await ask(message);
			if (answer !== undefined || asked === MOST_ASKED) return answer;
		}
	}
	const choices = new Turns();
	const tellChoice = (id: string) => void choices.take(() => answerOf({type: 'model.active', id}));
	const active = () => {
		idle.touch();
		onActive?.();
	};
	const idle = new IdleTimer(
		IDLE_MINUTES * 60_000,
		() => engine.busy || library.busy || due.are || server.isHeld,
		() => onIdle(engine),
	);

	function onMessage(message: FromLibrary): void {
		switch (message.type) {
			case 'ask-hub-settings':
				void answerOf({type: 'hub.settings'}).then(settings =>
					library.tell({type: 'hub-settings', question: message.question, settings}),
				);
				return;
			case 'active':
				// The next question opens the model that was chosen; what runs is finished with the old one.
				engine.retire();
				server.announceModel();
				tellChoice(message.id);
				return;
			case 'chosen':
				tellChoice(message.id);
				return;
			case 'progress':
				active();
				due.progress(message.share);
		}
	}

	const server = new PortServer(engine, library, active);
	browser.runtime.onConnect.addListener(port => {
		const refusal = refusalOf(port);
		if (refusal === null) server.serve(port);
		else refusePort(port, refusal);
	});
	// Downloads that a closing browser cut off go on.
	void answerOf({type: 'library.pending'}).then(pending => pending === true && library.wake());
}
