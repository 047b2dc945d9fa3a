import {topClasses} from '../../math.ts';
import type {LogitsProcessor} from '../logits-processor.ts';

/**
 * The k most probable classes stay. Fan et al. 2018, "Hierarchical Neural Story Generation",
 * https://arxiv.org/abs/1805.04833. As in Hugging Face's `TopKLogitsWarper`, classes whose score equals the k-th stay
 * too.
 */
export function topK(k: number, minKeep: number): LogitsProcessor {
	return {
		name: 'topK',
		value: String(k),
		apply(scores) {
			const top = topClasses(scores, Math.min(Math.max(k, minKeep), scores.length));
			const threshold = scores[top[top.length - 1]];
			for (let i = 0; i < scores.length; i++) if (scores[i] < threshold) scores[i] = -Infinity;
		},
	};
}
