import {ATTENTION_WEIGHTS, ROWS} from '../kernels/assembly/layout.ts';
import {padded} from '../model/forward.ts';
import type {Machine} from '../model/machine.ts';
import type {Change} from '../model/reader.ts';
import {Copies} from './copies.ts';

/** Bytes of attention that are looked at together. */
const ATTENTION_BYTES = 8 * 2 ** 20;

/** What is copied while runs compute: the residual stream around every block, the attention of some. */
export class Look implements Change {
	/** Most rows of a run, so that their attention has room. */
	readonly mostRows: number;
	readonly #copies: Copies;
	/** Heads of a block. */
	readonly #heads: number;
	/** Positions of a row of attention, filled up. */
	readonly #stride: number;
	readonly #weights: number;
	/** Bytes of a block's attention. */
	readonly #blockBytes: number;

	/** @param positions how many the text has. */
	constructor(
		private readonly machine: Machine,
		sees: boolean,
		private readonly attentionOf: readonly number[],
		private readonly positions: number,
	) {
		const {program, memory} = machine;
		this.#copies = new Copies(machine, sees ? program.residuals : []);
		this.#stride = padded(positions);
		this.#heads = machine.attention(program.attentions[0]).heads;
		const rowBytes = 4 * attentionOf.length * this.#heads * this.#stride;
		this.mostRows = rowBytes === 0 ? ROWS : Math.max(1, Math.min(ROWS, Math.floor(ATTENTION_BYTES / rowBytes)));
		this.#weights = memory.scratch(rowBytes * this.mostRows, 'attention');
		this.#blockBytes = attentionOf.length === 0 ? 0 : (rowBytes / attentionOf.length) * this.mostRows;
	}

	/** Of every run, before it. */
	make(): void {
		this.#copies.make();
		this.#write(i => this.#weights + i * this.#blockBytes, 4 * this.#stride);
	}

	/** And after it. */
	undo(): void {
		this.#copies.undo();
		this.#write(() => 0, 0);
	}

	/** A row's residual streams, to the i-th of n positions in [blocks, n, D]. */
	residuals(row: number, i: number, n: number, to: Float32Array): void {
		const {width, residuals} = this.machine.program;
		for (const block of residuals.keys())
			to.set(this.#copies.row(block, row).subarray(0, width), (block * n + i) * width);
	}

	/** The attention of a run's rows, of positions [first, end): of each block to [H, s, s]. */
	attention(first: number, end: number, to: readonly Float32Array[]): void {
		const s = this.positions;
		for (const [i, weights] of to.entries()) {
			for (let position = first; position < end; position++) {
				for (let head = 0; head < this.#heads; head++) {
					const row = ((position - first) * this.#heads + head) * this.#stride;
					const at = this.#weights + i * this.#blockBytes + 4 * row;
					weights.set(this.machine.memory.floats(at, position + 1), (head * s + position) * s);
				}
			}
		}
	}

	#write(weights: (i: number) => number, stride: number): void {
		for (const [i, block] of this.attentionOf.entries()) {
			const attention = this.machine.program.attentions[block];
			this.machine.instruct(attention, ATTENTION_WEIGHTS, weights(i));
			this.machine.instruct(attention, ATTENTION_WEIGHTS + 1, stride);
		}
	}
}
