import * as v from 'valibot';
import {refuse} from '../../engine/errors/refusal.ts';
import {isLibraryMethod} from '../../protocol/questions/library.ts';
import {DEFAULT_HUB_SETTINGS, FILES_CHANNEL, HubSettings, type OnFilesChannel} from '../../protocol/values/models.ts';
import {activeModel} from '../library/active.ts';
import type {HandedFile} from '../library/from-disk.ts';
import {Library} from '../library/library.ts';
import {privateFolder} from '../library/opfs.ts';
import {unlessAborted, wait} from '../library/wait.ts';
import {RequestError} from '../request-error.ts';
import {BUNDLED_MODEL} from './bundled-numbers.ts';
import {send, serveRequests} from './serve-requests.ts';
import type {ToWorker} from './worker-messages.ts';

/**
 * The worker that keeps the models: it downloads, quantises and stores them. It goes on when pages close, and never uses the
 * model that answers.
 */

/** What takes the files that a page hands over, by key. */
const wanted = new Map<string, (files: HandedFile[]) => void>();
const channel = new BroadcastChannel(FILES_CHANNEL);
channel.onmessage = ({data}: MessageEvent<OnFilesChannel>) => {
	if (data.type === 'files')
		wanted.get(data.key)?.(
			data.files.map(({path, file}) => ({path, size: file.size, stream: from => chunksOf(file.slice(from))})),
		);
};

async function* chunksOf(blob: Blob): AsyncGenerator<Uint8Array> {
	const reader = blob.stream().getReader();
	for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
}

/** Questions to the document, which alone can ask the extension for its settings. */
const asked = new Map<number, (settings: unknown) => void>();
let questions = 0;
self.addEventListener('message', ({data}: MessageEvent<ToWorker>) => {
	if (data.type !== 'hub-settings') return;
	asked.get(data.question)?.(data.settings);
	asked.delete(data.question);
});

const folder = privateFolder();
const library = new Library({
	folder,
	bundled: BUNDLED_MODEL,
	access: {
		async settings() {
			const stored = await new Promise(resolve => {
				asked.set(++questions, resolve);
				send({type: 'ask-hub-settings', question: questions});
			});
			// Settings that cannot be read must not open the network.
			return v.parse(v.fallback(HubSettings, {...DEFAULT_HUB_SETTINGS, offline: true}), stored);
		},
		fetch: (address, init) => fetch(address, init),
		wait,
		now: () => Date.now(),
	},
	async storage() {
		const {usage = 0, quota = 0} = await navigator.storage.estimate();
		return {used: usage, quota};
	},
	async takeFiles(key, signal) {
		try {
			const files = new Promise<HandedFile[]>(resolve => {
				wanted.set(key, resolve);
				channel.postMessage({type: 'wanted', key} satisfies OnFilesChannel);
			});
			// A page that has gone ends its port, and that the question.
			return await unlessAborted(files, signal);
		} finally {
			wanted.delete(key);
		}
	},
	goesOn: true,
	onActive: id => send({type: 'active', id}),
});

// The browser may have ended between a choice's file and the word of it to the pages.
void activeModel(folder).then(id => send({type: 'chosen', id}));

/** The progress that was last sent; the badge and the document's life follow it. */
let lastSent: number | null | undefined;
setInterval(() => {
	const {progress} = library;
	if (progress === lastSent) return;
	lastSent = progress;
	send({type: 'progress', share: progress});
}, 500);

serveRequests(({method, params}, signal, emit) => {
	if (!isLibraryMethod(method)) throw new RequestError(refuse('method-unknown', {method}));
	return library.answer(method, params, signal, emit);
});
