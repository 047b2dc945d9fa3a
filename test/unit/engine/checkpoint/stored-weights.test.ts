import {describe, expect, test} from 'vitest';
import {openSafetensors} from '../../../../src/engine/checkpoint/safetensors.ts';
import {checkFinite, isStored, storedLayout, storedWeights} from '../../../../src/engine/checkpoint/stored-weights.ts';
import {readGpt2Config} from '../../../../src/engine/families/gpt2/config.ts';
import {gpt2Tensors} from '../../../../src/engine/families/gpt2/tensors.ts';
import {safetensorsFile} from '../../../helpers/safetensors-file.ts';

const config = readGpt2Config({
	model_type: 'gpt2',
	n_layer: 1,
	n_head: 1,
	n_embd: 2,
	n_positions: 3,
	vocab_size: 5,
	tie_word_embeddings: false,
});

/** A stored file whose every byte of data is 0. */
const empty = () => {
	const {head, size} = storedLayout(config);
	const file = new Uint8Array(size);
	file.set(head);
	return file;
};

describe('the stored form', () => {
	test('is a safetensors file that says it is, and which of it is stored how', () => {
		const file = openSafetensors(empty());
		expect(isStored(file)).toBe(true);
		for (const {name, kind, shape} of gpt2Tensors(config)) {
			expect(file.dtype(name)).toBe(kind === 'float' ? 'F32' : 'I8');
			const [outputs, inputs] = kind === 'classes' ? shape : [...shape].reverse();
			const tiles = Math.ceil(outputs / 64);
			expect(file.shape(name)).toEqual(kind === 'float' ? shape : [tiles, inputs, 64]);
			const scales = `${name}.scale`;
			if (kind === 'float') expect(file.shape(scales)).toBeUndefined();
			// One scale an output: a class of the embedding, a column of a matrix.
			else expect([file.dtype(scales), file.shape(scales)]).toEqual(['F32', [tiles * 64]]);
		}
	});

	test('has its data at a multiple of 64 bytes and its floats at one of four, where the layout says', () => {
		const {head, offset} = storedLayout(config);
		expect(head.length % 64).toBe(0);
		const bytes = empty();
		const file = openSafetensors(bytes);
		for (const name of file.names) {
			expect(file.bytes(name).byteOffset).toBe(offset(name));
			if (file.dtype(name) === 'F32') expect(offset(name) % 4).toBe(0);
		}
	});

	test('gives its weights as they are, wherever it is in memory', () => {
		const bytes = empty();
		const {offset} = storedLayout(config);
		const view = new DataView(bytes.buffer);
		view.setFloat32(offset('ln_f.bias') + 4, 1.5, true);
		view.setFloat32(offset('wte.weight.scale') + 16, 0.25, true);
		bytes[offset('wte.weight') + 9] = 256 - 7;
		const shifted = new Uint8Array(bytes.length + 1);
		shifted.set(bytes, 1);
		for (const file of [bytes, shifted.subarray(1)]) {
			const weights = storedWeights(openSafetensors(file), config);
			expect([...weights.float('ln_f.bias')]).toEqual([0, 1.5]);
			const {values, scales} = weights.matrix('wte.weight') as {values: Int8Array; scales: Float32Array};
			// One tile of two dimensions.
			expect(values).toEqual(new Int8Array(2 * 64).fill(-7, 9, 10));
			expect(scales).toEqual(new Float32Array(64).fill(0.25, 4, 5));
		}
	});

	test('is refused where a weight is no number', () => {
		const bytes = empty();
		new DataView(bytes.buffer).setFloat32(storedLayout(config).offset('ln_f.bias') + 4, Number.NaN, true);
		expect(() => storedWeights(openSafetensors(bytes), config).float('ln_f.bias')).toThrow(
			expect.objectContaining({code: 'bad-model', message: expect.stringMatching(/NaN.*ln_f\.bias/)}),
		);
	});

	test('of another config is refused by the tensor that does not fit', () => {
		const other = {...config, vocabSize: 65};
		expect(() => storedWeights(openSafetensors(empty()), other)).toThrow(
			expect.objectContaining({code: 'bad-model', message: expect.stringMatching(/wte\.weight.*2,2,64/)}),
		);
	});

	/** A stored file in which these tensors are of another type, or are left out. */
	const changed = (changes: Record<string, {dtype: string; bytes: number} | null>) => {
		const tensors: Parameters<typeof safetensorsFile>[0] = {};
		const file = openSafetensors(empty());
		for (const name of file.names) {
			const shape = [...file.shape(name)!];
			if (!(name in changes)) tensors[name] = {dtype: file.dtype(name)!, shape, data: file.bytes(name)};
			const change = changes[name];
			if (!change) continue;
			const size = shape.reduce((product, n) => product * n, change.bytes);
			tensors[name] = {dtype: change.dtype, shape, data: new Uint8Array(size)};
		}
		return openSafetensors(safetensorsFile(tensors));
	};

	test.each<[Parameters<typeof changed>[0], RegExp]>([
		[{'ln_f.bias': {dtype: 'F16', bytes: 2}}, /ln_f\.bias of shape \[2\]/],
		[{'wte.weight': {dtype: 'U8', bytes: 1}}, /wte\.weight of shape \[1,2,64\]/],
		[{'wte.weight.scale': {dtype: 'F64', bytes: 8}}, /wte\.weight/],
		[{'wte.weight.scale': null}, /wte\.weight/],
		[{'h.0.ln_1.weight': null}, /h\.0\.ln_1\.weight/],
	])('with %j is refused by the tensor', (changes, message) => {
		expect(() => storedWeights(changed(changes), config)).toThrow(
			expect.objectContaining({code: 'bad-model', message: expect.stringMatching(message)}),
		);
	});

	test('of another version is refused, and any other file is none', () => {
		const withMetadata = (metadata: object) => {
			const json = new TextEncoder().encode(JSON.stringify({__metadata__: metadata}));
			return openSafetensors(Uint8Array.of(json.length, 0, 0, 0, 0, 0, 0, 0, ...json));
		};
		expect(isStored(withMetadata({format: 'next-token-lens', version: '3'}))).toBe(true);
		for (const version of ['2', '4']) {
			expect(() => isStored(withMetadata({format: 'next-token-lens', version}))).toThrow(
				expect.objectContaining({code: 'bad-model', message: expect.stringContaining(version)}),
			);
		}
		expect(isStored(openSafetensors(safetensorsFile({})))).toBe(false);
	});
});

test('every number is one, however large; the first that is none is named', () => {
	expect(() => checkFinite(Float32Array.of(0, -0, 3.4e38, -3.4e38, 1e-45), 'x')).not.toThrow();
	expect(() => checkFinite(new Float32Array(0), 'x')).not.toThrow();
	for (const value of [Number.NaN, Infinity, -Infinity]) {
		expect(() => checkFinite(Float32Array.of(1, 2, value, Number.NaN), 'ln_f.bias')).toThrow(
			expect.objectContaining({
				code: 'bad-model',
				message: expect.stringMatching(new RegExp(`${value}.*ln_f\\.bias|ln_f\\.bias.*${value}`)),
			}),
		);
	}
	expect(() => checkFinite(Float32Array.of(1, 2, Infinity), 'x')).toThrow(/2/);
});
