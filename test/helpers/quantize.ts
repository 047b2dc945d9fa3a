/** Symmetric int8 weights with one scale per output channel. */

/** A matrix [K, N] in bytes. */
export interface QuantizedMatrix {
	/** [K, N] row-major: `round(w / scale)`, within ±127. */
	values: Int8Array;
	/** [N]: the largest magnitude of each column / 127. */
	scales: Float32Array;
}

/** Quantise a float32 matrix [K, N] (inputs x outputs, as GPT-2's Conv1D stores it), column by column. */
export function quantizeColumns(weights: Float32Array, inputs: number, outputs: number): QuantizedMatrix {
	const scales = new Float32Array(outputs);
	for (let k = 0, at = 0; k < inputs; k++) {
		for (let n = 0; n < outputs; n++, at++) scales[n] = Math.max(scales[n], Math.abs(weights[at]));
	}

	finishScales(scales);
	const values = new Int8Array(inputs * outputs);
	for (let k = 0, at = 0; k < inputs; k++) {
		for (let n = 0; n < outputs; n++, at++) values[at] = nearest(weights[at] / scales[n]);
	}

	return {values, scales};
}

/**
 * Quantise a float32 matrix [N, K] (one row per output, as the token embedding is stored) with a scale per row, and
 * transpose it to [K, N], the layout of the LM head.
 */
export function quantizeRowsTransposed(weights: Float32Array, outputs: number, inputs: number): QuantizedMatrix {
	const scales = new Float32Array(outputs);
	for (let n = 0, at = 0; n < outputs; n++) {
		let largest = 0;
		for (let k = 0; k < inputs; k++, at++) largest = Math.max(largest, Math.abs(weights[at]));
		scales[n] = largest;
	}

	finishScales(scales);
	const values = new Int8Array(inputs * outputs);
	eachTransposed(outputs, inputs, (from, to, n) => {
		values[to] = nearest(weights[from] / scales[n]);
	});
	return {values, scales};
}

/** A row-major matrix [N, K] as [K, N]. */
export function transpose(matrix: Float32Array, rows: number, columns: number): Float32Array {
	const values = new Float32Array(matrix.length);
	eachTransposed(rows, columns, (from, to) => {
		values[to] = matrix[from];
	});
	return values;
}

/** Visit every element of [N, K] with its place in [K, N]; in blocks, so that rows read and columns written stay in cache. */
function eachTransposed(rows: number, columns: number, visit: (from: number, to: number, row: number) => void): void {
	const BLOCK = 64;
	for (let first = 0; first < rows; first += BLOCK) {
		const last = Math.min(first + BLOCK, rows);
		for (let k = 0; k < columns; k++) {
			for (let n = first; n < last; n++) visit(n * columns + k, k * rows + n, n);
		}
	}
}

/** As `Math.round`, in a third of its time. */
const nearest = (value: number) => Math.floor(value + 0.5);

/** The smallest normal float32: below it a step has no precision, and could round to nothing. */
const SMALLEST_STEP = 2 ** -126;

function finishScales(scales: Float32Array): void {
	for (let n = 0; n < scales.length; n++) scales[n] = Math.max(scales[n] / 127, SMALLEST_STEP);
}
