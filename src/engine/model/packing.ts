import {sizeOf, type Tensor} from './declare.ts';
import {padded} from './forward.ts';
import type {Precision} from './precision.ts';

/** The form in which the kernels read weights, in memory as in the stored file. */

/** Columns of a tile of a matrix. */
export const TILE = 4;
/** Inputs of a column that lie side by side. */
const RUN = 8;

/** What a packed tensor looks like; a matrix of int8 has scales, [outputs] filled up. */
export interface PackedShape {
	readonly type: 'I8' | 'F32';
	readonly shape: readonly number[];
	readonly scales: number | null;
}

/**
 * A matrix of int8 is in tiles of 4 outputs, of which each has 8 inputs in turn, [tiles, K / 8, 4, 8]; one of float32 in tiles
 * side by side, [tiles, K, 4]. Widths are filled up with zeros.
 */
export function packedShape(tensor: Tensor, precision: Precision): PackedShape {
	if (tensor.kind === 'floats') {
		const rows = tensor.shape.slice(0, -1);
		return {type: 'F32', shape: [...rows, padded(tensor.shape.at(-1)!)], scales: null};
	}

	const {inputs, outputs} = sizeOf(tensor);
	const tiles = Math.ceil(outputs / TILE);
	return precision === 'fp32'
		? {type: 'F32', shape: [tiles, padded(inputs), TILE], scales: null}
		: {type: 'I8', shape: [tiles, padded(inputs) / RUN, TILE, RUN], scales: padded(outputs)};
}

/** Bytes of a packed tensor, without its scales. */
export const packedBytes = ({type, shape}: Pick<PackedShape, 'type' | 'shape'>): number =>
	shape.reduce((product, n) => product * n, type === 'F32' ? 4 : 1);

/** Float32 numbers [.., n] as rows that are filled up. @param plus is added to each. */
export function packFloats(values: Float32Array, width: number, plus = 0): Float32Array {
	const stride = padded(width);
	const result = new Float32Array((values.length / width) * stride);
	for (let from = 0, to = 0; from < values.length; from += width, to += stride) {
		for (let i = 0; i < width; i++) result[to + i] = values[from + i] + plus;
	}

	return result;
}

/** A matrix as it is in a checkpoint: `values[k * inputStride + n * outputStride]`. */
export interface Matrix {
	values: Float32Array;
	inputs: number;
	outputs: number;
	inputStride: number;
	outputStride: number;
}

/** Some outputs of a tensor, as they lie in its file: all of `columns`, any run of `rows`. */
export const matrixOf = (kind: Tensor['kind'], values: Float32Array, inputs: number, outputs: number): Matrix => ({
	values,
	inputs,
	outputs,
	inputStride: kind === 'columns' ? outputs : 1,
	outputStride: kind === 'columns' ? 1 : inputs,
});

/** As `Math.round`, in a third of its time. */
const nearest = (value: number) => Math.floor(value + 0.5);

/** The smallest normal float32: below it a step has no precision, and could round to nothing. */
const SMALLEST_STEP = 2 ** -126;

/** A matrix in int8, symmetric: `round(w / scale)`, within +-127, with the largest magnitude of each output / 127 as its scale. */
export function packInt8({values, inputs, outputs, inputStride, outputStride}: Matrix): {
	bytes: Int8Array;
	scales: Float32Array;
} {
	const scales = largestOf({values, inputs, outputs, inputStride, outputStride});
	for (let n = 0; n < outputs; n++) scales[n] = Math.max(scales[n] / 127, SMALLEST_STEP);
	const width = padded(inputs);
	const bytes = new Int8Array(Math.ceil(outputs / TILE) * TILE * width);
	for (let tile = 0, at = 0; tile < outputs; tile += TILE) {
		for (let k = 0; k < width; k += RUN) {
			for (let n = tile; n < tile + TILE; n++, at += RUN) {
				if (n >= outputs) continue;
				const scale = scales[n];
				let from = k * inputStride + n * outputStride;
				for (let i = 0; i < RUN && k + i < inputs; i++, from += inputStride)
					bytes[at + i] = nearest(values[from] / scale);
			}
		}
	}

	return {bytes, scales};
}

/** The largest magnitude of each output; read in the order in which the numbers lie. */
function largestOf({values, inputs, outputs, inputStride, outputStride}: Matrix): Float32Array {
	const largest = new Float32Array(padded(outputs));
	if (inputStride === 1) {
		for (let n = 0; n < outputs; n++) {
			let most = 0;
			for (let i = n * outputStride, end = i + inputs; i < end; i++) most = Math.max(most, Math.abs(values[i]));
			largest[n] = most;
		}
	} else {
		for (let k = 0, i = 0; k < inputs; k++) {
			for (let n = 0; n < outputs; n++, i++) largest[n] = Math.max(largest[n], Math.abs(values[i]));
		}
	}

	return largest;
}

/** A matrix in float32. */
export function packFloat32({values, inputs, outputs, inputStride, outputStride}: Matrix): Float32Array {
	const width = padded(inputs);
	const result = new Float32Array(Math.ceil(outputs / TILE) * TILE * width);
	for (let n = 0; n < outputs; n++) {
		let to = (n - (n % TILE)) * width + (n % TILE);
		for (let k = 0; k < inputs; k++, to += TILE) result[to] = values[k * inputStride + n * outputStride];
	}

	return result;
}

/**
 * An output of a packed matrix as float32 [inputs]: for a head, what the logit of a class is a sum of.
 * @param scale of int8, its output's.
 */
export function packedRow(packed: Int8Array | Float32Array, n: number, inputs: number, scale = 1): Float32Array {
	const width = padded(inputs);
	const begin = (n - (n % TILE)) * width;
	const row = new Float32Array(inputs);
	for (let k = 0; k < inputs; k++) {
		const at =
			packed instanceof Float32Array ? k * TILE + (n % TILE) : (k - (k % RUN)) * TILE + (n % TILE) * RUN + (k % RUN);
		row[k] = packed[begin + at] * scale;
	}

	return row;
}
