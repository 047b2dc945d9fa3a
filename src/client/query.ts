import {batch, type ReadonlySignal, type Signal, signal} from '@preact/signals';
import type {Answer, EventOf, Method, Params} from '../protocol/questions.ts';
import type {Progress} from '../protocol/values/prompt.ts';
import {type EngineClient, type EngineRequestError, isCancelled, toRequestError} from './engine-client.ts';

/** The part of the client that a query needs. */
export type Engine = Pick<EngineClient, 'request'>;

/** An answer and the question it belongs to. */
interface Result<M extends Method> {
	readonly params: Params<M>;
	readonly answer: Answer<M>;
}

/** How one question is asked. */
interface AskOptions<M extends Method> {
	/** Milliseconds to wait for a further question, which then replaces this one; asked at once when left out. */
	delay?: number;
	/** Called for each event streamed before the answer, except progress. */
	onEvent?(event: Exclude<EventOf<M>, Progress>): void;
	/** Called together with the change of `result`. */
	onAnswer?(answer: Answer<M>): void;
	/** Called together with the change of `error`; not called for a question that was cancelled. */
	onError?(error: EngineRequestError): void;
}

/** One way to ask the engine: one question at a time, with its answer, progress and error as signals. */
export interface Query<M extends Method> {
	/** The last answer; it stays while the next is on its way. */
	readonly result: ReadonlySignal<Result<M> | null>;
	/** Whether a question is waiting or being answered. */
	readonly running: ReadonlySignal<boolean>;
	/** How far the engine is with the question; null before it reports anything and once tokens stream in. */
	readonly progress: ReadonlySignal<Progress | null>;
	/** Why the last question failed. */
	readonly error: ReadonlySignal<EngineRequestError | null>;
	/**
	 * Ask; a question that is still running is cancelled. Never rejects.
	 * @returns resolves when the question is answered, has failed or is cancelled.
	 */
	ask(params: Params<M>, options?: AskOptions<M>): Promise<void>;
	/** Ask the last question again, at once. */
	retry(): void;
	/** Take the question back; its answer no longer arrives. The last result stays. */
	cancel(): void;
	/** Take the question back, and forget result and error. */
	reset(): void;
}

/** A query for one method; nothing is asked yet. */
export function createQuery<M extends Method>(engine: Engine, method: M): Query<M> {
	const result: Signal<Result<M> | null> = signal(null);
	const running = signal(false);
	const progress = signal<Progress | null>(null);
	const error = signal<EngineRequestError | null>(null);
	let last: {params: Params<M>; options: AskOptions<M>} | null = null;
	/** Aborts the last question. */
	let current: AbortController | null = null;

	const setState = (isRunning: boolean, failure: EngineRequestError | null) => {
		running.value = isRunning;
		progress.value = null;
		error.value = failure;
	};

	async function ask(params: Params<M>, options: AskOptions<M> = {}) {
		const {delay, onEvent, onAnswer, onError} = options;
		current?.abort();
		const mine = new AbortController();
		current = mine;
		last = {params, options};
		batch(() => setState(true, null));

		if (delay !== undefined) await pause(delay, mine.signal);
		if (mine.signal.aborted) return;
		const receive = (event: EventOf<M>) => {
			if (mine.signal.aborted) return;
			batch(() => {
				progress.value = isProgress(event) ? event : null;
				if (!isProgress(event)) onEvent?.(event as Exclude<EventOf<M>, Progress>);
			});
		};
		try {
			const answer = await engine.request(method, params, {signal: mine.signal, onEvent: receive});
			if (mine.signal.aborted) return;
			batch(() => {
				result.value = {params, answer};
				setState(false, null);
				onAnswer?.(answer);
			});
		} catch (cause) {
			if (mine.signal.aborted) return;
			const failure = isCancelled(cause) ? null : toRequestError(cause);
			batch(() => {
				setState(false, failure);
				if (failure) onError?.(failure);
			});
		}
	}

	function cancel() {
		current?.abort();
		batch(() => setState(false, null));
	}

	return {
		result,
		running,
		progress,
		error,
		ask,
		retry() {
			if (last) void ask(last.params, {...last.options, delay: undefined});
		},
		cancel,
		reset() {
			batch(() => {
				cancel();
				result.value = null;
			});
		},
	};
}

const isProgress = (event: {kind: string}): event is Progress => event.kind === 'progress';

/** Waits; resolves early when the signal aborts. */
const pause = (milliseconds: number, signal: AbortSignal) =>
	new Promise<void>(resolve => {
		const timer = setTimeout(resolve, milliseconds);
		signal.addEventListener('abort', () => {
			clearTimeout(timer);
			resolve();
		});
	});
