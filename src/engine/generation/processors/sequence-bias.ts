import type {SequenceBias} from '../config.ts';
import type {LogitsProcessor} from '../logits-processor.ts';
import {endsWith} from './ends-with.ts';

/**
 * A bias is added to the logit of a class: always, or where the text ends with all the classes that come before it in
 * the biased sequence. The logit bias of OpenAI's interface, extended to sequences; Hugging Face's
 * `SequenceBiasLogitsProcessor`. Biases of the same sequence add up. Unlike there, a sequence with one token more than the
 * text has so far is not passed over.
 */
export function sequenceBias(biases: readonly SequenceBias[]): LogitsProcessor {
	return {
		name: 'sequenceBias',
		value: String(biases.length),
		apply(scores, {prompt, generated}) {
			const text = [...prompt, ...generated];
			for (const {ids, bias} of biases) {
				if (endsWith(text, ids.slice(0, -1))) scores[ids[ids.length - 1]] += bias;
			}
		},
	};
}
