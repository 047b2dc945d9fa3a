import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {createSession} from '../../../../src/engine/model/ort-session.ts';
import {float32} from '../../../../src/engine/model/tensors.ts';
import {GraphBuilder, type Value} from '../../../../src/engine/onnx/graph-builder.ts';
import {quantizeColumns, tiled} from '../../../../src/engine/onnx/quantize.ts';
import {
	type Product,
	preciseMatMul,
	quantizedMatMul,
	quantizedWeight,
	skewedMatMul,
} from '../../../../src/engine/onnx/quantized-matmul.ts';

/** More columns than a tile has. */
const [K, N] = [48, 100];
const weights = Float32Array.from({length: K * N}, (_, i) => Math.sin(i * 1.7) * (1 + (i % 5)));
const quantized = quantizeColumns(weights, K, N);
const bias = Float32Array.from({length: N}, (_, n) => Math.cos(n));

/** None of the activations is below it. */
const LOWEST = -30;

/** x [R, K] times the int8 weights, as a graph computes it. */
async function product(multiply: Product) {
	const g = new GraphBuilder();
	const x = g.input('x', 'float32', ['R', K]);
	const weight = quantizedWeight(g, 'w', K, N, tiled(quantized, K, N));
	const y: Value = g.op('Identity', [multiply(g, x, weight, bias)], {}, 'y');
	g.output(y, 'float32', ['R', N]);
	const session = await createSession(g.build(), {threads: 1});
	return {
		run: async (rows: readonly Float32Array[]) => {
			const values = Float32Array.from(rows.flatMap(row => [...row]));
			return (await session.run({x: float32(values, [rows.length, K])}, ['y'])).y.data as Float32Array;
		},
		dispose: () => session.dispose(),
	};
}

/** The same with exact activations: only the weights are rounded. */
const exact = (row: Float32Array) =>
	Float64Array.from({length: N}, (_, n) =>
		row.reduce((sum, value, k) => sum + value * quantized.values[k * N + n] * quantized.scales[n], bias[n]),
	);

/** Rows as a residual stream has them: most values small, some channels thirty times larger. */
const rows = fc.array(
	fc
		.array(fc.float({min: -1, max: 1, noNaN: true}), {minLength: K, maxLength: K})
		.map(values => Float32Array.from(values, (value, k) => value * (k % 20 === 3 ? 30 : 1))),
	{minLength: 1, maxLength: 5},
);

/** Largest error of a product where every activation is off by half a step. */
const errorBound = (step: number, n: number) => {
	let columns = 0;
	for (let k = 0; k < K; k++) columns += Math.abs(quantized.values[k * N + n] * quantized.scales[n]);
	return (step / 2) * columns;
};

const largest = (row: Float32Array) => row.reduce((max, value) => Math.max(max, Math.abs(value)), 0);

const PRODUCTS: [string, Product, (row: Float32Array) => number][] = [
	['as one byte to 127 steps', quantizedMatMul, row => largest(row) / 127],
	['from the lowest to the highest value to 254 steps', skewedMatMul(LOWEST), row => (Math.max(...row) - LOWEST) / 254],
	['as two bytes to 127 x 254 steps', preciseMatMul, row => largest(row) / 127 / 254],
];

describe('activations of a product are rounded', () => {
	test.each(PRODUCTS)('%s', async (_, multiply, stepOf) => {
		const {run, dispose} = await product(multiply);
		await fc.assert(
			fc.asyncProperty(rows, async values => {
				const result = await run(values);
				for (const [at, row] of values.entries()) {
					const expected = exact(row);
					// What float32 sums cannot do better than.
					const rounding = 1e-5 * Math.max(1, ...expected.map(Math.abs));
					for (let n = 0; n < N; n++) {
						const error = Math.abs(result[at * N + n] - expected[n]);
						expect(error).toBeLessThanOrEqual(1.01 * errorBound(stepOf(row), n) + rounding);
					}
				}
			}),
			{numRuns: 20},
		);
		await dispose();
	});

	test.each(PRODUCTS)('%s, with one scale for each row, so that no row depends on the others', async (_, multiply) => {
		const {run, dispose} = await product(multiply);
		await fc.assert(
			fc.asyncProperty(rows, async values => {
				const together = await run(values);
				for (const [at, row] of values.entries())
					expect(together.slice(at * N, (at + 1) * N)).toEqual(await run([row]));
			}),
			{numRuns: 20},
		);
		await dispose();
	});
});
