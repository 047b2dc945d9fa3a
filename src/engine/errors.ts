import {type Refusal, sentenceOf, technical} from '../refusals/refusal.ts';

/** What can go wrong in the engine, as a program can switch on it. */
export type EngineErrorCode =
	/** A parameter is out of range or does not go with another one. */
	| 'bad-parameter'
	/** The checkpoint cannot be opened: cut short, wrong header, a missing tensor, an unsupported architecture. */
	| 'bad-model'
	/** The open model cannot do what was asked for, and another one could. */
	| 'not-supported'
	/** The tokens asked for do not fit into the model's context. */
	| 'too-long'
	/** The runtime could not get the memory it needs. */
	| 'out-of-memory';

/** An error with a `code`, and refusals that name the offending value and say what to do; `message` is their English. */
export class EngineError extends Error {
	override readonly name = 'EngineError';
	readonly refusals: readonly Refusal[];

	constructor(
		readonly code: EngineErrorCode,
		why: string | Refusal | readonly Refusal[],
		options?: ErrorOptions,
	) {
		const refusals = typeof why === 'string' ? [technical(why)] : [why].flat();
		super(sentenceOf(refusals), options);
		this.refusals = refusals;
	}
}
