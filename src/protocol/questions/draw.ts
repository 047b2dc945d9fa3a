import * as v from 'valibot';
import {Changes} from '../values/changes.ts';
import {Generation} from '../values/generation.ts';
import {Count, MAX_TOKENS, Prompt, type Token} from '../values/prompt.ts';

/**
 * Choose the next class as greedy search or sampling would: the first class, or the one that a number of the seed's
 * first stream falls on. `index` is how many numbers were used before.
 */
export const DrawParams = v.object({
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
