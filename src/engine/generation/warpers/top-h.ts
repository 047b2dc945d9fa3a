import {entropy, logSumExp, topClasses} from '../../math/math.ts';
import type {LogitsProcessor} from '../logits-processor.ts';
import {keepOnly} from './keep.ts';

/** Hugging Face looks at no more classes than this. */
const MAX_CLASSES = 100;

/**
 * Top-H: of the 100 most probable classes, taken alone, the first stay whose parts of the entropy, -p log p, sum to at most
 * `share` of the whole: the surer the model, the fewer. Potraghloo et al. 2025, "Top-H Decoding",
 * https://arxiv.org/abs/2509.02510; Hugging Face's `TopHLogitsWarper`. The most probable class always stays.
 */
export function topH(share: number, minKeep: number): LogitsProcessor {
	return {
		name: 'topH',
		value: String(share),
		apply(scores) {
			const top = topClasses(scores, Math.min(MAX_CLASSES, scores.length));
			const considered = Float32Array.from(top, id => scores[id]);
			const total = logSumExp(considered);
			const limit = Math.fround(Math.fround(entropy(considered, total)) * Math.fround(share));
			let size = 0;
			for (let sum = 0; size < top.length; size++) {
				const logProb = considered[size] - total;
				if (logProb === -Infinity) break;
				sum -= Math.exp(logProb) * logProb;
				if (Math.fround(sum) > limit && size >= minKeep) break;
			}
			keepOnly(scores, top.subarray(0, size));
		},
	};
}
