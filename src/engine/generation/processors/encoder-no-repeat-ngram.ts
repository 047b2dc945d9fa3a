import type {LogitsProcessor} from '../logits-processor.ts';
import {completionsOf, removeUnlessAll} from './ngrams.ts';

/**
 * No n tokens in a row of the prompt may be said again: a class that would complete one of the prompt's n-grams is removed.
 * Roller et al. 2020, "Recipes for building an open-domain chatbot", https://arxiv.org/abs/2004.13637, section 4.2; Hugging
 * Face's `EncoderNoRepeatNGramLogitsProcessor`, where the prompt of a decoder takes the encoder's part.
 */
export function encoderNoRepeatNgram(size: number): LogitsProcessor {
	return {
		name: 'encoderNoRepeatNgramSize',
		value: String(size),
		apply(scores, {prompt, generated}) {
			removeUnlessAll(scores, completionsOf([...prompt, ...generated], size, prompt));
		},
	};
}
