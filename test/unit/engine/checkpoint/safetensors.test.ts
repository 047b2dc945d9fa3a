import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {float16Bits} from '../../../../src/engine/checkpoint/float32.ts';
import {openSafetensors} from '../../../../src/engine/checkpoint/safetensors.ts';
import {EngineError} from '../../../../src/engine/errors.ts';
import {safetensorsFile} from '../../../helpers/safetensors-file.ts';

const asFloat = (bits: number) => new Float32Array(Uint32Array.of(bits).buffer)[0];

describe('half precision', () => {
	test.each([
		[0x0000, 0],
		[0x8000, -0],
		[0x3c00, 1],
		[0xc000, -2],
		[0x3555, 0.333251953125],
		[0x7bff, 65504],
		[0x0001, 2 ** -24],
		[0x03ff, 1023 * 2 ** -24],
		[0x0400, 2 ** -14],
		[0x7c00, Infinity],
		[0xfc00, -Infinity],
	])('%i is %d', (half, value) => {
		expect(asFloat(float16Bits(half))).toBe(value);
	});

	test('NaN stays NaN', () => {
		expect(asFloat(float16Bits(0x7e00))).toBeNaN();
	});

	test('every finite half is its IEEE value', () => {
		fc.assert(
			fc.property(fc.integer({min: 0, max: 0xffff}), half => {
				const [sign, exponent, fraction] = [half >> 15 ? -1 : 1, (half >> 10) & 31, half & 1023];
				fc.pre(exponent !== 31);
				const value = exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15);
				expect(asFloat(float16Bits(half))).toBe(sign * value);
			}),
		);
	});
});

describe('a file', () => {
	const file = safetensorsFile({
		a: {dtype: 'F32', shape: [2, 2], data: new Uint8Array(Float32Array.of(1, -2.5, 3e-9, 4e20).buffer)},
		b: {dtype: 'F16', shape: [3], data: new Uint8Array(Uint16Array.of(0x3c00, 0xc000, 0x0001).buffer)},
		c: {dtype: 'BF16', shape: [2], data: new Uint8Array(Uint16Array.of(0x3f80, 0xc040).buffer)},
	});

	test('gives its tensors as float32', () => {
		const tensors = openSafetensors(file);
		expect(tensors.names).toEqual(['a', 'b', 'c']);
		expect(tensors.shape('a')).toEqual([2, 2]);
		expect(tensors.shape('z')).toBeUndefined();
		expect([...tensors.read('a')]).toEqual([...Float32Array.of(1, -2.5, 3e-9, 4e20)]);
		expect([...tensors.read('b')]).toEqual([1, -2, 2 ** -24]);
		expect([...tensors.read('c')]).toEqual([1, -3]);
	});

	test('may start anywhere in a larger buffer', () => {
		const shifted = new Uint8Array(file.length + 3);
		shifted.set(file, 3);
		expect([...openSafetensors(shifted.subarray(3)).read('b')]).toEqual([1, -2, 2 ** -24]);
	});

	test('cut short anywhere is refused with the missing part', () => {
		for (let length = 0; length < file.length; length++) {
			expect(() => openSafetensors(file.subarray(0, length))).toThrow(EngineError);
		}

		expect(() => openSafetensors(file.subarray(0, 4))).toThrow(/has 4 bytes/);
		expect(() => openSafetensors(file.subarray(0, 40))).toThrow(/cut short at 32/);
		expect(() => openSafetensors(file.subarray(0, file.length - 1))).toThrow(/c ends at byte 26/);
	});

	test('with a wrong header is refused', () => {
		const header = (json: string) => {
			const bytes = new TextEncoder().encode(json);
			return Uint8Array.of(bytes.length, 0, 0, 0, 0, 0, 0, 0, ...bytes);
		};
		const html = new TextEncoder().encode('<!doctype html><title>404</title>');
		expect(() => openSafetensors(html)).toThrow(/no safetensors file/);
		expect(() => openSafetensors(header('{"a":'))).toThrow(/not JSON/);
		expect(() => openSafetensors(header('[]'))).toThrow(/not an object/);
		expect(() => openSafetensors(header('{"a":{"dtype":"Q4","shape":[],"data_offsets":[0,8]}}'))).toThrow(
			/a is of type Q4/,
		);
		expect(() => openSafetensors(header('{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}'))).toThrow(
			/no valid shape/,
		);
		expect(() => openSafetensors(header('{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}'))).toThrow(
			/takes 8 bytes, not 4/,
		);
		expect(() => openSafetensors(header('{"a":null}'))).toThrow(/no valid shape/);
	});

	test.each([
		['overlap', [0, 4], [2, 6], 6, /b overlaps a/],
		['leave a hole', [0, 4], [6, 10], 10, /2 bytes before b belong to no tensor/],
		['end before the file', [0, 4], [4, 8], 10, /last 2 bytes belong to no tensor/],
	])('with tensors that %s is refused', (_, a, b, length, message) => {
		const one = (data_offsets: number[]) => ({dtype: 'F32', shape: [1], data_offsets});
		const json = new TextEncoder().encode(JSON.stringify({a: one(a), b: one(b)}));
		const bytes = Uint8Array.of(json.length, 0, 0, 0, 0, 0, 0, 0, ...json, ...new Uint8Array(length));
		expect(() => openSafetensors(bytes)).toThrow(message);
	});

	test('may have tensors of any type, of which only floats are read', () => {
		const mixed = safetensorsFile({
			mask: {dtype: 'BOOL', shape: [3], data: new Uint8Array(3)},
			a: {dtype: 'F32', shape: [1], data: new Uint8Array(Float32Array.of(7).buffer)},
		});
		expect([...openSafetensors(mixed).read('a')]).toEqual([7]);
		expect(() => openSafetensors(mixed).read('mask')).toThrow(/mask is of type BOOL, and only F32, F16, BF16/);
	});

	test('a missing tensor is named', () => {
		expect(() => openSafetensors(file).read('wte.weight')).toThrow(/wte\.weight is missing/);
	});
});
