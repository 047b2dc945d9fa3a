import type {Refusal} from '../../engine/errors/refusal.ts';
import type {ErrorCode} from '../../protocol/port.ts';
import type {Method} from '../../protocol/questions.ts';

/** Between the offscreen document and its own workers; both ends are ours and built together. */
export type ToWorker =
	/** `asker`: the page; its passages share its turns. */
	| {type: 'request'; key: string; asker: string; method: Method; params: unknown}
	| {type: 'cancel'; key: string}
	/** The answer to `ask-hub-settings`; checked by the worker. */
	| {type: 'hub-settings'; question: number; settings: unknown};

/** A worker's reply; `key` names the request. */
export type Reply =
	| {type: 'event'; key: string; event: unknown}
	| {type: 'answer'; key: string; answer: unknown}
	| {type: 'error'; key: string; code: ErrorCode; message: string; refusals?: readonly Refusal[]};

/** Messages that the library's worker sends unasked. */
export type FromLibrary =
	| {type: 'ask-hub-settings'; question: number}
	/** Another model answers from now on. */
	| {type: 'active'; id: string}
	/** The model that answers, said when the worker starts: a choice may have been cut off before it was told. */
	| {type: 'chosen'; id: string}
	/** How far the downloads are, 0 to 1; null while none runs. */
	| {type: 'progress'; share: number | null};

export type FromWorker =
	| Reply
	| FromLibrary
	/** The worker holds its lock. */
	| {type: 'alive'}
	/** The runtime is beyond repair: the worker must be replaced. */
	| {type: 'fatal'};

/** Held by a worker as long as it lives, so that its end can be noticed however it comes. */
export const aliveLock = (name: string) => `worker:${name}`;
