import type {Dtype} from '../families/gpt2/graph.ts';

/**
 * A hidden state as the LM head multiplies it, [D]. The int8 graph rounds it to 255 steps of its largest magnitude first
 * (`quantizedMatMul` in `families/gpt2/graph.ts`), in float32 as here; the fp32 graph takes it as it is.
 */
export function seenByHead(hidden: Float32Array, dtype: Dtype): Float32Array {
	if (dtype === 'fp32') return hidden.slice();
	const largest = hidden.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
	const scale = Math.max(Math.fround(largest * Math.fround(1 / 127)), 1e-30);
	return hidden.map(value => roundHalfToEven(Math.fround(value / scale)) * scale);
}

/** As ONNX's `Round` rounds. */
function roundHalfToEven(value: number): number {
	const rounded = Math.round(value);
	return Math.abs(value % 1) === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}

/**
 * What each dimension adds to a class's logit, [D]: the products whose sum the dot product is.
 * @param vector what the head sees, [D].
 * @param row the class's row of weights, [D].
 */
export const contributions = (vector: Float32Array, row: Float32Array): Float64Array =>
	Float64Array.from(vector, (value, i) => value * row[i]);
