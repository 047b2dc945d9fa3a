import type {LogitsProcessor} from '../logits-processor.ts';

/**
 * Every class that the prompt or the continuation has used has its score divided by `penalty` when positive, and
 * multiplied when negative. Keskar et al. 2019, "CTRL", https://arxiv.org/abs/1909.05858, section 4.1; as Hugging
 * Face's `RepetitionPenaltyLogitsProcessor`, once however often the class was used. Below 1 it rewards repetition.
 * @param ignored how many tokens at the start of the prompt do not count: its `prompt_ignore_length`.
 */
export function repetitionPenalty(penalty: number, ignored = 0): LogitsProcessor {
	const factor = Math.fround(penalty);
	return {
		name: 'repetitionPenalty',
		value: String(penalty),
		apply(scores, {prompt, generated}) {
			for (const id of new Set([...prompt, ...generated].slice(ignored))) {
				scores[id] = scores[id] < 0 ? scores[id] * factor : scores[id] / factor;
			}
		},
	};
}
