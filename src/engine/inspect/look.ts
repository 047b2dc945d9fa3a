import {ATTENTION_WEIGHTS, PLACE_COPY, ROWS} from '../kernels/assembly/layout.ts';
import {padded} from '../model/forward.ts';
import type {Machine} from '../model/machine.ts';

/** Bytes of attention that are looked at together. */
const ATTENTION_BYTES = 8 * 2 ** 20;

/** What is copied while runs compute: the residual stream around every block, the attention of one block. */
export class Look {
	/** Most rows of a run, so that their attention has room. */
	readonly mostRows: number;
	readonly #width: number;
	readonly #heads: number;
	/** Positions of a row of attention, filled up. */
	readonly #stride: number;
	readonly #copies: number;
	readonly #weights: number;

	/** @param positions how many the text has. */
	constructor(
		private readonly machine: Machine,
		private readonly sees: boolean,
		private readonly attentionOf: number | null,
		private readonly positions: number,
	) {
		const {program, memory} = machine;
		this.#width = padded(program.width);
		this.#stride = padded(positions);
		this.#heads = attentionOf === null ? 0 : machine.attention(program.attentions[attentionOf]).heads;
		const rowBytes = 4 * this.#heads * this.#stride;
		this.mostRows = rowBytes === 0 ? ROWS : Math.max(1, Math.min(ROWS, Math.floor(ATTENTION_BYTES / rowBytes)));
		const copyBytes = sees ? 4 * program.residuals.length * ROWS * this.#width : 0;
		const at = memory.scratch(copyBytes + rowBytes * this.mostRows);
		this.#copies = at;
		this.#weights = at + copyBytes;
	}

	/** Of every run, before it. */
	make(): void {
		this.#write(block => this.#copies + 4 * block * ROWS * this.#width, this.#weights, 4 * this.#stride);
	}

	/** And after it. */
	undo(): void {
		this.#write(() => 0, 0, 0);
	}

	/** A row's residual streams, to the i-th of n positions in [blocks, n, D]. */
	residuals(row: number, i: number, n: number, to: Float32Array): void {
		const {width, residuals} = this.machine.program;
		for (const block of residuals.keys()) {
			const at = this.#copies + 4 * (block * ROWS + row) * this.#width;
			to.set(this.machine.memory.floats(at, width), (block * n + i) * width);
		}
	}

	/** The attention of a run's rows, of positions [first, end), to [H, s, s]. */
	attention(first: number, end: number, to: Float32Array): void {
		const s = this.positions;
		for (let position = first; position < end; position++) {
			for (let head = 0; head < this.#heads; head++) {
				const at = this.#weights + 4 * ((position - first) * this.#heads + head) * this.#stride;
				to.set(this.machine.memory.floats(at, position + 1), (head * s + position) * s);
			}
		}
	}

	#write(copyOf: (block: number) => number, weights: number, stride: number): void {
		const {residuals, attentions} = this.machine.program;
		if (this.sees)
			for (const [block, place] of residuals.entries()) this.machine.instruct(place, PLACE_COPY, copyOf(block));
		if (this.attentionOf === null) return;
		const attention = attentions[this.attentionOf];
		this.machine.instruct(attention, ATTENTION_WEIGHTS, weights);
		this.machine.instruct(attention, ATTENTION_WEIGHTS + 1, stride);
	}
}
