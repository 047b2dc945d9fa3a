import type {LogitsProcessor} from '../logits-processor.ts';
import {completionsOf, removeUnlessAll} from './ngrams.ts';

/**
 * No n tokens in a row may occur twice in prompt and continuation together: a class that would complete an n-gram seen
 * before is removed. Paulus et al. 2017, https://arxiv.org/abs/1705.04304, section 2.5; Hugging Face's
 * `NoRepeatNGramLogitsProcessor`. Should it leave nothing (a tiny vocabulary), the most probable class stays.
 */
export function noRepeatNgram(size: number): LogitsProcessor {
	return {
		name: 'noRepeatNgramSize',
		value: String(size),
		apply(scores, {prompt, generated}) {
			removeUnlessAll(scores, completionsOf([...prompt, ...generated], size));
		},
	};
}
