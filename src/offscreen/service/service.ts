import * as v from 'valibot';
import type {OpenModel} from '../../engine/open-model.ts';
import {
	type Answer,
	type EventOf,
	firstIssue,
	METHODS,
	type Method,
	type ModelInfo,
	type Params,
	type Progress,
} from '../../protocol/engine.ts';
import {BranchWalk} from './branch-walk.ts';
import {answerClasses, answerFind} from './classes.ts';
import {answerExplain} from './explain.ts';
import {answerGenerate} from './generate.ts';
import {RequestError} from './request-error.ts';
import {answerScore} from './score.ts';

/** A model that is open, and what only its opener knows. */
export interface ServedModel extends OpenModel {
	id: string;
	card: string;
	threads: number;
	/** The draft model of speculative decoding, opened when first asked for. */
	draft(): Promise<{model: OpenModel; name: string}>;
}

/** What a method may use besides its parameters. */
export interface Call<M extends Method> {
	model: ServedModel;
	walk: BranchWalk;
	signal: AbortSignal;
	emit(event: EventOf<M>): void;
}

type Handlers = {[M in Method]: (params: Params<M>, call: Call<M>) => Promise<Answer<M>> | Answer<M>};

const HANDLERS: Handlers = {
	model: (_params, {model}) => modelInfo(model),
	classes: answerClasses,
	find: answerFind,
	generate: answerGenerate,
	explain: answerExplain,
	score: answerScore,
};

/** Opens the model; told to report bytes of the checkpoint opened so far. */
export type ModelOpener = (onProgress: (done: number, total: number) => void) => Promise<ServedModel>;

/** Answers the protocol's requests with the engine. The model is opened by the first request, once. */
export class EngineService {
	#model: Promise<{model: ServedModel; walk: BranchWalk}> | null = null;
	readonly #watchers = new Set<(progress: Progress) => void>();

	constructor(private readonly open: ModelOpener) {}

	/**
	 * Answer one request.
	 * @param params checked here against the method's schema.
	 * @throws RequestError `bad-request`; EngineError; the signal's reason.
	 */
	async answer(method: Method, params: unknown, signal: AbortSignal, emit: (event: unknown) => void): Promise<unknown> {
		const checked = v.safeParse(METHODS[method].params, params);
		if (!checked.success) throw new RequestError(firstIssue(checked.issues));
		const {model, walk} = await this.#opened(signal, emit);
		signal.throwIfAborted();
		const handle = HANDLERS[method] as (params: unknown, call: Call<Method>) => unknown;
		return handle(checked.output, {model, walk, signal, emit});
	}

	async #opened(signal: AbortSignal, emit: (event: unknown) => void) {
		this.#watchers.add(emit);
		this.#model ??= this.open((done, total) => {
			for (const watcher of this.#watchers) watcher({kind: 'progress', phase: 'model', done, total});
		})
			.then(model => ({model, walk: new BranchWalk(model.lm)}))
			.catch(error => {
				// The next request tries again: a file may have been repaired.
				this.#model = null;
				throw error;
			});
		signal.addEventListener('abort', () => this.#watchers.delete(emit), {once: true});
		try {
			return await this.#model;
		} finally {
			this.#watchers.delete(emit);
		}
	}
}

function modelInfo({id, dtype, parameters, weightBytes, threads, card, lm: {config}}: ServedModel): ModelInfo {
	const {vocabSize, contextLength, layers, heads, hiddenSize} = config;
	return {id, dtype, parameters, vocabSize, contextLength, layers, heads, hiddenSize, weightBytes, threads, card};
}

/** Options for a prefill that reports the prompt's tokens read. */
export const promptRun = (call: {signal: AbortSignal; emit(event: Progress): void}) => ({
	signal: call.signal,
	onProgress: (done: number, total: number) => call.emit({kind: 'progress', phase: 'prompt', done, total}),
});
