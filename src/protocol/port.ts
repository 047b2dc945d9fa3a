import * as v from 'valibot';
import type {Refusal} from '../engine/errors/refusal.ts';
import {METHODS, type Method} from './questions.ts';
import {Count} from './values/prompt.ts';

/** What a port to the engine carries. */

/** `form-complete`: nothing is wrong; `network`: the Hub or the way to it; `no-room`: the storage; `cancelled`: the asker took it back; `worker-lost`: the worker died and is being restarted; ask again. */
export type ErrorCode =
	| 'bad-request'
	| 'bad-parameter'
	| 'form-complete'
	| 'bad-model'
	| 'not-supported'
	| 'too-long'
	| 'out-of-memory'
	| 'cancelled'
	| 'worker-lost'
	| 'network'
	| 'no-room'
	| 'internal';

/** From a page. Ids are the page's own; one that is running is not used twice. */
export const ToEngine = v.variant('type', [
	v.object({
		type: v.literal('request'),
		id: Count,
		method: v.picklist(Object.keys(METHODS) as Method[]),
		params: v.unknown(),
	}),
	v.object({type: v.literal('cancel'), id: Count}),
	/** Whether the page shows something of the engine, so that its next question must not wait for a model. */
	v.object({type: v.literal('hold'), holds: v.boolean()}),
]);
export type ToEngine = v.InferOutput<typeof ToEngine>;

/** To a page: events while it runs, and in the end one answer or error. */
export type FromEngine =
	| {type: 'event'; id: number; event: unknown}
	| {type: 'answer'; id: number; answer: unknown}
	| {type: 'error'; id: number; code: ErrorCode; message: string; refusals?: readonly Refusal[]}
	/**
	 * To pages that hold the engine, at once and whenever another model answers. `choice` is another after every choice, so
	 * that a page whose port was lost knows whether it missed one.
	 */
	| {type: 'model'; choice: string}
	/** The port is not served, and is closed after this. */
	| {type: 'refused'; message: string; refusals?: readonly Refusal[]};

/** Names of the ports the offscreen document listens on. */
export const ENGINE_PORT = 'engine';
/** The one content scripts use: it takes `score` alone, since a page's process is less trusted than ours. */
export const PASSAGE_PORT = 'passage';

/** First thing wrong with a value that failed a schema, in words. */
export const firstIssue = (issues: readonly v.BaseIssue<unknown>[]) => issues[0].message;
