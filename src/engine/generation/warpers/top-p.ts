import {rankClasses} from '../../math/math.ts';
import type {LogitsProcessor} from '../logits-processor.ts';
import {keepOnly, probabilitiesOf} from './keep.ts';

/**
 * Nucleus sampling: the smallest set of the most probable classes whose probabilities sum to at least p. Holtzman et
 * al. 2020, "The Curious Case of Neural Text Degeneration", https://arxiv.org/abs/1904.09751. As in Hugging Face's
 * `TopPLogitsWarper`, the probabilities of the cut classes are summed, from the least probable upward, and compared with
 * 1 - p in float32: near p = 1, the sum of the kept ones would be 1 by rounding too early.
 */
export function topP(p: number, minKeep: number): LogitsProcessor {
	const most = Math.fround(1 - p);
	return {
		name: 'topP',
		value: String(p),
		apply(scores) {
			const ranked = rankClasses(scores);
			const probabilities = probabilitiesOf(scores, ranked);
			let size = ranked.length;
			for (let cut = 0; size > minKeep; size--) {
				cut += probabilities[size - 1];
				if (Math.fround(cut) > most) break;
			}
			keepOnly(scores, ranked.subarray(0, size));
		},
	};
}
