import {EngineError} from '../../errors/engine-error.ts';
import {refuse} from '../../errors/refusal.ts';
import {logSumExp} from '../../math/math.ts';
import type {LogitsProcessor} from '../logits-processor.ts';

/**
 * Classifier-free guidance: log-probabilities are moved away from those after another prompt, or with a scale below 1
 * towards them: scale * (log p - log q) + log q. Sanchez et al. 2023, "Stay on topic with Classifier-Free Guidance",
 * https://arxiv.org/abs/2306.17806; Hugging Face's `UnbatchedClassifierFreeGuidanceLogitsProcessor`.
 */
export function guidance(scale: number): LogitsProcessor {
	return {
		name: 'guidanceScale',
		value: String(scale),
		apply(scores, {against}) {
			if (!against) throw new EngineError('bad-parameter', refuse('guidance-unread'));
			const [ours, theirs] = [logSumExp(scores), logSumExp(against)];
			for (let i = 0; i < scores.length; i++) {
				const other = against[i] - theirs;
				scores[i] = scale * (scores[i] - ours - other) + other;
			}
		},
	};
}
