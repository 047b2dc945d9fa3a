import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {createSession, float32} from '../../../../src/engine/model/ort-session.ts';
import {GraphBuilder, type Value} from '../../../../src/engine/onnx/graph-builder.ts';
import {quantizeColumns} from '../../../../src/engine/onnx/quantize.ts';
import {
	preciseMatMul,
	quantizedMatMul,
	quantizedWeight,
	skewedMatMul,
} from '../../../../src/engine/onnx/quantized-matmul.ts';

const [K, N] = [48, 40];
const weights = Float32Array.from({length: K * N}, (_, i) => Math.sin(i * 1.7) * (1 + (i % 5)));
const quantized = quantizeColumns(weights, K, N);

/** x [1, s, K] times the int8 weights, as a graph computes it. */
async function product(multiply: typeof quantizedMatMul) {
	const g = new GraphBuilder();
	const x = g.input('x', 'float32', ['B', 's', K]);
	const y: Value = g.op('Identity', [multiply(g, x, quantizedWeight(g, 'w', K, N, quantized))], {}, 'y');
	g.output(y, 'float32', ['B', 's', N]);
	const session = await createSession(g.build(), {threads: 1});
	return {
		run: async (rows: readonly Float32Array[]) => {
			const values = Float32Array.from(rows.flatMap(row => [...row]));
			return (await session.run({x: float32(values, [1, rows.length, K])}, ['y'])).y.data as Float32Array;
		},
		dispose: () => session.dispose(),
	};
}

/** The same with exact activations: only the weights are rounded. */
const exact = (row: Float32Array) =>
	Float64Array.from({length: N}, (_, n) =>
		row.reduce((sum, value, k) => sum + value * quantized.values[k * N + n] * quantized.scales[n], 0),
	);

/** Rows as a residual stream has them: most values small, some channels thirty times larger. */
const rows = fc.array(
	fc
		.array(fc.float({min: -1, max: 1, noNaN: true}), {minLength: K, maxLength: K})
		.map(values => Float32Array.from(values, (value, k) => value * (k % 20 === 3 ? 30 : 1))),
	{minLength: 1, maxLength: 5},
);

/** Largest error of a product, as a share of the sum of half a step of every activation. */
const errorBound = (row: Float32Array, n: number, steps: number) => {
	const largest = row.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
	let columns = 0;
	for (let k = 0; k < K; k++) columns += Math.abs(quantized.values[k * N + n] * quantized.scales[n]);
	return (largest / steps / 2) * columns;
};

describe('activations of a product are rounded', () => {
	test.each([
		['as one byte to 127 steps', quantizedMatMul, 127],
		['from the lowest to the highest value to 255 steps', skewedMatMul, 127],
		['as two bytes to 127 x 254 steps', preciseMatMul, 127 * 254],
	] as const)('%s', async (_, multiply, steps) => {
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
						expect(error).toBeLessThanOrEqual(1.01 * errorBound(row, n, steps) + rounding);
					}
				}
			}),
			{numRuns: 20},
		);
		await dispose();
	});

	test('with one scale for each row, so that no row depends on the others', async () => {
		const {run, dispose} = await product(preciseMatMul);
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
