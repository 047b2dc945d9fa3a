import {describe, expect, test} from 'vitest';
import {checkWeights} from '../../../../src/engine/checkpoint/load-weights.ts';
import {openSafetensors} from '../../../../src/engine/checkpoint/safetensors.ts';
import {LENGTH_BYTES, parseHeader} from '../../../../src/engine/checkpoint/safetensors-header.ts';
import {checkFinite, isStored, storedLayout} from '../../../../src/engine/checkpoint/stored-weights.ts';
import {weightsOf} from '../../../../src/engine/checkpoint/weights-file.ts';
import {declareModel} from '../../../../src/engine/open-model.ts';
import {safetensorsFile} from '../../../helpers/safetensors-file.ts';

const config = {
	model_type: 'gpt2',
	n_layer: 1,
	n_head: 1,
	n_embd: 2,
	n_positions: 3,
	vocab_size: 5,
	tie_word_embeddings: false,
};
const declaration = declareModel(config);
const {tensors} = declaration.program;
const layout = storedLayout(tensors);
/** Where a tensor is in the file. */
const offset = (name: string) => layout.head.length + layout.weights.places.get(name)!.at;
const scalesOffset = (name: string) => layout.head.length + layout.weights.places.get(name)!.scalesAt;
const padded = (width: number) => Math.ceil(width / 16) * 16;

/** A stored file whose every byte of data is 0. */
const empty = () => {
	const file = new Uint8Array(layout.size);
	file.set(layout.head);
	return file;
};

/** Read a file into its place. */
async function loaded(file: Uint8Array, of = declaration): Promise<Uint8Array> {
	const weights = await checkWeights([weightsOf(file)], of, 'int8');
	const place = new Uint8Array(weights.layout.size);
	await weights.load(place, () => {});
	return place;
}

describe('the stored form', () => {
	test('is a safetensors file that says it is, and which of it is stored how', () => {
		const file = openSafetensors(empty());
		for (const {name, kind, shape} of tensors) {
			expect(file.dtype(name)).toBe(kind === 'floats' ? 'F32' : 'I8');
			const scales = `${name}.scale`;
			if (kind === 'floats') {
				expect(file.shape(name)).toEqual([...shape.slice(0, -1), padded(shape.at(-1)!)]);
				expect(file.shape(scales)).toBeUndefined();
				continue;
			}
			const [outputs, inputs] = kind === 'rows' ? shape : [...shape].reverse();
			expect(file.shape(name)).toEqual([Math.ceil(outputs / 4), padded(inputs) / 8, 4, 8]);
			// One scale an output: a class of the embedding, a column of a matrix.
			expect([file.dtype(scales), file.shape(scales)]).toEqual(['F32', [padded(outputs)]]);
		}
	});

	test('has every tensor at a multiple of 64 bytes, where the layout says', () => {
		const bytes = empty();
		const file = openSafetensors(bytes);
		for (const name of file.names) expect(file.bytes(name).byteOffset % 64).toBe(0);
		for (const {name} of tensors) expect(file.bytes(name).byteOffset).toBe(offset(name));
	});

	test('is read into memory byte for byte', async () => {
		const bytes = empty();
		for (const {name, kind} of tensors) if (kind !== 'floats') bytes[offset(name) + 3] = 256 - 7;
		expect(await loaded(bytes)).toEqual(bytes.slice(layout.head.length));
	});

	test.each([
		['ln_f.bias', offset('ln_f.bias') + 4, /NaN.*ln_f\.bias/],
		['a scale', scalesOffset('wte.weight') + 4, /NaN.*wte\.weight\.scale/],
	])('is refused where %s is no number', async (_, at, message) => {
		const bytes = empty();
		new DataView(bytes.buffer).setFloat32(at, Number.NaN, true);
		await expect(loaded(bytes)).rejects.toThrow(
			expect.objectContaining({code: 'bad-model', message: expect.stringMatching(message)}),
		);
	});

	test('of another config is refused by the tensor that does not fit', async () => {
		await expect(loaded(empty(), declareModel({...config, vocab_size: 65}))).rejects.toThrow(
			expect.objectContaining({code: 'bad-model', message: expect.stringMatching(/wte\.weight.*80/)}),
		);
	});

	/** A stored file in which these tensors are of another type, or are left out. */
	const changed = (changes: Record<string, {dtype: string; bytes: number} | null>) => {
		const all: Parameters<typeof safetensorsFile>[0] = {};
		const file = openSafetensors(empty());
		for (const name of file.names) {
			const shape = [...file.shape(name)!];
			if (!(name in changes)) all[name] = {dtype: file.dtype(name)!, shape, data: file.bytes(name)};
			const change = changes[name];
			if (!change) continue;
			const size = shape.reduce((product, n) => product * n, change.bytes);
			all[name] = {dtype: change.dtype, shape, data: new Uint8Array(size)};
		}
		return safetensorsFile(all, {format: 'next-token-lens', version: '4'});
	};

	test.each<[Parameters<typeof changed>[0], RegExp]>([
		[{'ln_f.bias': {dtype: 'F16', bytes: 2}}, /ln_f\.bias of shape \[16\]/],
		[{'wte.weight': {dtype: 'U8', bytes: 1}}, /wte\.weight of shape \[2,2,4,8\]/],
		[{'wte.weight.scale': {dtype: 'F64', bytes: 8}}, /wte\.weight/],
		[{'wte.weight.scale': null}, /wte\.weight/],
		[{'h.0.ln_1.weight': null}, /h\.0\.ln_1\.weight/],
	])('with %j is refused by the tensor', async (changes, message) => {
		await expect(loaded(changed(changes))).rejects.toThrow(
			expect.objectContaining({code: 'bad-model', message: expect.stringMatching(message)}),
		);
	});

	test('of another version is refused, and any other file is none', () => {
		const withMetadata = (metadata: Record<string, string>) => {
			const file = safetensorsFile({}, metadata);
			const length = Number(new DataView(file.buffer).getBigUint64(0, true));
			return parseHeader(file.subarray(LENGTH_BYTES, LENGTH_BYTES + length), 0, 'x');
		};
		expect(isStored(withMetadata({format: 'next-token-lens', version: '4'}))).toBe(true);
		for (const version of ['3', '5']) {
			expect(() => isStored(withMetadata({format: 'next-token-lens', version}))).toThrow(
				expect.objectContaining({code: 'bad-model', message: expect.stringContaining(version)}),
			);
		}
		expect(isStored(withMetadata({}))).toBe(false);
	});

	test('holds no float32 weights', async () => {
		await expect(checkWeights([weightsOf(empty())], declaration, 'fp32')).rejects.toThrow(/int8/);
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
