import type {StageName} from '../parameters/registry.ts';

/** The tokens before the class to be chosen. */
export interface DecodingContext {
	readonly prompt: readonly number[];
	readonly generated: readonly number[];
	/** Guidance: the logits of the same class after the other prompt, [V]. */
	readonly against?: Float32Array;
	/** What steps with a memory have learnt from the classes that were chosen; as at a beginning when left out. */
	readonly memory?: Memory;
}

/** A number for each step that has a memory. A value, so that branches, beams and drafts each keep their own. */
export type Memory = Readonly<Partial<Record<StageName, number>>>;

/**
 * One logits processor or warper: it changes scores in place and removes a class by setting it to -Infinity. It never
 * removes every class. One without `accept` is a pure function of scores and context. A step is given the scores of all classes, float32 [V], each at its id; once a warper has removed classes,
 * the next ones are given only those that were kept, in the order of their ids.
 */
export interface LogitsProcessor {
	/** The parameter that asked for it. */
	readonly name: StageName;
	/** The parameter's value, as text; for lists, how many there are. */
	readonly value: string;
	/**
	 * @param ids the classes whose scores these are; left out, or null, for all classes.
	 * @returns the places of the classes that are not removed, ascending, where it has made a list of them.
	 */
	apply(scores: Float32Array, context: DecodingContext, ids?: Uint32Array | null): Uint32Array | undefined;
	/**
	 * Learn from the class that was chosen.
	 * @param logProb its natural-log probability in the distribution that it was chosen from.
	 * @param memory this step's own; undefined before the first class.
	 * @returns its memory from now on.
	 */
	accept?(logProb: number, memory: number | undefined): number;
}
