import fc from 'fast-check';
import {expect, test} from 'vitest';
import {rows} from '../../../../src/engine/model/declare.ts';
import {
	matrixOf,
	packedBytes,
	packedRow,
	packedShape,
	packFloat32,
	packFloats,
	packInt8,
} from '../../../../src/engine/model/packing.ts';

const shapes = fc.record({inputs: fc.integer({min: 1, max: 40}), outputs: fc.integer({min: 1, max: 40})});
const kinds = fc.constantFrom('rows' as const, 'columns' as const);
/** A matrix whose elements say where they are. */
const element = (k: number, n: number) => Math.sin(k * 91 + n * 7) * (1 + n);
const valuesOf = (kind: 'rows' | 'columns', inputs: number, outputs: number) =>
	Float32Array.from({length: inputs * outputs}, (_, i) =>
		kind === 'rows' ? element(i % inputs, Math.floor(i / inputs)) : element(Math.floor(i / outputs), i % outputs),
	);

test('a packed matrix gives its outputs back: in float32 exactly, in int8 within half a step', () => {
	fc.assert(
		fc.property(shapes, kinds, ({inputs, outputs}, kind) => {
			const matrix = matrixOf(kind, valuesOf(kind, inputs, outputs), inputs, outputs);
			const exact = packFloat32(matrix);
			const {bytes, scales} = packInt8(matrix);
			expect(exact.byteLength).toBe(packedBytes(packedShape(rows('x', outputs, inputs), 'fp32')));
			const shape = packedShape(rows('x', outputs, inputs), 'int8');
			expect([bytes.byteLength, scales.length]).toEqual([packedBytes(shape), shape.scales]);
			for (let n = 0; n < outputs; n++) {
				const column = Float32Array.from({length: inputs}, (_, k) => element(k, n));
				expect(packedRow(exact, n, inputs)).toEqual(column);
				const rounded = packedRow(bytes, n, inputs, scales[n]);
				for (let k = 0; k < inputs; k++)
					expect(Math.abs(rounded[k] - column[k])).toBeLessThanOrEqual(scales[n] * 0.5001);
			}
		}),
	);
});

test('what fills up a packed matrix is zero, so that it adds nothing', () => {
	const ones = matrixOf('columns', new Float32Array(15).fill(1), 3, 5);
	const sum = (values: ArrayLike<number>) => Array.from(values).reduce((total, value) => total + value, 0);
	expect(sum(packFloat32(ones))).toBe(15);
	expect(sum(packInt8(ones).bytes)).toBe(15 * 127);
	expect(packFloats(Float32Array.of(1, 2, 3, 4), 2, 1)).toEqual(
		Float32Array.from({length: 32}, (_, i) => [2, 3, ...Array(14).fill(0), 4, 5][i] ?? 0),
	);
});

test('a column of zeros, or of numbers too small for a step, packs to zeros and no NaN', () => {
	const {bytes, scales} = packInt8(matrixOf('rows', Float32Array.of(0, 0, 1e-45, -1e-45), 2, 2));
	expect(bytes.every(byte => byte === 0)).toBe(true);
	expect(scales.every(Number.isFinite)).toBe(true);
});
