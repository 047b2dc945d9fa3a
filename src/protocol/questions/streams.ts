import * as v from 'valibot';
import {Changes} from '../values/changes.ts';
import {Count, Prompt, type Token} from '../values/prompt.ts';

/** The most positions whose vectors are shown together: the last of a longer prompt. */
export const MAX_STREAMS = 16;

/** What enters a block, and what leaves it? */
export const StreamsParams = v.object({
	prompt: Prompt,
	/** From 1 on; 0 is what stands before the first block, which nothing enters. */
	block: Count,
	changes: v.optional(Changes),
});
export interface StreamsAnswer {
	/** The last positions' tokens. */
	tokens: Token[];
	/** Index of the first of them in the whole prompt. */
	first: number;
	/** The residual stream at each of them, [D] to five digits; before the first block, null. */
	before: number[][] | null;
	after: number[][];
}
