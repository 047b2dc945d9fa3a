import {argmax, logSumExp} from '../../math/math.ts';
import type {LogitsProcessor} from '../logits-processor.ts';
import {cutBelow} from './keep.ts';

/**
 * Classes less probable than `minP` times the most probable one are removed: the surer the model, the fewer stay.
 * Nguyen et al. 2024, "Turning Up the Heat: Min-p Sampling", https://arxiv.org/abs/2407.01082.
 */
export function minP(share: number, minKeep: number): LogitsProcessor {
	return {
		name: 'minP',
		value: String(share),
		apply(scores) {
			const total = logSumExp(scores);
			cutBelow(scores, share * Math.exp(scores[argmax(scores)] - total), minKeep, total);
		},
	};
}
