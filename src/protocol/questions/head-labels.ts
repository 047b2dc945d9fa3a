import * as v from 'valibot';
import {Changes} from '../values/changes.ts';
import {Prompt, type Token} from '../values/prompt.ts';

/** Where does every head look, on the prompt and on random tokens that come twice? */
export const HeadLabelsParams = v.object({prompt: Prompt, changes: v.optional(Changes)});
/**
 * Mean shares of a head's attention, 0 to 1, over the positions where it could go there; null where it nowhere could. On the token
 * before, the first one, the same position, the same token earlier, what followed the same token (induction: Olsson et al. 2022).
 */
export type HeadShares = Record<'previous' | 'first' | 'self' | 'same' | 'induction', number | null>;
export interface HeadLabelsAnswer {
	/** How many tokens of the prompt were read. */
	read: number;
	/** The random tokens, once. */
	random: Token[];
	/** Blocks in order, and in each its heads. */
	blocks: {text: HeadShares; repeated: HeadShares}[][];
}
