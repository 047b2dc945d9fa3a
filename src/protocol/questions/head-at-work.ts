import * as v from 'valibot';
import {Changes} from '../values/changes.ts';
import {Count, Prompt, type Token} from '../values/prompt.ts';

/** How many positions a head's work lists one by one: those that it looks at most. */
export const MAX_MIXED = 12;

/** How does one head, at one position, come to what it passes on? */
export const MixParams = v.object({
	prompt: Prompt,
	block: Count,
	head: Count,
	position: Count,
	changes: v.optional(Changes),
});
export interface MixAnswer {
	/** The position that looks, in the text's first `MAX_ATTENTION` tokens, and its token. */
	position: number;
	token: Token;
	/** With its position turned into it, where the model has rotary positions; [d]. */
	query: number[];
	/** What query . key is multiplied by to be the score. */
	scale: number;
	/** Log of the sum of e^score over all positions that are seen: a weight is e^(score - this). */
	logSum: number;
	/** What it looks at most, in the order of the text. */
	rows: (Token & {
		position: number;
		key: number[];
		score: number;
		weight: number;
		value: number[];
	})[];
	/** The positions that are not listed: how many, their weights together, and the sum of weight * value, [d]. */
	others: {count: number; weight: number; added: number[]};
	/** What the head passes on: the sum of weight * value over all of them, [d]. */
	mixed: number[];
}
