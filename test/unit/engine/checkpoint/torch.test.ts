import {readFileSync} from 'node:fs';
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {byteReader} from '../../../../src/engine/checkpoint/byte-reader.ts';
import {toFloat32} from '../../../../src/engine/checkpoint/float32.ts';
import {readModelFiles} from '../../../../src/engine/checkpoint/model-files.ts';
import {CheckpointPacker} from '../../../../src/engine/checkpoint/pack-checkpoint.ts';
import {writePlaces} from '../../../../src/engine/checkpoint/places-before.ts';
import {storedLayout} from '../../../../src/engine/checkpoint/stored-weights.ts';
import {readTorchPlaces} from '../../../../src/engine/checkpoint/torch/torch-places.ts';
import {EngineError} from '../../../../src/engine/errors/engine-error.ts';
import {declareModel} from '../../../../src/engine/open-model.ts';
import {type CheckpointFiles, makeCheckpoint, readFrom} from '../../../helpers/checkpoint.ts';
import {openModel} from '../../../helpers/open-model.ts';
import {concat, pickled, torchCheckpoint, torchOf, type ZipEntry, zip} from '../../../helpers/torch-file.ts';

/** PyTorch's files: its own, and what somebody else may have made. */

const golden = (name: string) => new Uint8Array(readFileSync(`test/goldens/torch/${name}`));
const places = (file: Uint8Array) => {
	const part = async (at: number, count: number) => {
		if (!(at >= 0 && count >= 0 && at + count <= file.length)) throw new RangeError('Read beyond the file.');
		return file.slice(at, at + count);
	};
	return readTorchPlaces(part, file.length, 'pytorch_model.bin');
};
const refusedWith = (code: string, detail = {}) =>
	expect.objectContaining({code: 'bad-model', refusals: [expect.objectContaining({code, ...detail})]});
const parse = (bytes: Uint8Array) => JSON.parse(new TextDecoder().decode(bytes));

/** The weights as the kernels read them, taken from the file in pieces. */
async function packed(
	config: unknown,
	name: string,
	file: Uint8Array,
	{pieces = 1000, from = 0, onBlock = (_: number) => {}} = {},
) {
	const declaration = declareModel(config);
	const {weights} = storedLayout(declaration.program.tensors);
	const bytes = new Uint8Array(weights.size);
	const packer = new CheckpointPacker(declaration, weights, {write: (part, at) => bytes.set(part, at)});
	const header = name.endsWith('.bin') ? writePlaces(await places(file)) : undefined;
	async function* stream() {
		for (let at = from; at < file.length; at += pieces) yield file.subarray(at, at + pieces);
	}
	const reader = byteReader(stream(), from);
	await packer.file({name, size: file.length, reader, header}, undefined, {onBlock});
	expect(reader.position).toBe(file.length);
	return bytes;
}

describe('a file that PyTorch has written', () => {
	test('has the tensors of every type, where they are', async () => {
		const file = golden('small.bin');
		const found = new Map((await places(file)).map(entry => [entry.name, entry]));
		const floats = (name: string) => {
			const {begin, end, dtype} = found.get(name)!;
			return [...toFloat32(file.subarray(begin, end), dtype, name, 'small.bin')];
		};
		expect(floats('floats')).toEqual([...Float32Array.of(1, -2.5, 3e-9, 4e20, 0.5, 0)]);
		expect(floats('halves')).toEqual([1, -2, 2 ** -24]);
		expect(floats('brains')).toEqual([1, -3]);
		expect(floats('scalar')).toEqual([7]);
		expect(found.get('floats')!.shape).toEqual([2, 3]);
		expect(found.get('longs')).toMatchObject({dtype: 'I64', shape: [2]});
		expect(found.get('flags')).toMatchObject({dtype: 'BOOL', shape: [2]});
		expect(found.get('nothing')).toMatchObject({dtype: 'F32', shape: [0, 3]});
	});

	test('is read whichever protocol its pickle has', async () => {
		const [two, four] = [await places(golden('small.bin')), await places(golden('protocol-4.bin'))];
		expect(four.map(({name, shape}) => [name, shape])).toEqual(two.map(({name, shape}) => [name, shape]));
	});

	test.each([1, 777, 1e6])('becomes the same weights as the safetensors file, %i bytes at a time', async pieces => {
		const config = parse(new Uint8Array(readFileSync('test/goldens/hf/config.json')));
		const safetensors = new Uint8Array(readFileSync('test/goldens/hf/model.safetensors'));
		const expected = await packed(config, 'model.safetensors', safetensors);
		expect(await packed(config, 'pytorch_model.bin', golden('pytorch_model.bin'), {pieces})).toEqual(expected);
	});

	test.each([
		['old.bin', 'torch-old'],
		['transposed.bin', 'torch-tensor'],
		['training.bin', 'torch-value'],
		['foreign.bin', 'torch-name'],
	])('%s is refused with %s', async (name, code) => {
		await expect(places(golden(name))).rejects.toThrow(refusedWith(code));
	});

	test('is refused with the name that it asks for', async () => {
		await expect(places(golden('foreign.bin'))).rejects.toThrow(/__builtin__\.print/);
	});
});

describe('a checkpoint', () => {
	const logits = async (files: CheckpointFiles) => {
		const {lm} = await openModel(await readModelFiles(readFrom(files)), {threads: 1, dtype: 'fp32'});
		return (await lm.prefill([1, 2, 3])).logits;
	};

	test.each([
		['F32', {}],
		['F16', {dtype: 'F16' as const}],
		['BF16', {dtype: 'BF16' as const}],
		['in three shards', {shards: 3, layers: 3}],
		['with masks', {masks: 'U8' as const, prefixed: true}],
	])('%s answers as its safetensors files do', async (_, options) => {
		const files = makeCheckpoint(options);
		expect(await logits(torchCheckpoint(files))).toEqual(await logits(files));
	});

	test('has safetensors read where it has both', async () => {
		const files = makeCheckpoint();
		expect(await logits({...files, 'pytorch_model.bin': golden('foreign.bin')})).toEqual(await logits(files));
	});

	test('goes on from every block where it was cut off', async () => {
		const {'model.safetensors': weights, 'config.json': config} = makeCheckpoint({layers: 1, masks: 'U8'});
		const file = torchOf(weights);
		const blocks: number[] = [];
		const whole = await packed(parse(config), 'x.bin', file, {onBlock: position => blocks.push(position)});
		for (const from of blocks) {
			const rest = await packed(parse(config), 'x.bin', file, {from});
			// What was written before is missing; nothing is written elsewhere.
			expect(rest.every((byte, i) => byte === 0 || byte === whole[i])).toBe(true);
		}
		expect((await packed(parse(config), 'x.bin', file, {from: file.length})).every(byte => byte === 0)).toBe(true);
	});

	test('whose storage is elsewhere than it says is refused when it is read', async () => {
		const {'model.safetensors': weights, 'config.json': config} = makeCheckpoint({layers: 1});
		const file = torchOf(weights);
		const [{inside}] = await places(file);
		file[inside!.at + 31] ^= 1;
		await expect(packed(parse(config), 'x.bin', file)).rejects.toThrow(refusedWith('torch-place'));
	});

	test('of which two tensors that the model reads are one is refused', async () => {
		const {'model.safetensors': weights, 'config.json': config} = makeCheckpoint({layers: 2});
		const file = torchOf(weights, name => (name === 'h.1.ln_1.weight' ? 'h.0.ln_1.weight' : name));
		await expect(packed(parse(config), 'x.bin', file)).rejects.toThrow(refusedWith('safetensors-overlap'));
	});
});

const {codes, whole, name, calls, string, int, tuple, tensor} = pickled;
const storage = (changes: Partial<ZipEntry> = {}): ZipEntry => ({
	name: 'a/data/0',
	data: new Uint8Array(8),
	...changes,
});
const archive = (pickle: Uint8Array, entries: readonly ZipEntry[] = [storage()], options = {}) =>
	zip([{name: 'a/data.pkl', data: pickle}, ...entries], options);
const map = (...entries: (readonly [string, Uint8Array])[]) => whole(pickled.map(entries));
const one = map(['w', tensor()]);

describe('an archive', () => {
	test('with a directory in 64 bits is read as one in 32', async () => {
		const expected = await places(archive(one));
		expect(expected).toMatchObject([{name: 'w', dtype: 'F32', shape: [2]}]);
		expect(await places(archive(one, [storage()], {wide: true}))).toMatchObject(expected);
		expect(await places(archive(one, [storage({wide: true})], {wide: true}))).toMatchObject(expected);
	});

	const claiming = (claims: ZipEntry['claims'], wide = false) => archive(one, [storage({claims, wide})]);
	const order = (text: string) => storage({name: 'a/byteorder', data: new TextEncoder().encode(text)});
	test.each<[string, Uint8Array, string]>([
		['nothing', new Uint8Array(0), 'torch-no-zip'],
		['no archive', new Uint8Array(500).fill(7), 'torch-no-zip'],
		['a cut one', archive(one).subarray(0, -1), 'torch-no-zip'],
		['one with something behind it', concat([archive(one), Uint8Array.of(0)]), 'torch-no-zip'],
		['compressed entries', claiming({method: 8}), 'torch-compressed'],
		['entries that grow', claiming({packed: 4}), 'torch-compressed'],
		['encrypted entries', claiming({flags: 1}), 'torch-compressed'],
		['an entry beyond its end', claiming({at: 0xfff_ffff}), 'torch-place'],
		['an entry over another', claiming({at: 0}), 'torch-place'],
		['an entry that is too long', claiming({length: 99_999, packed: 99_999}), 'torch-place'],
		['an entry of 2⁶⁰ bytes', claiming({length: 2 ** 60, packed: 2 ** 60}, true), 'torch-place'],
		['the same name twice', archive(one, [storage(), storage()]), 'torch-no-zip'],
		['fewer entries than it says', archive(one, [storage()], {count: 60_000}), 'torch-no-zip'],
		['two pickles', archive(one, [storage(), storage({name: 'b/data.pkl'})]), 'torch-no-zip'],
		['no pickle', zip([storage()]), 'torch-no-zip'],
		['a pickle of another name', zip([{name: 'a/data.pkl', local: 'a/dato.pkl', data: one}, storage()]), 'torch-place'],
		['big-endian', archive(one, [storage(), order('big')]), 'torch-big-endian'],
		['an endless byte order', archive(one, [storage(), order(' '.repeat(1000))]), 'torch-large'],
		['no storage', archive(one, []), 'torch-tensor'],
		['a shorter storage', archive(one, [storage({data: new Uint8Array(4)})]), 'torch-tensor'],
		['a longer storage', archive(one, [storage({data: new Uint8Array(12)})]), 'torch-tensor'],
		[
			'a huge shape',
			archive(map(['w', tensor({shape: [2 ** 30, 2 ** 30, 2 ** 30], strides: [1, 1, 1]})])),
			'torch-tensor',
		],
		['a view beyond the storage', archive(map(['w', tensor({offset: 1})])), 'torch-tensor'],
		['strides of 0', archive(map(['w', tensor({strides: [0]})])), 'torch-tensor'],
		['an unknown type', archive(map(['w', tensor({type: 'ComplexFloatStorage'})])), 'safetensors-type'],
		[
			'overlapping tensors',
			archive(map(['a', tensor({elements: 3})], ['b', tensor({elements: 3, offset: 1})]), [
				storage({data: new Uint8Array(12)}),
			]),
			'safetensors-overlap',
		],
	])('with %s is refused', async (_, file, code) => {
		await expect(places(file)).rejects.toThrow(refusedWith(code));
	});
});

describe('a pickle', () => {
	test.each<[string, Uint8Array, string]>([
		['os.system', whole(calls(name('os', 'system'), string('true'))), 'torch-name'],
		['builtins.eval', whole(calls(name('builtins', 'eval'), string('1'))), 'torch-name'],
		['a name on the stack', whole(string('os'), string('system'), codes(0x93)), 'torch-name'],
		['a name of this language', whole(name('constructor', 'constructor')), 'torch-name'],
		['INST', whole(new TextEncoder().encode('(ios\nsystem\n')), 'torch-operation'],
		['an extension’s code', whole(codes(0x82, 1)), 'torch-operation'],
		['nothing', new Uint8Array(0), 'torch-pickle'],
		['no end', codes(0x80, 2, 0x7d), 'torch-pickle'],
		['an end at once', whole(), 'torch-pickle'],
		['a list', whole(codes(0x5d)), 'torch-pickle'],
		['a text longer than itself', codes(0x58, 0xff, 0xff, 0xff, 0xff, 0x61), 'torch-pickle'],
		['a tuple without a mark', whole(codes(0x74)), 'torch-pickle'],
		['what was never kept', whole(codes(0x68, 9)), 'torch-pickle'],
		['a number as a callee', whole(int(1), tuple([]), codes(0x52)), 'torch-pickle'],
		['a storage as a callee', whole(calls(name('torch', 'FloatStorage'), int(9))), 'torch-pickle'],
		['a tensor of nothing', whole(calls(name('torch._utils', '_rebuild_tensor_v2'))), 'torch-pickle'],
		['negative sizes', map(['w', tensor({shape: [-2]})]), 'torch-pickle'],
		['more strides than sizes', map(['w', tensor({strides: [1, 1]})]), 'torch-pickle'],
		['marks, 200,000 deep', whole(new Uint8Array(200_000).fill(0x28)), 'torch-pickle'],
		['a dictionary of text', map(['w', string('x')]), 'torch-value'],
		['tuples, 200,000 deep', map(['w', concat([codes(0x29), new Uint8Array(200_000).fill(0x85)])]), 'torch-value'],
	])('with %s is refused', async (_, pickle, code) => {
		await expect(places(archive(pickle))).rejects.toThrow(refusedWith(code));
	});

	test('with a tensor named __proto__ changes nothing else', async () => {
		expect((await places(archive(map(['__proto__', tensor()]))))[0].name).toBe('__proto__');
		expect(({} as {dtype?: string}).dtype).toBeUndefined();
	});
});

async function expectReadOrRefused(file: Uint8Array) {
	try {
		for (const {begin, end} of await places(file)) expect(begin >= 0 && begin <= end && end <= file.length).toBe(true);
	} catch (error) {
		expect(error).toBeInstanceOf(EngineError);
	}
}

test('a file with any bytes changed is read or refused, and never beyond its end', async () => {
	const file = golden('small.bin');
	const changes = fc.array(fc.tuple(fc.nat(file.length - 1), fc.nat(255)), {minLength: 1, maxLength: 8});
	const change = async (changed: [number, number][]) => {
		const other = file.slice();
		for (const [at, value] of changed) other[at] = value;
		await expectReadOrRefused(other);
	};
	await fc.assert(fc.asyncProperty(changes, change), {numRuns: 2000});
});

test('any bytes as a pickle are read or refused', async () => {
	const operations = fc.constantFrom(
		...codes(0x28, 0x7d, 0x5d, 0x29, 0x4b, 0x71, 0x68, 0x85, 0x74, 0x73, 0x75, 0x65, 0x52, 0x62, 0x51, 0x2e),
	);
	const pickles = fc.array(fc.oneof(operations, fc.nat(255)), {maxLength: 60});
	await fc.assert(
		fc.asyncProperty(pickles, pickle => expectReadOrRefused(archive(Uint8Array.from(pickle)))),
		{numRuns: 2000},
	);
});
