import * as v from 'valibot';
import browser, {type Runtime} from 'webextension-polyfill';
import {type Refusal, refuse, sentenceOf, technical} from '../../engine/errors/refusal.ts';
import {ENGINE_PORT, type FromEngine, PASSAGE_PORT, ToEngine} from '../../protocol/port.ts';
import {isLibraryMethod} from '../../protocol/questions/library.ts';
import {refusalsOf} from '../../protocol/values/refused.ts';
import type {WorkerHost} from './worker-host.ts';

/** How many requests of one page may be under way. Far more than a person can ask for, and few enough to keep in memory. */
const MAX_UNDER_WAY: Readonly<Record<string, number>> = {[ENGINE_PORT]: 64, [PASSAGE_PORT]: 16};

/** Why a port is not served; null when it is. */
export function refusalOf({name, sender}: Runtime.Port): Refusal | null {
	if (sender?.id !== browser.runtime.id) return refuse('port-foreign');
	if (name === PASSAGE_PORT) return null;
	if (name !== ENGINE_PORT) return refuse('port-unknown', {port: JSON.stringify(name.slice(0, 100))});
	// A content script's sender is the page it runs in, and a page's process is not ours.
	if ((sender.url ?? '').startsWith(browser.runtime.getURL(''))) return null;
	return refuse('port-page', {port: JSON.stringify(PASSAGE_PORT)});
}

/** Close a port that is not served, and say why, so that its page does not wait. */
export function refusePort(port: Runtime.Port, why: Refusal): void {
	port.postMessage({type: 'refused', message: sentenceOf(why), refusals: [why]} satisfies FromEngine);
	port.disconnect();
}

/** Whether a question is for another model than the one that answers, or for that one with its body changed. */
function asksAnother(params: unknown): boolean {
	const {model, changes} = (params ?? {}) as {model?: unknown; changes?: unknown};
	return model !== undefined || changes !== undefined;
}

/** Answers ports with the worker that a method belongs to. */
export class PortServer {
	#opened = 0;
	/** Names the last choice of a model. A document that begins anew cannot know which one its forerunner's pages heard of. */
	#choice = crypto.randomUUID();
	/** Ports of pages that hold the engine. Being open does not: a port is a way to talk. */
	readonly #holding = new Set<Runtime.Port>();
	/** How many requests are under way, by page: more ports give a page no more. */
	readonly #underWay = new Map<string, number>();

	constructor(
		private readonly engine: WorkerHost,
		private readonly library: WorkerHost,
		private readonly onActivity: () => void,
	) {}

	/** Whether a page holds the engine: its model stays in memory. */
	get isHeld(): boolean {
		return this.#holding.size > 0;
	}

	/** Tell the pages that show something of the engine that another model answers. */
	announceModel(): void {
		this.#choice = crypto.randomUUID();
		for (const port of this.#holding) this.#tellModel(port);
	}

	#tellModel(port: Runtime.Port): void {
		port.postMessage({type: 'model', choice: this.#choice} satisfies FromEngine);
	}

	/**
	 * Serve one port: requests are checked and handed to the worker under a key of this port, so that no port sees another's
	 * answers; a closed port cancels what it asked for.
	 */
	serve(port: Runtime.Port): void {
		const portKey = `${++this.#opened}:`;
		const asker = port.sender?.documentId ?? portKey;
		const asked = new Set<number>();
		const send = (message: FromEngine) => {
			try {
				port.postMessage(message);
			} catch (error) {
				// The port closed in this moment, and its disconnection is on its way; or the message is more than it can carry.
				if (message.type === 'answer') fail(message.id, [technical(error)], 'internal');
			}
		};
		const fail = (id: number, refusals: readonly Refusal[], code: 'bad-request' | 'internal' = 'bad-request') =>
			send({type: 'error', id, code, message: sentenceOf(refusals), refusals});

		port.onMessage.addListener((raw: unknown) => {
			this.onActivity();
			const message = v.safeParse(ToEngine, raw);
			if (!message.success) {
				const id = v.safeParse(v.object({id: v.pipe(v.number(), v.integer(), v.minValue(0))}), raw);
				if (id.success) fail(id.output.id, refusalsOf(message.issues));
				return;
			}

			if (message.output.type === 'hold') {
				if (!message.output.holds) return void this.#holding.delete(port);
				this.#holding.add(port);
				return this.#tellModel(port);
			}
			const {id} = message.output;
			if (message.output.type === 'cancel') return this.#cancel(portKey + id);
			const {method, params} = message.output;
			if (asked.has(id)) return fail(id, [refuse('request-running', {id})]);
			if (port.name === PASSAGE_PORT && method !== 'score') return fail(id, [refuse('page-method')]);
			if (port.name === PASSAGE_PORT && asksAnother(params)) return fail(id, [refuse('page-model')]);
			const limit = MAX_UNDER_WAY[port.name];
			if (this.#count(asker) >= limit) return fail(id, [refuse('requests-many', {limit})]);

			asked.add(id);
			this.#change(asker, 1);
			(isLibraryMethod(method) ? this.library : this.engine).request(
				{key: portKey + id, asker, method, params},
				({key: _key, ...reply}) => {
					if (reply.type !== 'event') {
						asked.delete(id);
						this.#change(asker, -1);
					}
					send({...reply, id});
					this.onActivity();
				},
			);
		});

		port.onDisconnect.addListener(() => {
			void browser.runtime.lastError;
			this.#holding.delete(port);
			for (const id of asked) this.#cancel(portKey + id);
			this.onActivity();
		});
	}

	/** Keys are of one host or the other. */
	#cancel(key: string): void {
		this.engine.cancel(key);
		this.library.cancel(key);
	}

	#count(asker: string): number {
		return this.#underWay.get(asker) ?? 0;
	}

	#change(asker: string, by: number): void {
		const count = this.#count(asker) + by;
		if (count > 0) this.#underWay.set(asker, count);
		else this.#underWay.delete(asker);
	}
}
