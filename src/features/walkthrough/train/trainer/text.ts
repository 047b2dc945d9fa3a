import {randomStream} from '../../../../engine/math/random.ts';
import {log} from './exact-math.ts';

/** Classes of the model: the 256 bytes, and the end of a text, which GPT-2's tokenizer has as well. */
export const BYTES = 256;
export const VOCABULARY = BYTES + 1;

/** The share of a text that the model never learns from. */
const KEPT_BACK = 0.1;

/** A text to learn, and its last tenth, by which one sees what was learned and what was only remembered. */
export interface SplitText {
	learned: Uint8Array;
	keptBack: Uint8Array;
}

/** B pieces of n bytes, and the byte that follows each position, both [B, n] row-major. */
export interface Batch {
	ids: Int32Array;
	targets: Int32Array;
	/** Where each piece begins in its text. */
	begins: Int32Array;
	pieces: number;
}

/** What guesses that need no model reach, in bits for each byte of the text that is learned. */
export interface Baselines {
	/** All bytes that occur, equally often. */
	uniform: number;
	/** Every byte as often as it occurs. */
	frequencies: number;
	/** Every byte as often as it follows the one before it. */
	pairs: number;
}

/** The shortest text that can be cut into a piece to learn and one to keep back, of n positions each. */
export const shortestText = (n: number): number => Math.ceil((n + 1) / KEPT_BACK);

export function splitText(text: Uint8Array): SplitText {
	const end = text.length - Math.floor(text.length * KEPT_BACK);
	return {learned: text.subarray(0, end), keptBack: text.subarray(end)};
}

/** The pieces of one training step. Each (seed, step) has its own, so that training can go on where it stopped. */
export function trainingBatch(text: Uint8Array, pieces: number, n: number, seed: number, step: number): Batch {
	const random = randomStream(seed, step);
	const begins = Int32Array.from({length: pieces}, () => Math.floor(random.next() * (text.length - n)));
	return batchAt(text, begins, n);
}

/** Pieces spread evenly over a text; the same at every call. */
export function evenBatch(text: Uint8Array, most: number, n: number): Batch {
	const pieces = Math.max(1, Math.min(most, Math.floor((text.length - 1) / n)));
	const room = text.length - 1 - n;
	const begins = Int32Array.from({length: pieces}, (_, i) =>
		pieces === 1 ? 0 : Math.floor((i * room) / (pieces - 1)),
	);
	return batchAt(text, begins, n);
}

function batchAt(text: Uint8Array, begins: Int32Array, n: number): Batch {
	const ids = new Int32Array(begins.length * n);
	const targets = new Int32Array(begins.length * n);
	begins.forEach((begin, i) => {
		ids.set(text.subarray(begin, begin + n), i * n);
		targets.set(text.subarray(begin + 1, begin + n + 1), i * n);
	});
	return {ids, targets, begins, pieces: begins.length};
}

/** Entropy of the bytes that occur: the cross-entropy of a table with the text that it was counted in. */
export function baselinesOf(text: Uint8Array): Baselines {
	const single = new Float64Array(BYTES);
	const pair = new Float64Array(BYTES * BYTES);
	const before = new Float64Array(BYTES);
	for (let i = 0; i < text.length; i++) {
		single[text[i]]++;
		if (i === 0) continue;
		pair[text[i - 1] * BYTES + text[i]]++;
		before[text[i - 1]]++;
	}
	const bits = (count: number, of: number) => (count === 0 ? 0 : (-count * log(count / of)) / Math.LN2);
	const frequencies = single.reduce((sum, count) => sum + bits(count, text.length), 0) / text.length;
	const pairs = pair.reduce((sum, count, i) => sum + bits(count, before[Math.floor(i / BYTES)]), 0) / (text.length - 1);
	return {uniform: log(single.filter(count => count > 0).length) / Math.LN2, frequencies, pairs};
}
