import {TILE} from '../../model/packing.ts';
import type {Laid} from './forms.ts';

/** Outputs that lie in another order than Hugging Face's. */
export interface RowOrder {
	/** So many stay together: they are read, put in order and written at once. */
	run: number;
	/** Where an output belongs. */
	to(row: number): number;
}

/** The order of a tensor's outputs; null where they lie as they should. */
export function rowOrder({paired, split}: Laid, outputs: number): RowOrder | null {
	if (paired !== undefined) {
		// The two halves of a head, whose channels turn together, are interleaved.
		const size = outputs / paired;
		const to = (row: number) => {
			const inside = row % size;
			return row - inside + (inside % 2) * (size / 2) + Math.floor(inside / 2);
		};
		return {run: whole(size, outputs), to};
	}
	if (split !== undefined) {
		const size = outputs / split / 3;
		const to = (row: number) => {
			const part = Math.floor(row / size);
			return ((part % split) * 3 + Math.floor(part / split)) * size + (row % size);
		};
		return {run: whole(size, outputs), to};
	}
	return null;
}

/** Packed outputs begin with a tile: a head of another width waits for all others. */
const whole = (size: number, outputs: number) => (size % TILE === 0 ? size : outputs);

/**
 * Put a run of outputs in order.
 * @param row the first of them, as they lie. @param width numbers of each.
 * @returns them, and where the first of them belongs.
 */
export function inOrder(
	values: Float32Array,
	{run, to}: RowOrder,
	row: number,
	width: number,
): {values: Float32Array; first: number} {
	const first = Math.floor(to(row) / run) * run;
	const ordered = new Float32Array(values.length);
	for (let i = 0; i < values.length / width; i++)
		ordered.set(values.subarray(i * width, (i + 1) * width), (to(row + i) - first) * width);
	return {values: ordered, first};
}
