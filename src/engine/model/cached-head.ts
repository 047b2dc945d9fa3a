import {BLOCK, PAGE} from '../kernels/assembly/layout.ts';
import type {ModelMemory} from './memory.ts';
import type {Precision} from './precision.ts';

/**
 * Bytes of a head's keys and values in a page: float32 beside float32 weights, else int16 with a step for each position
 * (`kernels/assembly/blocks.ts`). @param dh its channels, filled up.
 */
export const cachedHeadBytes = (dh: number): Record<Precision, number> => ({
	fp32: 2 * 4 * dh * PAGE,
	int8: 2 * (2 * dh + 4) * PAGE,
});

/** A head's keys and values in a page, as they were cached. */
export class CachedHead {
	/** @param at where they begin in memory. */
	constructor(
		private readonly memory: ModelMemory,
		private readonly at: number,
		private readonly dh: number,
		private readonly precision: Precision,
	) {}

	/** The first d channels of a position's key. @param slot its place in the page. */
	key(slot: number, d: number): Float32Array {
		const [block, lane] = [Math.floor(slot / BLOCK), slot % BLOCK];
		const step = this.#step(slot, 0);
		const channels = this.#numbers(0).subarray(block * BLOCK * this.dh);
		return Float32Array.from({length: d}, (_, channel) => channels[channel * BLOCK + lane] * step);
	}

	value(slot: number, d: number): Float32Array {
		const step = this.#step(slot, 1);
		const first = slot * this.dh;
		return Float32Array.from(this.#numbers(1).subarray(first, first + d), number => number * step);
	}

	/** Numbers of all 64 positions: of keys, or of values. */
	#numbers(part: 0 | 1): Float32Array | Int16Array {
		const length = this.dh * PAGE;
		const {buffer} = this.memory.memory;
		if (this.precision === 'fp32') return new Float32Array(buffer, this.at + 4 * part * length, length);
		return new Int16Array(buffer, this.at + 2 * part * length, length);
	}

	#step(slot: number, part: 0 | 1): number {
		if (this.precision === 'fp32') return 1;
		return this.memory.floats(this.at + 4 * (this.dh + part) * PAGE, PAGE)[slot];
	}
}
