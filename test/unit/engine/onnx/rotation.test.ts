import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {createSession} from '../../../../src/engine/model/ort-session.ts';
import {float32} from '../../../../src/engine/model/tensors.ts';
import {GraphBuilder, type Value} from '../../../../src/engine/onnx/graph-builder.ts';
import {quantizeColumns, tiled} from '../../../../src/engine/onnx/quantize.ts';
import {quantizedMatMul, quantizedWeight, rotatedMatMul} from '../../../../src/engine/onnx/quantized-matmul.ts';
import {rotated, rotateInputs} from '../../../../src/engine/onnx/rotation.ts';
import {randomStream} from '../../../../src/engine/random.ts';

/** What a graph with one input [R, K] makes of these rows, all together. */
async function computed(rows: readonly Float32Array[], build: (g: GraphBuilder, x: Value) => Value) {
	const K = rows[0].length;
	const g = new GraphBuilder();
	const y = g.op('Identity', [build(g, g.input('x', 'float32', ['R', K]))], {}, 'y');
	g.output(y, 'float32', ['R', 'N']);
	const session = await createSession(g.build(), {threads: 1});
	const feeds = {x: float32(Float32Array.from(rows.flatMap(row => [...row])), [rows.length, K])};
	const values = (await session.run(feeds, ['y'])).y.data as Float32Array;
	await session.dispose();
	return Array.from(rows, (_, at) =>
		[...values.subarray((at * values.length) / rows.length)].slice(0, values.length / rows.length),
	);
}

/** x W in float64. */
const times = (row: ArrayLike<number>, W: Float32Array, N: number) =>
	Array.from({length: N}, (_, n) => Array.from(row).reduce((sum, value, k) => sum + value * W[k * N + n], 0));

const value = fc.float({min: -1, max: 1, noNaN: true});
const vector = (length: number) =>
	fc.array(value, {minLength: length, maxLength: length}).map(values => Float32Array.from(values));

describe('activations and weights that are turned alike', () => {
	// GPT-2's widths are multiples of 64; checkpoints made for tests have any, and an odd one is not turned at all.
	test.each([3, 6, 48, 64, 128, 192])('have the same product, with %i channels', async K => {
		const N = 5;
		await fc.assert(
			fc.asyncProperty(vector(K), vector(K), vector(K * N), async (first, second, W) => {
				const turnedWeights = W.slice();
				rotateInputs(turnedWeights, K, N);
				const turned = await computed([first, second], (g, x) => rotated(g, x, K));
				for (const [at, row] of [first, second].entries()) {
					const [expected, found] = [times(row, W, N), times(turned[at], turnedWeights, N)];
					for (let n = 0; n < N; n++) expect(found[n]).toBeCloseTo(expected[n], 4);
				}
			}),
			{numRuns: 10},
		);
	});

	test('lose less in one byte where a few channels are far larger than the rest', async () => {
		const [K, N] = [128, 64];
		const random = randomStream(1);
		const W = Float32Array.from({length: K * N}, () => random.next() - 0.5);
		const turnedWeights = W.slice();
		rotateInputs(turnedWeights, K, N);
		const row = Float32Array.from({length: K}, (_, k) => (random.next() - 0.5) * (k % 64 === 3 ? 40 : 1));
		const error = async (weights: Float32Array, product: typeof quantizedMatMul) => {
			const matrix = tiled(quantizeColumns(weights, K, N), K, N);
			const [found] = await computed([row], (g, x) => product(g, x, quantizedWeight(g, 'w', K, N, matrix)));
			return Math.hypot(...times(row, W, N).map((expected, n) => found[n] - expected));
		};
		expect(await error(turnedWeights, rotatedMatMul)).toBeLessThan((await error(W, quantizedMatMul)) / 2);
	});

	test('are the same bits whether a row is computed alone or beside others', async () => {
		for (const K of [6, 64, 128]) {
			const rows = [1, 2, 3].map(seed => Float32Array.from({length: K}, (_, k) => Math.sin(k * seed + 0.3)));
			const together = await computed(rows, (g, x) => rotated(g, x, K));
			for (const [at, row] of rows.entries())
				expect(await computed([row], (g, x) => rotated(g, x, K))).toEqual([together[at]]);
		}
	});
});
