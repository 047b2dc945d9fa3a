import {logSumExp} from '../math.ts';
import type {RandomStream} from '../random.ts';

/**
 * Draw a class from softmax(scores) by inverting the cumulative distribution over the token ids: one number of the
 * stream a draw.
 */
export function drawClass(scores: Float32Array, random: RandomStream): number {
	let left = random.next();
	const total = logSumExp(scores);
	let last = -1;
	for (let id = 0; id < scores.length; id++) {
		if (scores[id] === -Infinity) continue;
		last = id;
		left -= Math.exp(scores[id] - total);
		if (left < 0) return id;
	}
	// Rounding can leave a crumb beyond the last class.
	return last;
}

/** Draw an index with a chance proportional to its weight; the weights are at least 0, their sum above 0. */
export function drawWeighted(weights: Float64Array, random: RandomStream): number {
	let total = 0;
	for (let i = 0; i < weights.length; i++) total += weights[i];
	let left = random.next() * total;
	let last = -1;
	for (let i = 0; i < weights.length; i++) {
		if (weights[i] === 0) continue;
		last = i;
		left -= weights[i];
		if (left < 0) return i;
	}
	return last;
}
