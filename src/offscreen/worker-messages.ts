import type {ErrorCode, Method} from '../protocol/engine.ts';

/** Between the offscreen document and its own worker; both ends are ours and built together. */
export type ToWorker =
	/** `asker`: the page; its passages share its turns. */
	{type: 'request'; key: string; asker: string; method: Method; params: unknown} | {type: 'cancel'; key: string};

/** What the worker says; `key` names the request. */
export type FromWorker =
	| {type: 'event'; key: string; event: unknown}
	| {type: 'answer'; key: string; answer: unknown}
	| {type: 'error'; key: string; code: ErrorCode; message: string}
	/** The worker holds its lock. */
	| {type: 'alive'}
	/** The runtime is beyond repair: the worker must be replaced. */
	| {type: 'fatal'};

/** Held by a worker as long as it lives, so that its end can be noticed however it comes. */
export const aliveLock = (name: string) => `engine-worker:${name}`;
