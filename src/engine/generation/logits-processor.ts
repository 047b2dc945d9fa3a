import type {StageName} from '../../parameters/registry.ts';

/** The tokens before the class to be chosen. */
export interface DecodingContext {
	readonly prompt: readonly number[];
	readonly generated: readonly number[];
	/** Diverse beam search: the classes that earlier groups chose at this same step. */
	readonly earlierGroups?: readonly number[];
}

/**
 * One logits processor or warper: it changes scores in place and removes a class by setting it to -Infinity. It never
 * removes every class. A processor is given the scores of all classes, float32 [V], each at its id. A warper judges by
 * scores alone: once a warper has removed classes, the next one is given only those that were kept, in the order of their ids.
 */
export interface LogitsProcessor {
	/** The parameter that asked for it. */
	readonly name: StageName;
	/** The parameter's value, as text; for banned words, how many there are. */
	readonly value: string;
	apply(scores: Float32Array, context: DecodingContext): void;
}
