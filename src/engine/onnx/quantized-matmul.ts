import type {GraphBuilder, Value} from './graph-builder.ts';
import {TILE, type TiledMatrix, tilesOf} from './quantize.ts';
import {rotated} from './rotation.ts';

/**
 * Products of float32 activations [R, K] with an int8 matrix [K, N] as nodes of a graph. Activations are rounded to bytes
 * with a scale per row: GPT-2's first position carries activations hundreds of times larger than the rest,
 * so one scale for all rows would ruin the others; and with a scale per row a position's result does not depend on what is
 * computed beside it.
 */

/** An int8 matrix [K, N] and its scales, in the graph. */
export interface Weight {
	name: string;
	K: number;
	N: number;
	/** [tiles, K, 64] */
	values: Value;
	/** [tiles, 1, 64] */
	scales: Value;
	/** Sums of the columns, scaled, [N]. */
	columnSums(): Float32Array;
}

/** Put a quantised matrix into the graph. */
export function quantizedWeight(g: GraphBuilder, name: string, K: number, N: number, matrix: TiledMatrix): Weight {
	const tiles = tilesOf(N);
	return {
		name,
		K,
		N,
		values: g.weight(name, 'int8', [tiles, K, TILE], matrix.values),
		scales: g.weight(`${name}.scale`, 'float32', [tiles, 1, TILE], matrix.scales),
		columnSums: () => columnSums(matrix, K).subarray(0, N),
	};
}

/** Column by column, which V8 compiles to half the time that tile by tile takes it; whole numbers, so in any order. */
const columnSums = ({values, scales}: TiledMatrix, K: number): Float32Array =>
	scales.map((scale, n) => {
		let sum = 0;
		const start = (n - (n % TILE)) * K + (n % TILE);
		for (let at = start; at < start + K * TILE; at += TILE) sum += values[at];
		return sum * scale;
	});

/** A product of activations [R, K] with a matrix, plus the bias [N] where there is one: [R, N]. */
export type Product = (g: GraphBuilder, x: Value, weight: Weight, bias?: Float32Array) => Value;

/** Activations as one byte each: uint8 around 128. */
export const quantizedMatMul: Product = (g, x, weight, bias) => {
	const scale = symmetricScale(g, x); // (R, 1)
	return scaledRows(g, tileProduct(g, g.op('Div', [x, scale]), weight, 128), scale, weight, bias);
};

/**
 * The same, for a matrix that was turned before it was quantised (`rotateInputs`). What a layer norm returns then loses half as
 * much in one byte.
 */
export const rotatedMatMul: Product = (g, x, weight, bias) => quantizedMatMul(g, rotated(g, x, weight.K), weight, bias);

/** A remainder of half a step is 127 of its own steps. */
const FINE_STEPS = 254;

/**
 * Activations as two bytes each: the value and what its rounding left over, two rows of one product, so that only the
 * weights' rounding remains. While a text is continued the second row is nearly free, since unpacking the weights takes
 * longer than multiplying; for a prompt it doubles the work of the product.
 */
export const preciseMatMul: Product = (g, x, weight, bias) => {
	const scale = symmetricScale(g, x); // (R, 1)
	const scaled = g.op('Div', [x, scale]);
	const whole = g.op('Round', [scaled]);
	const rest = g.op('Mul', [g.op('Sub', [scaled, whole]), g.float(FINE_STEPS)]);
	const steps = g.op('Concat', [whole, rest], {axis: 0}); // (2 R, K)
	const both = g.op('Reshape', [tileProduct(g, steps, weight, 128), g.int64(0, 2, -1)]); // (tiles, 2, R 64)
	// Scaling the remainders and adding them up is one product, and one pass over the numbers.
	const scales = g.floats('remainder_scales', [1, 2], () => [1, 1 / FINE_STEPS]);
	const sum = g.op('Reshape', [g.op('MatMul', [scales, both]), g.int64(tilesOf(weight.N), -1, TILE)]); // (tiles, R, 64)
	return scaledRows(g, sum, scale, weight, bias);
};

/**
 * As one byte each, for activations of which none is below `lowest`: 254 steps span from there to the row's highest value, so
 * that none is wasted. Zero is z steps above the lowest, a whole number, since most activations are near it and would all be
 * off by the same rest: x W = (q - z) W = q W - z sum(W).
 */
export const skewedMatMul =
	(lowest: number): Product =>
	(g, x, weight, bias) => {
		const span = g.op('Sub', [rowMax(g, x), g.float(lowest)]);
		const scale = atLeastTiny(g, g.op('Mul', [span, g.float(1 / 254)])); // (R, 1)
		const zero = g.op('Round', [g.op('Div', [g.float(-lowest), scale])]); // (R, 1)
		const steps = g.op('Add', [g.op('Round', [g.op('Div', [x, scale])]), zero]); // 0 to 255
		const sums = g.weight(`${weight.name}.sums`, 'float32', [weight.N], weight.columnSums());
		const offset = g.op('Mul', [g.op('Mul', [zero, scale]), sums]); // (R, N)
		return g.op('Sub', [scaledRows(g, tileProduct(g, steps, weight, 0), scale, weight, bias), offset]);
	};

/** A row's largest magnitude is 127 steps. */
const symmetricScale = (g: GraphBuilder, x: Value): Value =>
	atLeastTiny(g, g.op('Mul', [rowMax(g, g.op('Abs', [x])), g.float(1 / 127)]));

const rowMax = (g: GraphBuilder, x: Value): Value => g.op('ReduceMax', [x, g.int64(-1)], {keepdims: 1});

/** A row of zeros needs a scale too. */
const atLeastTiny = (g: GraphBuilder, scale: Value): Value => g.op('Max', [scale, g.float(1e-30)]);

/**
 * Steps from -`zero` to 255 - `zero`, [R, K], rounded half to even, times an int8 matrix with its scales: [tiles, R, 64].
 *
 * No `Cast` makes bytes of them: the runtime's kernel for it, every type to every other, is one function of half a megabyte,
 * and V8's better compiler works on it for a second, on one of two cores, while the first tokens are computed.
 */
function tileProduct(g: GraphBuilder, steps: Value, {values, scales}: Weight, zero: number): Value {
	const bytes = g.op('QuantizeLinear', [steps, g.float(1), g.uint8(zero)]);
	return g.op('MatMulIntegerToFloat', [bytes, values, g.float(1), scales, g.uint8(zero)]);
}

/** Products in tiles, [tiles, R, 64], times the scale of their row, plus the bias: [R, N]. */
function scaledRows(g: GraphBuilder, y: Value, scale: Value, {name, N}: Weight, bias?: Float32Array): Value {
	const width = tilesOf(N) * TILE;
	const all = g.op('Reshape', [g.op('Transpose', [y], {perm: [1, 0, 2]}), g.int64(-1, width)]);
	const rows = width === N ? all : g.op('Slice', [all, g.int64(0), g.int64(N), g.int64(1)]);
	const scaled = g.op('Mul', [rows, scale]);
	return bias ? g.op('Add', [scaled, g.weight(`${name}.bias`, 'float32', [N], bias)]) : scaled;
}
