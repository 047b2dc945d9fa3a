import * as v from 'valibot';
import {Generation} from './generation.ts';
import {Changes} from './intervention.ts';
import {Count, MAX_TOKENS, ModelRef, Prompt, type Token} from './parts.ts';

/** The loop's requests: a single draw, and the difference between two prompts. */

/**
 * Choose the next class as greedy search or sampling would: the first class, or the one that a number of the seed's
 * first stream falls on. `index` is how many numbers were used before.
 */
const DrawParams = v.object({
	prompt: Prompt,
	generation: Generation,
	index: v.pipe(Count, v.maxValue(MAX_TOKENS)),
	changes: v.optional(Changes),
});
export interface DrawAnswer extends Token {
	/** The random number, from 0 to 1; null where the settings take the first class. */
	number: number | null;
	/** Probability, with the settings, of the classes that rank before: the class holds the numbers from here ... */
	start: number;
	/** ... to `start` plus this. */
	samplingProbability: number;
	samplingRank: number;
	/** In the model's own distribution. */
	rank: number;
	/** Whether it is `<|endoftext|>`. */
	end: boolean;
	/** Whether it completes the form that the text is held to. */
	completesForm?: boolean;
}

/** What does another prompt, or another model, change? In the models' own distributions, or in those of some settings. */
const CompareParams = v.object({
	prompts: v.tuple([Prompt, Prompt]),
	limit: v.pipe(Count, v.minValue(1), v.maxValue(50)),
	/** How many tokens a continuation would have: what of a long prompt is read leaves them room. 0 when left out. */
	maxNewTokens: v.optional(Count),
	/** Which model reads the second prompt; `main` when left out. */
	model: v.optional(ModelRef),
	/** The settings whose distributions are compared; the models' own when left out. */
	generation: v.optional(Generation),
});
/** A class under one prompt. The rank is null, and the probability 0, where the model has no such class or the settings cut it. */
interface Standing {
	rank: number | null;
	probability: number;
}
/** A class under both prompts. */
interface Compared extends Token {
	standings: [Standing, Standing];
}
export interface CompareAnswer {
	/** The classes whose probability differs most, the largest difference first. */
	changes: Compared[];
	/** The most probable classes of either prompt. */
	first: [Compared[], Compared[]];
	/** How much probability moves between classes in all: 0 for none, 1 when nothing is in common (total variation). */
	moved: number;
	/** Whether both were read with the same classes; classes of two vocabularies are matched by their text. */
	sameClasses: boolean;
}

/** The methods and the parameters of each. */
export const LOOP_METHODS = {draw: DrawParams, compare: CompareParams} as const;

/** Each method's events, besides progress, and its answer. */
export interface LoopReplies {
	draw: {event: never; answer: DrawAnswer};
	compare: {event: never; answer: CompareAnswer};
}
