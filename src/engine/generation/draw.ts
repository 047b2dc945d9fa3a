import {logSumExp, rankClasses, topClasses} from '../math/math.ts';
import type {RandomStream} from '../math/random.ts';

/** The class that a number from [0, 1) falls on. */
export interface DrawnClass {
	id: number;
	/** Probability of all classes that rank before it: it holds the numbers from `start` to `start + probability`. */
	start: number;
	probability: number;
}

/** A number mostly falls on one of the first classes, so the others are only ranked when it does not. */
const FIRST_LOOK = 64;

/**
 * Inverse transform sampling: lay the classes of softmax(scores) side by side from the most probable on, equal ones by
 * token id, and take the one that the number falls on.
 * @param scores float32 [V]; -Infinity for a class that was removed.
 * @param number in [0, 1).
 * @param total the scores' log-sum-exp, where it is known.
 */
export function classAt(scores: Float32Array, number: number, total = logSumExp(scores)): DrawnClass {
	const first = topClasses(scores, FIRST_LOOK);
	let start = 0;
	let last: DrawnClass = {id: -1, start: 0, probability: 0};
	const look = (ids: Uint32Array, from: number) => {
		for (let i = from; i < ids.length; i++) {
			last = {id: ids[i], start, probability: Math.exp(scores[ids[i]] - total)};
			start += last.probability;
			if (number < start) return true;
		}
		return false;
	};
	// By rounding, the classes may end just before 1; the last one takes a number beyond.
	if (!look(first, 0) && first.length === FIRST_LOOK) look(rankClasses(scores), FIRST_LOOK);
	return last;
}

/** Draw a class from softmax(scores): one number of the stream a draw. */
export const drawClass = (scores: Float32Array, random: RandomStream, total?: number): number =>
	classAt(scores, random.next(), total).id;

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
