import {logSoftmax, logSumExp} from '../../math/math.ts';
import type {LogitsProcessor} from '../logits-processor.ts';

/**
 * Scores become log-probabilities again after all other steps, so that beams add up what is left after penalties and cuts.
 * Hugging Face's `LogitNormalization`. One distribution stays what it is: only sums over several steps change.
 */
export function renormalize(): LogitsProcessor {
	return {
		name: 'renormalizeLogits',
		value: '',
		apply(scores) {
			logSoftmax(scores, logSumExp(scores), scores);
		},
	};
}
