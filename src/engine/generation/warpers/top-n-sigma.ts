import {argmax} from '../../math/math.ts';
import type {LogitsProcessor} from '../logits-processor.ts';

/**
 * Top-nσ: classes whose logit is more than n standard deviations below the largest are removed. Tang et al. 2024, "Top-nσ:
 * Not All Logits Are You Need", https://arxiv.org/abs/2411.07641. The deviation is that of all classes that are not removed
 * yet (divided by their number, as in llama.cpp). It does not depend on the temperature.
 */
export function topNSigma(n: number, minKeep: number): LogitsProcessor {
	return {
		name: 'topNSigma',
		value: String(n),
		apply(scores) {
			const kept = scores.filter(score => score !== -Infinity);
			const mean = kept.reduce((sum, score) => sum + score, 0) / kept.length;
			const deviation = Math.sqrt(kept.reduce((sum, score) => sum + (score - mean) ** 2, 0) / kept.length);
			const limit = scores[argmax(scores)] - n * deviation;
			const least = minKeep > 1 ? kept.sort().at(-Math.min(minKeep, kept.length))! : Infinity;
			for (let i = 0; i < scores.length; i++) if (scores[i] < limit && scores[i] < least) scores[i] = -Infinity;
		},
	};
}
