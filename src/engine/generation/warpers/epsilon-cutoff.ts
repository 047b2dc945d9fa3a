import type {LogitsProcessor} from '../logits-processor.ts';
import {cutBelow} from './keep.ts';

/**
 * Classes less probable than `epsilon` are removed. Hewitt et al. 2022, "Truncation Sampling as Language Model
 * Desmoothing", https://arxiv.org/abs/2210.15191. When none reaches it, the most probable stays.
 */
export function epsilonCutoff(epsilon: number, minKeep: number): LogitsProcessor {
	return {
		name: 'epsilonCutoff',
		value: String(epsilon),
		apply(scores) {
			cutBelow(scores, epsilon, minKeep);
		},
	};
}
