import {entropy, logSumExp} from '../../math/math.ts';
import type {LogitsProcessor} from '../logits-processor.ts';
import {cutBelow} from './keep.ts';

/**
 * Eta sampling: classes less probable than min(epsilon, sqrt(epsilon) * exp(-entropy)) are removed, so that the cut
 * falls with the model's own uncertainty. Hewitt et al. 2022, "Truncation Sampling as Language Model Desmoothing",
 * https://arxiv.org/abs/2210.15191. When none reaches it, the most probable stays.
 */
export function etaCutoff(epsilon: number, minKeep: number): LogitsProcessor {
	return {
		name: 'etaCutoff',
		value: String(epsilon),
		apply(scores) {
			const total = logSumExp(scores);
			const eta = Math.min(epsilon, Math.sqrt(epsilon) * Math.exp(-entropy(scores, total)));
			cutBelow(scores, eta, minKeep, total);
		},
	};
}
