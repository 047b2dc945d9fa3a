import fc from 'fast-check';
import {expect, test} from 'vitest';
import {
	quantizeColumns,
	quantizeRowsTransposed,
	TILE,
	tiled,
	tilesOf,
	transpose,
} from '../../../../src/engine/onnx/quantize.ts';

const matrices = fc
	.tuple(fc.integer({min: 1, max: 70}), fc.integer({min: 1, max: 70}))
	.chain(([rows, columns]) =>
		fc.tuple(
			fc.constant(rows),
			fc.constant(columns),
			fc.array(fc.float({noNaN: true, min: -100, max: 100}), {minLength: rows * columns, maxLength: rows * columns}),
		),
	);

test('every weight is within half a step of its column', () => {
	fc.assert(
		fc.property(matrices, ([K, N, values]) => {
			const weights = Float32Array.from(values);
			const {values: q, scales} = quantizeColumns(weights, K, N);
			for (let k = 0; k < K; k++) {
				for (let n = 0; n < N; n++) {
					const at = k * N + n;
					expect(Math.abs(q[at])).toBeLessThanOrEqual(127);
					expect(Math.abs(q[at] * scales[n] - weights[at])).toBeLessThanOrEqual(scales[n] * 0.5001);
				}
			}
		}),
		{numRuns: 30},
	);
});

test('quantising rows and transposing is quantising the columns of the transpose', () => {
	fc.assert(
		fc.property(matrices, ([N, K, values]) => {
			const weights = Float32Array.from(values);
			expect(quantizeRowsTransposed(weights, N, K)).toEqual(quantizeColumns(transpose(weights, N, K), K, N));
		}),
		{numRuns: 30},
	);
});

test('a column of zeros stays zero, the largest weight becomes 127', () => {
	const {values, scales} = quantizeColumns(Float32Array.of(0, -4, 0, 2), 2, 2);
	expect([...values]).toEqual([0, -127, 0, 64]);
	expect(scales[0]).toBeGreaterThan(0);
	expect(scales[1]).toBeCloseTo(4 / 127, 6);
});

test('tiles hold 64 columns each, row by row; the last is filled up with zeros', () => {
	const [K, N] = [3, TILE + 2];
	const values = Int8Array.from({length: K * N}, (_, i) => (i % 127) + 1);
	const scales = Float32Array.from({length: N}, (_, n) => n + 1);
	const tiles = tiled({values, scales}, K, N);
	expect(tiles.values).toHaveLength(tilesOf(N) * K * TILE);
	for (let k = 0; k < K; k++) {
		for (let n = 0; n < 2 * TILE; n++) {
			const [tile, column] = [Math.floor(n / TILE), n % TILE];
			expect(tiles.values[(tile * K + k) * TILE + column]).toBe(n < N ? values[k * N + n] : 0);
			expect(tiles.scales[n]).toBe(n < N ? scales[n] : 0);
		}
	}
});
