import * as v from 'valibot';
import {Count, Text, type Token} from '../values/prompt.ts';

/** The most tokens of a training batch: every position's logits are held at once. */
export const MAX_BATCH = 128;

/** One step of gradient descent on a bias added to the head's logits, for a text as a training batch. */
export const BiasStepParams = v.object({
	text: Text,
	learningRate: v.pipe(v.number(), v.minValue(0), v.maxValue(1000)),
	/** Of which position the distribution is shown before and after. */
	position: Count,
	/** Whether the text begins with what the tokenizer puts before one; yes when left out. */
	addSpecialTokens: v.optional(v.boolean()),
});
/** A class and the gradient of the mean loss with respect to its bias. */
interface Slope extends Token {
	gradient: number;
	bias: number;
}
export interface BiasStepAnswer {
	/** The batch's tokens; the first is predicted from `<|endoftext|>` alone. Losses in nats. */
	tokens: (Token & {before: number; after: number})[];
	meanBefore: number;
	meanAfter: number;
	/** The change of the mean that the gradient predicts, to first order: -learningRate * |gradient|^2. */
	predictedChange: number;
	/** The classes whose bias goes up most, and down most. */
	raised: Slope[];
	lowered: Slope[];
	/** The most probable classes of the chosen position, and its target, before and after. */
	classes: (Token & {before: number; after: number})[];
	/** How many tokens of the text did not fit into the batch. */
	left: number;
}
