import {logSumExp, topClasses} from '../../math/math.ts';

/** Probabilities of the classes with these ids, float64, under softmax(scores). */
export function probabilitiesOf(scores: Float32Array, ids: Uint32Array, total = logSumExp(scores)): Float64Array {
	const result = new Float64Array(ids.length);
	for (let i = 0; i < ids.length; i++) result[i] = Math.exp(scores[ids[i]] - total);
	return result;
}

/** Remove every class that is not among these ids. */
export function keepOnly(scores: Float32Array, ids: Uint32Array): void {
	const kept = new Float32Array(ids.length);
	for (let i = 0; i < ids.length; i++) kept[i] = scores[ids[i]];
	scores.fill(-Infinity);
	for (let i = 0; i < ids.length; i++) scores[ids[i]] = kept[i];
}

/**
 * Remove classes less probable than `threshold`, but none of the `minKeep` most probable ones.
 * @param total the scores' log-sum-exp.
 */
export function cutBelow(scores: Float32Array, threshold: number, minKeep: number, total = logSumExp(scores)): void {
	const limit = Math.fround(threshold);
	const top = topClasses(scores, minKeep);
	const least = scores[top[top.length - 1]];
	for (let i = 0; i < scores.length; i++) {
		if (scores[i] < least && Math.fround(Math.exp(scores[i] - total)) < limit) scores[i] = -Infinity;
	}
}
