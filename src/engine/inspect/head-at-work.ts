import {ATTENTION_WEIGHTS, PAGE, PLACE_COPY, ROWS} from '../kernels/assembly/layout.ts';
import {CachedHead, cachedHeadBytes} from '../model/cached-head.ts';
import {padded} from '../model/forward.ts';
import type {AttentionShape, Machine} from '../model/machine.ts';

/** How a head comes to what it passes on at one position, which sees n positions. A head has d channels. */
export interface HeadAtWork {
	/** The first position it sees: 0, or where its window begins. */
	readonly first: number;
	/** What scores are multiplied by: 1 / sqrt(d), or what the model says. */
	readonly scale: number;
	/** With its position turned into it, where the model has rotary positions; [d]. */
	readonly query: Float32Array;
	/** The same of the positions that are seen, [n, d]. */
	readonly keys: Float32Array;
	readonly values: Float32Array;
	/** The softmax of `scale * query . key`, [n]. */
	readonly weights: Float32Array;
	/** The sum of weight * value, [d]. */
	readonly mixed: Float32Array;
}

/** Bytes of attention weights that are copied together. */
const WEIGHT_BYTES = 8 * 2 ** 20;

/** What is copied while runs compute: queries, weights and mixed values of one block. Keys and values are read from the cache. */
export class HeadLook {
	/** Most rows of a run, so that their weights have room. */
	readonly mostRows: number;
	readonly #shape: AttentionShape;
	readonly #attention: number;
	/** Positions of a row of weights, filled up. */
	readonly #stride: number;
	readonly #queries: number;
	readonly #mixed: number;
	readonly #weights: number;

	/** @param positions how many the text has. */
	constructor(
		private readonly machine: Machine,
		block: number,
		private readonly head: number,
		private readonly positions: number,
	) {
		const {program, memory} = machine;
		this.#attention = program.attentions[block];
		this.#shape = machine.attention(this.#attention);
		const {heads} = this.#shape;
		this.#stride = padded(positions);
		const rowBytes = 4 * heads * this.#stride;
		this.mostRows = Math.max(1, Math.min(ROWS, Math.floor(WEIGHT_BYTES / rowBytes)));
		const queryBytes = 4 * ROWS * this.#queryWidth;
		const mixedBytes = 4 * ROWS * this.#mixedWidth;
		this.#queries = memory.scratch(queryBytes + mixedBytes + rowBytes * this.mostRows, 'head');
		this.#mixed = this.#queries + queryBytes;
		this.#weights = this.#mixed + mixedBytes;
	}

	/** Of every run, before it. */
	make(): void {
		this.#write(this.#queries, this.#mixed, this.#weights, 4 * this.#stride);
	}

	/** And after it. */
	undo(): void {
		this.#write(0, 0, 0, 0);
	}

	/**
	 * What the head did at the last position.
	 * @param row the position's, in the run.
	 * @param pages addresses of those that hold the text.
	 */
	take(row: number, pages: readonly number[]): HeadAtWork {
		const {memory} = this.machine;
		const {heads, headSize: d, paddedSize, scale, window} = this.#shape;
		const last = this.positions - 1;
		const first = window === null ? 0 : Math.max(0, last - window + 1);
		const seen = Array.from({length: last + 1 - first}, (_, i) => first + i);
		const query = this.#queries + 4 * (row * this.#queryWidth + this.head * paddedSize);
		const mixed = this.#mixed + 4 * (row * this.#mixedWidth + this.head * d);
		const weights = this.#weights + 4 * (row * heads + this.head) * this.#stride;
		const rows = (read: (position: number) => Float32Array) => {
			const all = new Float32Array(seen.length * d);
			for (const [i, position] of seen.entries()) all.set(read(position), i * d);
			return all;
		};
		return {
			first,
			scale,
			query: memory.floats(query, d).slice(),
			keys: rows(position => this.#cached(pages, position).key(position % PAGE, d)),
			values: rows(position => this.#cached(pages, position).value(position % PAGE, d)),
			weights: memory.floats(weights + 4 * first, seen.length).slice(),
			mixed: memory.floats(mixed, d).slice(),
		};
	}

	get #queryWidth(): number {
		return padded(this.#shape.heads * this.#shape.paddedSize);
	}

	get #mixedWidth(): number {
		return padded(this.#shape.heads * this.#shape.headSize);
	}

	/** The head's keys and values in the page of a position. */
	#cached(pages: readonly number[], position: number): CachedHead {
		const {heads, sharedHeads, paddedSize, layer} = this.#shape;
		const {memory, weights} = this.machine;
		const shared = Math.floor((this.head * sharedHeads) / heads);
		const at = pages[Math.floor(position / PAGE)] + layer + shared * cachedHeadBytes(paddedSize)[weights.precision];
		return new CachedHead(memory, at, paddedSize, weights.precision);
	}

	#write(queries: number, mixed: number, weights: number, stride: number): void {
		this.machine.instruct(this.#attention - 1, PLACE_COPY, queries);
		this.machine.instruct(this.#attention + 1, PLACE_COPY, mixed);
		this.machine.instruct(this.#attention, ATTENTION_WEIGHTS, weights);
		this.machine.instruct(this.#attention, ATTENTION_WEIGHTS + 1, stride);
	}
}
