import type {OpenModel} from '../engine/open-model.ts';
import type {EventOf, Method} from '../protocol/questions.ts';
import type {Progress} from '../protocol/values/prompt.ts';
import type {ChangedModels} from './changed-models.ts';
import type {StepwiseLogits} from './stepwise-logits.ts';

/**
 * Lends another open model, which stays open until `use` has resolved.
 * @param tokens how many it must be able to read, where there is a choice.
 */
export type ModelLoan = <R>(use: (opened: LentModel) => Promise<R>, tokens?: number) => Promise<R>;

export interface LentModel {
	model: OpenModel;
	name: string;
	/** The commit of the Hub that its files are of. */
	revision?: string;
}

/** An open model, with its name, card, draft model, and the others that are kept. */
export interface ServedModel extends OpenModel {
	id: string;
	/** The commit of the Hub that its files are of. */
	revision?: string;
	card: string;
	threads: number;
	/** The draft model of speculative decoding, opened when first asked for. */
	draft: ModelLoan;
	/**
	 * Lends a model that is kept, by its id, opened beside this one when asked for.
	 * @throws EngineError `bad-parameter` where it is not here, `out-of-memory` where there is no room for both.
	 */
	second<R>(id: string, use: (opened: LentModel) => Promise<R>): Promise<R>;
}

/** Everything a method can use besides its parameters. */
export interface Call<M extends Method> {
	model: ServedModel;
	stepwise: StepwiseLogits;
	/** The model with changes. */
	changed: ChangedModels;
	signal: AbortSignal;
	emit(event: EventOf<M>): void;
	/** To be awaited before every run of a passage and every part of bulk work; rejects with the signal's reason. */
	turn(): Promise<void>;
}

/** Options for a prefill that reports the prompt's tokens read. */
export const promptRun = (call: {signal: AbortSignal; emit(event: Progress): void}) => ({
	signal: call.signal,
	onProgress: (done: number, total: number) => call.emit({kind: 'progress', phase: 'prompt', done, total}),
});
