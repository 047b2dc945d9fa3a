import {ROWS} from '../kernels/assembly/layout.ts';
import type {KernelModel} from '../model/kernel-model.ts';
import type {Row} from '../model/machine.ts';
import type {Change} from '../model/reader.ts';
import {inTurn} from '../model/turns.ts';

/** The residual stream of a text at every position, [T, D], after some blocks. */
export type Stream = Float32Array;

/**
 * The forward pass from some block on, for texts whose residual streams there are known: nothing before that block is computed. The
 * numbers are those of the whole pass, bit for bit.
 */
export class Tail {
	/** How many texts can be computed together. */
	readonly most: number;

	constructor(
		private readonly lm: KernelModel,
		private readonly ids: readonly number[],
	) {
		this.most = Math.max(1, Math.min(lm.machine.logitRows, Math.floor(ROWS / ids.length)));
	}

	/**
	 * @param block how many blocks the streams have gone through.
	 * @param streams at most `most` of them.
	 * @returns of each the logits after the last position, [V].
	 */
	run(block: number, streams: readonly Stream[], change?: Change): Promise<Float32Array[]> {
		return inTurn(async () => {
			const {pages} = this.lm.reader;
			const reading = pages.open();
			pages.begin(reading);
			const claims = [];
			try {
				for (const i of streams.keys()) claims.push(pages.claim(reading, this.ids, this.ids.length, `tail ${i}`));
				const tables = claims.map(claim => claim.pages);
				let logits: Float32Array[] = [];
				for (let from = 0; from < this.ids.length; from += ROWS)
					logits = await this.#chunk(block, from, streams, tables, change);
				return logits;
			} finally {
				// Nothing is kept of them: the next ones have other keys and values.
				for (const claim of claims.reverse()) claim.undo();
				pages.end(reading);
			}
		});
	}

	async #chunk(
		block: number,
		from: number,
		streams: readonly Stream[],
		tables: readonly (readonly number[])[],
		change: Change | undefined,
	): Promise<Float32Array[]> {
		const {machine} = this.lm;
		const {residuals, instructions, width: D} = machine.program;
		const T = this.ids.length;
		const end = Math.min(from + ROWS, T);
		const value = machine.valueAt(residuals[block]);
		const width = value.length / ROWS;
		const rows: Row[] = [];
		for (const [table, stream] of streams.entries()) {
			for (let position = from; position < end; position++) {
				value.set(stream.subarray(position * D, (position + 1) * D), rows.length * width);
				const place = position === T - 1 ? table : -1;
				rows.push({token: this.ids[position], position, table, place, target: -1});
			}
		}
		const wanted = end === T ? streams.length : 0;
		try {
			change?.make(rows);
			await machine.run({rows, tables, wanted, ranges: [[residuals[block] + 1, instructions.length]]});
		} finally {
			change?.undo();
		}
		return wanted === 0 ? [] : streams.map((_, table) => machine.logits(table).slice());
	}
}
