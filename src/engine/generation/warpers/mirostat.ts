import {logSumExp} from '../../math/math.ts';
import type {LogitsProcessor} from '../logits-processor.ts';
import {cutBelow} from './keep.ts';

/**
 * Mirostat 2: classes with a surprisal above mu bits are removed, and mu learns from the class that was drawn: it falls by
 * eta for every bit that its surprisal exceeds tau. So the surprisal of the text stays near tau. Basu et al. 2020, "Mirostat",
 * https://arxiv.org/abs/2007.14966, algorithm 2; mu begins at 2 tau. A class that it removes and that is chosen all the same
 * teaches it nothing.
 */
export function mirostat(tau: number, eta: number, minKeep: number): LogitsProcessor {
	return {
		name: 'mirostatTau',
		value: String(tau),
		apply(scores, {memory}) {
			const mu = memory?.mirostatTau ?? 2 * tau;
			cutBelow(scores, 2 ** -mu, minKeep, logSumExp(scores));
		},
		accept(logProb, mu = 2 * tau) {
			return logProb === -Infinity ? mu : mu - eta * (-logProb / Math.LN2 - tau);
		},
	};
}
