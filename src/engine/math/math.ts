/**
 * The mathematics of one classification: logits in, numbers out. Logits are float32 [V]; a class that was removed has
 * the logit -Infinity. Sums are taken in float64. Equal logits are ordered by token id, the lower first.
 */
import {sumOfExp} from './sum-of-exp.ts';

/** Index of the largest value; the lowest index among equal ones. */
export function argmax(values: Float32Array): number {
	let best = 0;
	let largest = values[0];
	for (let i = 1; i < values.length; i++) {
		const value = values[i];
		if (value > largest) {
			best = i;
			largest = value;
		}
	}
	return best;
}

/**
 * log(sum(exp(logits))), in nats; stable for logits of any size. -Infinity when every class is removed.
 * @param max the largest logit, where it is known.
 */
export function logSumExp(logits: Float32Array, max = logits[argmax(logits)]): number {
	if (max === -Infinity) return -Infinity;
	return max + Math.log(sumOfExp(logits, max));
}

/**
 * Natural-log probability of every class, float32 [V].
 * @param total the logits' log-sum-exp, where it is known.
 * @param result the array to put them into.
 */
export function logSoftmax(
	logits: Float32Array,
	total = logSumExp(logits),
	result: Float32Array = new Float32Array(logits.length),
): Float32Array {
	for (let i = 0; i < logits.length; i++) result[i] = logits[i] - total;
	return result;
}

/**
 * Probability of every class, float32 [V]; sums to 1.
 * @param total the logits' log-sum-exp, where it is known.
 */
export function softmax(logits: Float32Array, total = logSumExp(logits)): Float32Array {
	const result = new Float32Array(logits.length);
	for (let i = 0; i < logits.length; i++) if (logits[i] !== -Infinity) result[i] = Math.exp(logits[i] - total);
	return result;
}

/**
 * Entropy of softmax(logits), in nats: 0 for a sure thing, log(V) for a uniform distribution.
 * @param total the logits' log-sum-exp, where it is known.
 */
export function entropy(logits: Float32Array, total = logSumExp(logits)): number {
	let sum = 0;
	for (let i = 0; i < logits.length; i++) {
		if (logits[i] === -Infinity) continue;
		const logProb = logits[i] - total;
		sum -= Math.exp(logProb) * logProb;
	}
	return Math.max(0, sum);
}

/**
 * Probability of some classes together, 0 to 1.
 * @param mask 1 for each of them, [V].
 * @param total the logits' log-sum-exp, where it is known.
 */
export function massOf(logits: Float32Array, mask: Float32Array, total = logSumExp(logits)): number {
	let sum = 0;
	for (let i = 0; i < logits.length; i++) if (mask[i] !== 0) sum += Math.exp(logits[i] - total);
	return sum;
}

/** Place of a class when all are ordered from the most probable; 1 is the first. */
export function rankOf(logits: Float32Array, id: number): number {
	const logit = logits[id];
	let rank = 1;
	for (let i = 0; i < id; i++) if (logits[i] >= logit) rank++;
	for (let i = id + 1; i < logits.length; i++) if (logits[i] > logit) rank++;
	return rank;
}

/** How many classes have not been removed. */
export function countKept(logits: Float32Array): number {
	let count = 0;
	for (let i = 0; i < logits.length; i++) if (logits[i] !== -Infinity) count++;
	return count;
}

/** Whether every class has been removed. Mostly the first one tells. */
export function isEmpty(logits: Float32Array): boolean {
	for (let i = 0; i < logits.length; i++) if (logits[i] !== -Infinity) return false;
	return true;
}

/** Below this, a list kept in order while scanning is quicker than sorting everything. */
const SHORT_LIST = 128;

/** Ids of the k largest logits, largest first; fewer when fewer classes are kept. */
export function topClasses(logits: Float32Array, k: number): Uint32Array {
	if (k > SHORT_LIST) return rankClasses(logits).slice(0, k);
	const ids = new Uint32Array(k);
	let size = 0;
	let threshold = -Infinity; // what a class must exceed to be listed
	const {length} = logits;
	for (let id = 0; id < length; id++) {
		// Hardly any class does: four are passed at a time.
		while (
			id + 3 < length &&
			!(logits[id] > threshold || logits[id + 1] > threshold) &&
			!(logits[id + 2] > threshold || logits[id + 3] > threshold)
		) {
			id += 4;
		}
		if (id === length) break;
		const logit = logits[id];
		if (!(logit > threshold)) continue;
		let place = size < k ? size++ : k - 1;
		for (; place > 0 && logit > logits[ids[place - 1]]; place--) ids[place] = ids[place - 1];
		ids[place] = id;
		if (size === k) threshold = logits[ids[k - 1]];
	}
	return ids.slice(0, size);
}

/**
 * Ids of all kept classes, the most probable first. A least-significant-digit radix sort over the bits of the floats,
 * three passes of 11 bits: stable, so equal logits stay in the order of their ids, and a few milliseconds for 50,257.
 */
export function rankClasses(logits: Float32Array): Uint32Array {
	let ids = new Uint32Array(countKept(logits));
	for (let id = 0, size = 0; id < logits.length; id++) if (logits[id] !== -Infinity) ids[size++] = id;
	if (ids.length <= SHORT_LIST) return ids.sort((a, b) => logits[b] - logits[a] || a - b);
	const keys = descendingKeys(logits);
	let sorted = new Uint32Array(ids.length);
	const starts = new Uint32Array(2048);
	for (const shift of [0, 11, 22]) {
		starts.fill(0);
		for (let i = 0; i < ids.length; i++) starts[(keys[ids[i]] >>> shift) & 2047]++;
		for (let digit = 0, start = 0; digit < 2048; digit++) {
			const count = starts[digit];
			starts[digit] = start;
			start += count;
		}
		for (let i = 0; i < ids.length; i++) sorted[starts[(keys[ids[i]] >>> shift) & 2047]++] = ids[i];
		[ids, sorted] = [sorted, ids];
	}
	return ids;
}

/** Unsigned integers that are ordered as the floats are, the largest float first. */
function descendingKeys(logits: Float32Array): Uint32Array {
	const bits = new Uint32Array(logits.buffer, logits.byteOffset, logits.length);
	const keys = new Uint32Array(bits.length);
	for (let i = 0; i < bits.length; i++) {
		// A float's sign is its first bit: flip all bits of positive ones but that, none of negative ones. -0 equals 0.
		const word = bits[i] === 0x8000_0000 ? 0 : bits[i];
		keys[i] = word & 0x8000_0000 ? word : ~word & 0x7fff_ffff;
	}
	return keys;
}
