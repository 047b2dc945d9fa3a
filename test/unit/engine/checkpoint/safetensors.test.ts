import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {float16Bits} from '../../../../src/engine/checkpoint/float32.ts';
import {openSafetensors} from '../../../../src/engine/checkpoint/safetensors.ts';
import {EngineError} from '../../../../src/engine/errors/engine-error.ts';
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

	/** A file of this header, short enough for one byte of its length, and so many bytes of data. */
	const header = (json: string | Uint8Array, data = 0) => {
		const bytes = typeof json === 'string' ? new TextEncoder().encode(json) : json;
		return Uint8Array.of(bytes.length, 0, 0, 0, 0, 0, 0, 0, ...bytes, ...new Uint8Array(data));
	};

	test('with a wrong header is refused', () => {
		const html = new TextEncoder().encode('<!doctype html><title>404</title>');
		expect(() => openSafetensors(html)).toThrow(/not a safetensors file/);
		expect(() => openSafetensors(header('{"a":'))).toThrow(/not JSON/);
		expect(() => openSafetensors(header('[]'))).toThrow(/not an object/);
		expect(() => openSafetensors(header('{"a":{"dtype":"Q4","shape":[],"data_offsets":[0,8]}}'))).toThrow(
			/a in .* is of the type Q4/,
		);
		expect(() => openSafetensors(header('{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}'))).toThrow(
			/no valid shape/,
		);
		expect(() => openSafetensors(header('{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}'))).toThrow(
			/should take 8 bytes, not 4/,
		);
		expect(() => openSafetensors(header('{"a":null}'))).toThrow(/no valid shape/);
	});

	test('has its tensors in any order in the header, also those without a value', () => {
		const json =
			'{"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]},"c":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},' +
			'"none":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}';
		const bytes = Uint8Array.of(json.length, 0, 0, 0, 0, 0, 0, 0, ...new TextEncoder().encode(json));
		const tensors = openSafetensors(Uint8Array.of(...bytes, ...new Uint8Array(Float32Array.of(1, 2).buffer)));
		expect(tensors.names).toEqual(['none', 'c', 'b']);
		expect([tensors.read('none'), tensors.read('c'), tensors.read('b')].map(values => [...values])).toEqual([
			[],
			[1],
			[2],
		]);
	});

	test('has types and metadata, of which only texts count', () => {
		const tensors = openSafetensors(file);
		expect(['a', 'b', 'c', 'z'].map(tensors.dtype)).toEqual(['F32', 'F16', 'BF16', undefined]);
		expect(tensors.metadata).toEqual({format: 'pt'});
		expect(openSafetensors(header('{"__metadata__":{"format":"pt","step":7}}')).metadata).toEqual({format: 'pt'});
		expect(openSafetensors(header('{}'))).toMatchObject({names: [], metadata: {}});
	});

	test.each([
		['five bytes of nothing', new Uint8Array(5), /has 5 bytes, fewer than its length field/],
		['no header at all', new Uint8Array(8), /not JSON/],
		[
			'the largest header',
			Uint8Array.of(0x00, 0xe1, 0xf5, 0x05, 0, 0, 0, 0),
			/100000000 bytes long, is cut short at 0/,
		],
		[
			'a header too large',
			Uint8Array.of(0x01, 0xe1, 0xf5, 0x05, 0, 0, 0, 0),
			/claims 100000001 bytes.*not a safetensors/,
		],
		['null', header('null'), /not an object/],
		['a number', header('5'), /not an object/],
		['a text', header('"x"'), /not an object/],
		['a name that is no UTF-8', header(Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d)), /not JSON/],
		[
			'three offsets',
			header('{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4,8]}}', 4),
			/no valid shape and data_offsets/,
		],
		[
			'an offset in words',
			header('{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,"4"]}}', 4),
			/no valid shape and data_offsets/,
		],
		[
			'a negative offset',
			header('{"a":{"dtype":"U8","shape":[4],"data_offsets":[-4,0]}}', 4),
			/no valid shape and data_offsets/,
		],
		[
			'a list of types',
			header('{"a":{"dtype":["U8"],"shape":[4],"data_offsets":[0,4]}}', 4),
			/is of the type U8, which is unknown/,
		],
		[
			'a tensor of another size after the first',
			header(
				'{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"b":{"dtype":"U8","shape":[4],"data_offsets":[4,7]}}',
				7,
			),
			/b in .* has the shape \[4\] and should take 4 bytes, not 3/,
		],
	])('of %s is refused by name, as a broken model', (_, bytes, message) => {
		expect(() => openSafetensors(bytes)).toThrow(
			expect.objectContaining({code: 'bad-model', message: expect.stringMatching(message)}),
		);
		expect(() => openSafetensors(bytes)).toThrow(/model\.safetensors/);
		expect(() => openSafetensors(bytes, 'shard 2')).toThrow(/shard 2/);
	});

	test('with a header that is no JSON says where, for a report', () => {
		expect(() => openSafetensors(header('{"a":'))).toThrow(expect.objectContaining({cause: expect.any(SyntaxError)}));
	});

	test.each([
		['overlap', [0, 4], [2, 6], 6, /b overlaps a/],
		['leave a hole', [0, 4], [6, 10], 10, /Bytes before b .* belong to no tensor: 2/],
		['end before the file', [0, 4], [4, 8], 10, /Bytes at the end .* belong to no tensor: 2/],
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
		expect(() => openSafetensors(mixed).read('mask')).toThrow(
			/mask in .* is of the type BOOL, and only F32, F16 or BF16/,
		);
	});

	test('a missing tensor is named', () => {
		expect(() => openSafetensors(file).read('wte.weight')).toThrow(/wte\.weight is missing/);
	});
});
