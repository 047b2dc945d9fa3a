import type {LogitsProcessor} from '../logits-processor.ts';

/**
 * The contrary of a repetition penalty, of the prompt alone: above 1, a class that the prompt has used gets its score
 * multiplied by `penalty` when positive and divided when negative, so that the continuation stays with the prompt's words.
 * Hugging Face's `EncoderRepetitionPenaltyLogitsProcessor`, where the prompt of a decoder takes the encoder's part; made for
 * fewer hallucinations, with the penalty of Keskar et al. 2019, https://arxiv.org/abs/1909.05858, section 4.1.
 */
export function encoderRepetitionPenalty(penalty: number): LogitsProcessor {
	const factor = Math.fround(1 / penalty);
	return {
		name: 'encoderRepetitionPenalty',
		value: String(penalty),
		apply(scores, {prompt}) {
			for (const id of new Set(prompt)) scores[id] = scores[id] < 0 ? scores[id] * factor : scores[id] / factor;
		},
	};
}
