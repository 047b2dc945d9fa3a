import {logSumExp} from '../../math/math.ts';
import {mersenneTwister} from '../../math/mersenne-twister.ts';
import type {LogitsProcessor} from '../logits-processor.ts';

/** Hugging Face's `SynthIDTextWatermarkingConfig`. */
interface Watermark {
	/** One for each layer of the tournament. */
	readonly keys: readonly number[];
	/** A class's bits are of so many tokens: itself, and those before it. */
	readonly ngramLen: number;
	/** Of how many steps the tokens before the class are remembered. */
	readonly contextHistorySize: number;
	readonly samplingTableSize: number;
	readonly samplingTableSeed: number;
	/** Whether the steps before which there is no whole context stay as they are. */
	readonly skipFirstNgramCalls: boolean;
}

/**
 * SynthID-Text: Dathathri et al. 2024, "Scalable watermarking for identifying large language model outputs",
 * https://doi.org/10.1038/s41586-024-08025-4, as Hugging Face's `SynthIDTextWatermarkLogitsProcessor` on a CPU. A tournament
 * between two draws for each key: of a class with probability p and the bit g, p * (1 + g - sum of p * g) is left. The bit is
 * read off a table of random ones, at a hash of the key, the class and the tokens before it. Where these were the same at an
 * earlier step, the distribution stays as it is. Only what the continuation has itself counts as before; before its beginning are zeros.
 */
export function synthId(watermark: Watermark): LogitsProcessor {
	const table = tableOf(watermark);
	return {
		name: 'watermarkingConfig',
		value: String(watermark.keys.length),
		apply(scores, {generated}, ids) {
			const context = freshContext(generated, watermark);
			if (context === null) return;
			const total = logSumExp(scores);
			const left = Float64Array.from(scores, score => Math.exp(score - total));
			const bits = new Uint8Array(left.length);
			const places = placesOf(ids ?? left.keys(), left.length);
			for (const key of watermark.keys) {
				readBits(bits, table, hashed(hashed(context, 0), key), places);
				let mass = 0;
				for (let i = 0; i < left.length; i++) mass += bits[i] * left[i];
				for (let i = 0; i < left.length; i++) left[i] *= 1 + bits[i] - mass;
			}
			for (let i = 0; i < left.length; i++) scores[i] = left[i] > 0 ? Math.log(left[i]) : -Infinity;
		},
	};
}

/** The table that was made last: step by step, every class asks for the same one. */
let made: {readonly name: string; readonly table: Uint8Array} | null = null;

function tableOf({samplingTableSeed: seed, samplingTableSize: size}: Watermark): Uint8Array {
	const name = `${seed} ${size}`;
	if (made?.name !== name) made = {name, table: bitsOf(seed, size)};
	return made.table;
}

/** The numbers that `torch.randint(0, 2, (size,))` gives with this seed. */
export function bitsOf(seed: number, size: number): Uint8Array {
	const next = mersenneTwister(seed);
	return Uint8Array.from({length: size}, () => next() & 1);
}

/** newlib's and musl's linear congruential generator, over 64 bits. */
const MULTIPLIER = 6_364_136_223_846_793_005n;
const hashed = (hash: bigint, datum: number) => BigInt.asUintN(64, (hash + BigInt(datum)) * MULTIPLIER + 1n);

/** The hash of the tokens before the next class; null where the step has no watermark. */
function freshContext(generated: readonly number[], watermark: Watermark): bigint | null {
	const width = watermark.ngramLen - 1;
	const hashBefore = (step: number) => {
		let hash = 1n;
		for (let i = step - width; i < step; i++) hash = hashed(hash, generated[i] ?? 0);
		return hash;
	};
	const first = watermark.skipFirstNgramCalls ? width : 0;
	if (generated.length < first) return null;
	const now = hashBefore(generated.length);
	const {contextHistorySize: size} = watermark;
	const oldest = Math.max(first, generated.length - size);
	for (let step = oldest; step < generated.length; step++) if (hashBefore(step) === now) return null;
	// There, what no step has filled yet is zero.
	return now === 0n && generated.length - first < size ? null : now;
}

/** Classes' part in a hash, 64 bits each: the id times the multiplier's square. */
interface Places {
	readonly low: Uint32Array;
	readonly high: Int32Array;
}

const WORD = 2 ** 32;
const STEP = BigInt.asUintN(64, MULTIPLIER ** 2n);
const STEP_LOW = Number(STEP & 0xffff_ffffn);
const STEP_HIGH = Number(STEP >> 32n);

function placesOf(ids: Iterable<number>, count: number): Places {
	const places: Places = {low: new Uint32Array(count), high: new Int32Array(count)};
	let i = 0;
	for (const id of ids) {
		const product = id * STEP_LOW;
		places.low[i] = product;
		places.high[i++] = Math.imul(id, STEP_HIGH) + Math.floor(product / WORD);
	}
	return places;
}

/** Each class's bit: the table's at the hash, a signed number of 64 bits, modulo the table's size. */
function readBits(bits: Uint8Array, table: Uint8Array, base: bigint, {low, high}: Places): void {
	const size = table.length;
	const [baseLow, baseHigh, perWord] = [Number(base & 0xffff_ffffn), Number(base >> 32n), WORD % size];
	for (let i = 0; i < bits.length; i++) {
		const sum = low[i] + baseLow;
		const carry = sum >= WORD ? 1 : 0;
		const upper = ((high[i] + baseHigh + carry) | 0) % size;
		bits[i] = table[((upper < 0 ? upper + size : upper) * perWord + sum - carry * WORD) % size];
	}
}
