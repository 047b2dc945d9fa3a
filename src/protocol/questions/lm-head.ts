import * as v from 'valibot';
import {ClassRef, Prompt, type Token} from '../values/prompt.ts';

/** How does the head come to the logits of these classes? */
export const HeadParams = v.object({
	prompt: Prompt,
	classes: v.pipe(v.array(ClassRef), v.minLength(1), v.maxLength(8)),
});
export interface HeadAnswer {
	/** The last position's vector as the head multiplies it, [D]. */
	vector: number[];
	/** How many classes the head has. */
	vocabSize: number;
	/** Log of the sum of exp(logit) over all classes, in nats. */
	logSumExp: number;
	classes: (Token & {
		rank: number;
		logit: number;
		probability: number;
		/** The class's row of weights, [D]. */
		weights: number[];
		/** vector * weights, [D]; they add up to the logit. */
		contributions: number[];
	})[];
}
