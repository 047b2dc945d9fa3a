import {countKept, entropy, logSumExp, rankClasses} from '../../math/math.ts';
import type {LogitsProcessor} from '../logits-processor.ts';
import {keepOnly, probabilitiesOf} from './keep.ts';

/**
 * Locally typical sampling: classes are ordered by how near their surprisal is to the entropy of the distribution, and
 * the first that together reach the probability `mass` stay. Meister et al. 2023, "Locally Typical Sampling",
 * https://arxiv.org/abs/2202.00666. As in Hugging Face's `TypicalLogitsWarper`, classes as near as the last one that
 * stays, stay too. The most probable class may go.
 */
export function typicalP(mass: number, minKeep: number): LogitsProcessor {
	const limit = Math.fround(mass);
	return {
		name: 'typicalP',
		value: String(mass),
		apply(scores) {
			const total = logSumExp(scores);
			const nearness = nearnessToEntropy(scores, total);
			const ranked = rankClasses(nearness);
			const probabilities = probabilitiesOf(scores, ranked, total);
			let last = 0;
			for (let sum = probabilities[0]; Math.fround(sum) < limit && last < ranked.length - 1; ) {
				sum += probabilities[++last];
			}
			let size = last + 1;
			while (size < ranked.length && nearness[ranked[size]] === nearness[ranked[last]]) size++;
			keepOnly(scores, ranked.subarray(0, Math.max(size, Math.min(minKeep, countKept(scores)))));
		},
	};
}

/** -|surprisal - entropy| of every class, float32: 0 is the most typical. */
function nearnessToEntropy(scores: Float32Array, total: number): Float32Array {
	const average = entropy(scores, total);
	return scores.map(score => -Math.abs(total - score - average));
}
