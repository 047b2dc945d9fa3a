import * as v from 'valibot';
import {Prompt, TokenId} from '../values/prompt.ts';

/** The cost of one more step, with the key/value cache and without it. */
export const StepCostParams = v.object({prompt: Prompt, appended: TokenId});
export interface StepCostAnswer {
	/** Tokens whose keys and values the cache holds before the step. */
	cached: number;
	/** Bytes of keys and values that one token adds. */
	bytesPerToken: number;
	/** Milliseconds for the one new token, with the cache. */
	withCache: number;
	/** Milliseconds for the same, reading all tokens again. */
	withoutCache: number;
}
