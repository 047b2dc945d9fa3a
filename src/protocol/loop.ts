import * as v from 'valibot';
import {Generation} from './generation.ts';
import {Count, Progress, Prompt, Token} from './parts.ts';

/** What the loop asks of the engine: a single draw, and the difference between two prompts. */

/**
 * Choose the next class as greedy search or sampling would: the first class, or the one that a number of the seed's
 * first stream falls on. `index` is how many numbers were used before.
 */
export const DrawParams = v.object({
	prompt: Prompt,
	generation: Generation,
	index: v.pipe(Count, v.maxValue(4096)),
});
export const DrawAnswer = v.object({
	...Token.entries,
	/** The random number, from 0 to 1; null where the settings take the first class. */
	number: v.nullable(v.number()),
	/** Probability, with the settings, of the classes that rank before: the class holds the numbers from here ... */
	start: v.number(),
	/** ... to `start` plus this. */
	samplingProbability: v.number(),
	samplingRank: Count,
	/** In the model's own distribution. */
	rank: Count,
	/** Whether it is `<|endoftext|>`. */
	end: v.boolean(),
});
export type DrawAnswer = v.InferOutput<typeof DrawAnswer>;

/** What does another prompt change? Both are classified with the model's own distribution. */
export const CompareParams = v.object({
	prompts: v.tuple([Prompt, Prompt]),
	limit: v.pipe(Count, v.minValue(1), v.maxValue(50)),
});
/** A class under one prompt. */
const Standing = v.object({rank: Count, probability: v.number()});
const Compared = v.object({...Token.entries, standings: v.tuple([Standing, Standing])});
export const CompareAnswer = v.object({
	/** The classes whose probability differs most, the largest difference first. */
	changes: v.array(Compared),
	/** The most probable classes of either prompt. */
	first: v.tuple([v.array(Compared), v.array(Compared)]),
	/** How much probability moves between classes in all: 0 for none, 1 when nothing is in common (total variation). */
	moved: v.number(),
});
export type CompareAnswer = v.InferOutput<typeof CompareAnswer>;

/** The methods: what each takes, streams and answers. */
export const LOOP_METHODS = {
	draw: {params: DrawParams, event: Progress, answer: DrawAnswer},
	compare: {params: CompareParams, event: Progress, answer: CompareAnswer},
} as const;
