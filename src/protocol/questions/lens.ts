import * as v from 'valibot';
import {Changes} from '../values/changes.ts';
import {Prompt, type Token, TokenId} from '../values/prompt.ts';

/** The most positions that the logit lens shows: the last of a longer prompt. */
export const MAX_LENS = 24;

/** What would the head answer after each block (the logit lens of nostalgebraist, 2020)? */
export const LensParams = v.object({
	prompt: Prompt,
	/** A class whose rank is followed through the blocks. */
	target: v.nullable(TokenId),
	changes: v.optional(Changes),
});
export interface LensAnswer {
	/** The last positions' tokens. */
	tokens: Token[];
	/** Index of the first of them in the whole prompt. */
	first: number;
	/** Before the first block, and after each. */
	blocks: {
		/** One for each position. */
		cells: {
			/** The most probable classes. */
			top: (Token & {probability: number})[];
			/** Nats. */
			entropy: number;
			followed: {rank: number; logProb: number} | null;
		}[];
		/** The last position's residual stream, [D]. */
		vector: number[];
	}[];
	/** The last position's vector after the last block and the final norm, [D]: what the head reads. */
	normed: number[];
}
