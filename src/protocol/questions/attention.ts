import * as v from 'valibot';
import {Changes} from '../values/changes.ts';
import {Count, Prompt, type Token} from '../values/prompt.ts';

/** The most tokens whose attention is shown: the first of a longer prompt. */
export const MAX_ATTENTION = 128;

/** Where does one head of one block look? */
export const AttentionParams = v.object({prompt: Prompt, block: Count, head: Count, changes: v.optional(Changes)});
export interface AttentionAnswer {
	tokens: Token[];
	/** Row i: how much position i looks at each position up to itself; sums to 1. */
	weights: number[][];
}

/** The most tokens of the grids that stand for all heads: the first of a longer prompt. */
export const MAX_HEADS = 24;

/** What does every head of every block do on this text? */
export const HeadsParams = v.object({prompt: Prompt, changes: v.optional(Changes)});
/** Looks at the token before, the first one, itself, the same token earlier, what followed the same token, or all over. */
export type HeadPattern = 'previous' | 'first' | 'self' | 'same' | 'induction' | 'spread';
export interface HeadsAnswer {
	tokens: Token[];
	/** Heads of keys and values in a block: where they are fewer than those of queries, as many of these share each (grouped queries). */
	sharedHeads: number;
	/** Blocks in order, and in each its heads. */
	blocks: {
		pattern: HeadPattern;
		/** The mean share of its attention that goes there, 0 to 1; of `spread`, how evenly it is shared out. */
		share: number;
		/** Row i: how much position i looks at each position up to itself, in hundredths. */
		weights: number[][];
	}[][];
}
