import * as v from 'valibot';
import browser, {type Runtime} from 'webextension-polyfill';
import {isRefusalCode} from '../engine/errors/refusal.ts';
import type {ToBackground} from '../protocol/messages/background.ts';
import {ENGINE_PORT, type ErrorCode, type FromEngine, type ToEngine} from '../protocol/port.ts';
import type {Answer, EventOf, Method, Params} from '../protocol/questions.ts';
import {Refusals} from '../protocol/values/refused.ts';
import {refusalText} from './browser/error-text.ts';
import {t} from './browser/i18n.ts';
import {onPageBack} from './page-life.ts';
import {within} from './within.ts';

/** The engine refused or was lost: `code` tells which, `message` is a sentence for a person. */
export class EngineRequestError extends Error {
	override readonly name = 'EngineRequestError';

	constructor(
		readonly code: ErrorCode,
		message: string,
		options?: ErrorOptions,
	) {
		super(message, options);
	}
}

/** How an answer is waited for. */
export interface RequestOptions<M extends Method> {
	/** Aborting cancels the computation; the promise rejects with the code `cancelled`. */
	signal?: AbortSignal;
	onEvent?(event: EventOf<M>): void;
}

/** Asks the engine, wherever it lives. */
export interface EngineClient {
	request<M extends Method>(method: M, params: Params<M>, options?: RequestOptions<M>): Promise<Answer<M>>;
	/**
	 * Say whether this page shows something of the engine, which then keeps its model in memory: a port that is lost is opened
	 * again. Letting go closes the port, unless something is asked.
	 */
	hold(holds: boolean): void;
	/** Cancel everything, now and later, and close the port. */
	dispose(): void;
}

/** The client's use of the browser; tests give their own. */
export interface Transport {
	/** Resolves when the engine's document is there. */
	ensure(): Promise<unknown>;
	connect(): Runtime.Port;
	/**
	 * Another model answers, or may since the port was lost; of a page that holds the engine. Pages of the extension know it by
	 * `onModelChosen`.
	 */
	onModel?(): void;
}

const browserTransport: Transport = {
	ensure: () => browser.runtime.sendMessage({type: 'engine.ensure'} satisfies ToBackground),
	connect: () => browser.runtime.connect({name: ENGINE_PORT}),
};

interface Pending {
	method: Method;
	params: unknown;
	/** True once any reply has arrived: from then on, asking again would be noticed. */
	begun: boolean;
	retries: number;
	onEvent?(event: never): void;
	settle(outcome: {answer: unknown} | {error: EngineRequestError}): void;
}

// The engine's document may be closing for idleness just when we connect; then the second try meets a new one.
const MAX_RETRIES = 2;

/** Starting takes a second, several on a busy machine. A service worker that Chromium failed to register never answers. */
const STARTING_MILLISECONDS = 60_000;

/**
 * A client over one port. The port is opened when first needed and opened again when it drops; a request of which
 * nothing arrived yet is then asked again, any other rejects with `worker-lost`.
 */
export function createEngineClient(transport: Transport = browserTransport): EngineClient {
	const pending = new Map<number, Pending>();
	let nextId = 1;
	let connection: Promise<Runtime.Port> | null = null;
	let openPort: Runtime.Port | null = null;
	let disposed = false;
	let holding = false;
	/** The choice of a model that this page last heard of. */
	let choice: string | null = null;
	/** Ports in a row that were opened again and said nothing. */
	let silent = 0;

	async function open(): Promise<Runtime.Port> {
		await within(STARTING_MILLISECONDS, transport.ensure(), () => {
			return new EngineRequestError('worker-lost', t('common_error_no_answer'));
		});
		// A port opened now would stay open: nothing is left to close it.
		if (disposed) throw new Error('The client was disposed.');
		const port = transport.connect();
		openPort = port;
		port.onMessage.addListener(receive);
		port.onDisconnect.addListener(() => {
			// Reading lastError tells the browser that the drop was noticed.
			void browser.runtime.lastError;
			if (openPort === port) drop();
		});
		if (holding) port.postMessage({type: 'hold', holds: true} satisfies ToEngine);
		return port;
	}

	const port = () => {
		connection ??= open().catch(error => {
			connection = null;
			throw error;
		});
		return connection;
	};

	/** What is shown stays true only while the engine can tell of another model, and is kept in memory. */
	const holdAgain = () => void port().catch(() => {});

	function drop() {
		connection = null;
		openPort = null;
		if (holding && silent++ < MAX_RETRIES) holdAgain();
		for (const [id, request] of [...pending]) {
			if (request.begun || request.retries >= MAX_RETRIES) {
				finish(id, {error: new EngineRequestError('worker-lost', t('common_error_lost'))});
			} else {
				request.retries++;
				void send(id);
			}
		}
	}

	async function send(id: number) {
		const request = pending.get(id);
		if (!request) return;
		try {
			const to = await port();
			// The person may have changed their mind while the document was starting.
			if (!pending.has(id)) return;
			to.postMessage({type: 'request', id, method: request.method, params: request.params} satisfies ToEngine);
		} catch (cause) {
			const notStarted = () => new EngineRequestError('worker-lost', t('common_error_not_started'), {cause});
			finish(id, {error: cause instanceof EngineRequestError ? cause : notStarted()});
		}
	}

	function finish(id: number, outcome: {answer: unknown} | {error: EngineRequestError}) {
		const request = pending.get(id);
		pending.delete(id);
		request?.settle(outcome);
	}

	/** The messages come from our own worker, so their types can be trusted. */
	function receive(raw: unknown) {
		const message = raw as FromEngine;
		silent = 0;
		if (message.type === 'model') {
			const isOther = choice !== null && choice !== message.choice;
			choice = message.choice;
			if (isOther) transport.onModel?.();
			return;
		}
		if (message.type === 'refused') {
			silent = MAX_RETRIES;
			const error = new EngineRequestError('bad-request', worded(message));
			for (const id of [...pending.keys()]) finish(id, {error});
			return;
		}
		const request = pending.get(message.id);
		if (!request) return;
		request.begun = true;
		switch (message.type) {
			case 'event':
				request.onEvent?.(message.event as never);
				break;
			case 'answer':
				finish(message.id, {answer: message.answer});
				break;
			case 'error':
				finish(message.id, {error: new EngineRequestError(message.code, worded(message))});
		}
	}

	function tell(message: ToEngine) {
		try {
			openPort?.postMessage(message);
		} catch {
			// The port has just closed, and a closed port cancels its work and holds nothing.
		}
	}

	function close() {
		const port = openPort;
		connection = null;
		openPort = null;
		port?.disconnect();
	}

	// A page that was kept for going back has lost its port, and what it asked for while it went away with it.
	const stopWatching = onPageBack(() => {
		silent = 0;
		if (holding && !openPort) holdAgain();
	});

	return {
		request(method, params, {signal, onEvent} = {}) {
			return new Promise((resolve, reject) => {
				const cancelled = () =>
					new EngineRequestError('cancelled', t('common_error_cancelled'), {cause: signal?.reason});
				if (disposed || signal?.aborted) return reject(cancelled());
				const id = nextId++;
				const abort = () => {
					tell({type: 'cancel', id});
					finish(id, {error: cancelled()});
				};
				signal?.addEventListener('abort', abort, {once: true});
				pending.set(id, {
					method,
					params,
					begun: false,
					retries: 0,
					onEvent: onEvent as Pending['onEvent'],
					settle(outcome) {
						signal?.removeEventListener('abort', abort);
						if ('error' in outcome) reject(outcome.error);
						else resolve(outcome.answer as never);
					},
				});
				void send(id);
			});
		},
		hold(holds) {
			if (holds === holding) return;
			holding = holds;
			if (holds || pending.size > 0) tell({type: 'hold', holds});
			else close();
		},
		dispose() {
			disposed = true;
			stopWatching();
			for (const id of [...pending.keys()]) {
				finish(id, {error: new EngineRequestError('cancelled', t('common_error_cancelled'))});
			}
			close();
		},
	};
}

/** An error's refusals in the person's language; its English sentence where it has none that can be read. */
function worded({message, refusals}: Extract<FromEngine, {type: 'error' | 'refused'}>): string {
	const known = v.safeParse(Refusals, refusals);
	if (!known.success || known.output.length === 0) return message;
	return known.output.every(({code}) => isRefusalCode(code)) ? refusalText(known.output) : message;
}

/** Whether an error only says that we took the question back. */
export const isCancelled = (error: unknown) => error instanceof EngineRequestError && error.code === 'cancelled';

/** Any failure as the kind that views show. */
export const toRequestError = (cause: unknown) =>
	cause instanceof EngineRequestError
		? cause
		: new EngineRequestError('internal', cause instanceof Error ? cause.message : String(cause), {cause});
