import * as v from 'valibot';
import {MEASURE, type Measured} from '../values/changes.ts';
import {Prompt} from '../values/prompt.ts';

/** What does every part add to the measure directly, past all later blocks (Elhage et al. 2021)? */
export const AttributionParams = v.object({prompt: Prompt, ...MEASURE});
/**
 * With the scale of the final norm taken as it is, the measure is the sum of `embedding`, everything in `blocks`, `constant` and
 * `rounding`.
 */
export interface AttributionAnswer extends Measured {
	/** The measure: a logit, or a difference of logits. */
	logit: number;
	/** Token and position. */
	embedding: number;
	/** Of each block: its heads, the bias of attention that is of no head, the feed-forward. */
	blocks: readonly {heads: readonly number[]; bias: number; mlp: number}[];
	/** The final norm's own bias. */
	constant: number;
	/** What is left: the kernels compute in float32, with int8 weights also from rounded activations. */
	rounding: number;
}
