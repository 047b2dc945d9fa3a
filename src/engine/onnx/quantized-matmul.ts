import type {GraphBuilder, Value} from './graph-builder.ts';
import type {QuantizedMatrix} from './quantize.ts';

/**
 * Products of float32 activations [B, s, K] with an int8 matrix [K, N], as nodes of a graph. Activations are rounded to
 * bytes with a scale per row: GPT-2's first position carries activations hundreds of times larger than the rest, so one
 * scale for all rows would ruin the others; and with a scale per row a position's result does not depend on what is computed
 * beside it.
 */

/** An int8 matrix [K, N] and its N scales, in the graph. */
export interface Weight {
	values: Value;
	scales: Value;
	/** Sums of the quantised columns times their scales, [N]. */
	columnSums(): Value;
}

/** Put a quantised matrix into the graph. */
export function quantizedWeight(
	g: GraphBuilder,
	name: string,
	K: number,
	N: number,
	{values, scales}: QuantizedMatrix,
): Weight {
	return {
		values: g.weight(name, 'int8', [K, N], values),
		scales: g.weight(`${name}.scale`, 'float32', [N], scales),
		columnSums() {
			const sums = new Float32Array(N);
			for (let i = 0; i < values.length; i++) sums[i % N] += values[i];
			return g.weight(
				`${name}.sums`,
				'float32',
				[N],
				sums.map((sum, n) => sum * scales[n]),
			);
		},
	};
}

/** Activations as one byte each: uint8 around 128. */
export function quantizedMatMul(g: GraphBuilder, x: Value, weight: Weight): Value {
	const scale = symmetricScale(g, x); // (B, s, 1)
	const steps = g.op('Round', [g.op('Div', [x, scale])]); // -127 to 127
	return g.op('Mul', [integerProduct(g, around128(g, steps), weight), scale]); // (B, s, N)
}

/** A remainder of half a step is 127 of its own steps. */
const FINE_STEPS = 254;

/**
 * Activations as two bytes each: the value and what its rounding left over, two rows of one product, so that only the
 * weights' rounding remains. While a text is continued the second row is nearly free, since reading the weights takes
 * longer than multiplying; for a prompt it doubles the work of the product.
 */
export function preciseMatMul(g: GraphBuilder, x: Value, weight: Weight): Value {
	const values = g.op('Unsqueeze', [x, g.int64(2)]); // (B, s, 1, K)
	const scale = symmetricScale(g, values); // (B, s, 1, 1)
	const scaled = g.op('Div', [values, scale]);
	const whole = g.op('Round', [scaled]);
	const rest = g.op('Round', [g.op('Mul', [g.op('Sub', [scaled, whole]), g.float(FINE_STEPS)])]);
	const steps = g.op('Concat', [whole, rest], {axis: 2}); // (B, s, 2, K)
	const scales = g.op('Concat', [scale, g.op('Mul', [scale, g.float(1 / FINE_STEPS)])], {axis: 3}); // (B, s, 1, 2)
	// Scaling both rows and adding them up is one product, and one pass over the N numbers.
	const sum = g.op('MatMul', [scales, integerProduct(g, around128(g, steps), weight)]); // (B, s, 1, N)
	return g.op('Squeeze', [sum, g.int64(2)]); // (B, s, N)
}

/**
 * As one byte each, for activations that are all on one side of zero: the 255 steps span from the row's lowest to its highest
 * value, so that none is wasted. The row's zero is no longer 128 but z: (q - z) W = (q - 128) W + (128 - z) sum(W).
 */
export function skewedMatMul(g: GraphBuilder, x: Value, weight: Weight): Value {
	const bound = (type: string) => g.op(type, [x, g.int64(-1)], {keepdims: 1}); // (B, s, 1)
	const lowest = g.op('Min', [bound('ReduceMin'), g.float(0)]);
	const highest = g.op('Max', [bound('ReduceMax'), g.float(0)]);
	const scale = g.op('Max', [g.op('Mul', [g.op('Sub', [highest, lowest]), g.float(1 / 255)]), g.float(1e-30)]);
	const zero = g.op('Round', [g.op('Neg', [g.op('Div', [lowest, scale])])]); // 0 to 255
	const shifted = g.op('Add', [g.op('Round', [g.op('Div', [x, scale])]), zero]);
	const steps = g.op('Clip', [shifted, g.float(0), g.float(255)]);
	const offset = g.op('Mul', [g.op('Sub', [g.float(128), zero]), weight.columnSums()]); // (B, s, N)
	return g.op('Mul', [g.op('Add', [integerProduct(g, steps, weight), offset]), scale]);
}

/** A row's largest magnitude is 127 steps. */
function symmetricScale(g: GraphBuilder, x: Value): Value {
	const largest = g.op('ReduceMax', [g.op('Abs', [x]), g.int64(-1)], {keepdims: 1});
	return g.op('Max', [g.op('Mul', [largest, g.float(1 / 127)]), g.float(1e-30)]);
}

const around128 = (g: GraphBuilder, steps: Value): Value => g.op('Add', [steps, g.float(128)]);

/** Whole numbers around 128, [..., K], times an int8 matrix with its scales: [..., N] float. */
function integerProduct(g: GraphBuilder, steps: Value, {values, scales}: Weight): Value {
	return g.op('MatMulIntegerToFloat', [g.op('Cast', [steps], {to: 2}), values, g.float(1), scales, g.uint8(128)]);
}
