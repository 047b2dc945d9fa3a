import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {readGgufHeader} from '../../../../../src/engine/checkpoint/gguf/header.ts';
import {ggufPlaces} from '../../../../../src/engine/checkpoint/gguf/places.ts';
import {EngineError} from '../../../../../src/engine/errors/engine-error.ts';
import {sentenceOf} from '../../../../../src/engine/errors/refusal.ts';
import {type GgufTensor, type GgufValue, ggufFile} from '../../../../bench/gguf.ts';

const partsOf = (bytes: Uint8Array) => async (at: number, count: number) => bytes.slice(at, at + count);
const header = (bytes: Uint8Array) => readGgufHeader(partsOf(bytes), bytes.length, 'toy.gguf');
const places = async (bytes: Uint8Array) => ggufPlaces(await header(bytes), bytes.length, 'toy.gguf');
const file = (metadata: Record<string, GgufValue>, tensors: GgufTensor[] = []) =>
	new Uint8Array(Buffer.concat(ggufFile(metadata, tensors)));

const TENSOR: GgufTensor = {name: 'token_embd.weight', type: 'F32', shape: [3, 32], data: new Uint8Array(384)};
const LLAMA: Record<string, GgufValue> = {'general.architecture': {type: 'string', value: 'llama'}};
const TOY = file(LLAMA, [TENSOR]);

/** The file with other bytes at a place. */
function changed(bytes: Uint8Array, at: number, ...values: (bigint | number)[]): Uint8Array {
	const copy = bytes.slice();
	const view = new DataView(copy.buffer);
	let place = at;
	for (const value of values) {
		if (typeof value === 'bigint') view.setBigUint64(place, value, true);
		else view.setUint32(place, value, true);
		place += typeof value === 'bigint' ? 8 : 4;
	}
	return copy;
}

const refusal = (reading: Promise<unknown>) =>
	reading.then(
		() => 'read',
		error => (error instanceof EngineError && error.code === 'bad-model' ? sentenceOf(error.refusals) : String(error)),
	);

test.each([2, 3])('version %i gives metadata of every type, and shapes as PyTorch has them', async version => {
	const metadata: Record<string, GgufValue> = {
		'a.text': {type: 'string', value: 'naïve 猫'},
		'a.flag': {type: 'bool', value: true},
		'a.number': {type: 'int32', value: -7},
		'a.float': {type: 'float32', value: 0.5},
		'a.texts': {type: 'strings', value: ['a', '', 'Ġb']},
		'a.numbers': {type: 'int32s', value: [1, -2]},
	};
	const bytes = changed(file(metadata, [TENSOR]), 4, version);
	const {metadata: found, tensors, dataStart} = await header(bytes);
	expect(Object.fromEntries(found)).toEqual(
		Object.fromEntries(Object.entries(metadata).map(([name, {value}]) => [name, value])),
	);
	expect(tensors).toEqual([{name: 'token_embd.weight', type: 0, shape: [3, 32], offset: 0}]);
	expect(dataStart + 384).toBe(bytes.length);
});

test('a head larger than what is read at once is read on', async () => {
	const tokens = Array.from({length: 200_000}, (_, i) => `token ${i}`);
	const {metadata} = await header(file({...LLAMA, tokens: {type: 'strings', value: tokens}}, [TENSOR]));
	expect(metadata.get('tokens')).toEqual(tokens);
});

describe('one sentence says what is wrong with', () => {
	const NAME = 24;
	/** Where the tensor's record begins: behind the name and the text of the one value. */
	const RECORD = NAME + 8 + 20 + 4 + 8 + 5;
	test.each<[string, Uint8Array, string]>([
		['another kind of file', new TextEncoder().encode('PK'.repeat(40)), 'it does not begin with “GGUF”'],
		['an empty file', new Uint8Array(0), 'it does not begin with “GGUF”'],
		['version 1', changed(TOY, 4, 1), 'its version is 1, and 2 and 3 can be read'],
		['big-endian numbers', changed(TOY, 4, 0x0300_0000), 'its numbers are big-endian'],
		['a million tensors', changed(TOY, 8, 1_000_000n), 'it names 1000000 tensors, and at most 65536 are read'],
		['more tensors than bytes', changed(TOY, 8, 60_000n), 'it names 60000 tensors, more than its 512 bytes hold'],
		['2^63 values', changed(TOY, 16, 2n ** 63n), 'it names 9223372036854776000 values, and at most 65536 are read'],
		['a name of 2^60 bytes', changed(TOY, NAME, 2n ** 60n), 'a name has 1152921504606847000 bytes'],
		['a text of 2^60 bytes', changed(TOY, NAME + 32, 2n ** 60n), 'has 1152921504606847000 bytes'],
		['an unknown type of value', changed(TOY, NAME + 28, 99), 'its "general.architecture" has the type 99'],
		['a list of lists', changed(TOY, NAME + 28, 9, 9), 'its "general.architecture" is a list of lists'],
		['a list of 2^60', changed(TOY, NAME + 28, 9, 4, 2n ** 60n), 'at most 4000000 are read'],
		['five dimensions', changed(TOY, RECORD + 8 + 17, 5), 'its tensor "token_embd.weight" has 5 dimensions'],
		[
			'lengths whose product overflows',
			changed(TOY, RECORD + 8 + 17 + 4, 2n ** 62n),
			'has the shape 3, 4611686018427388000',
		],
		['a length of 0', changed(TOY, RECORD + 8 + 17 + 4, 0n), 'has the shape 3, 0'],
		['an unknown type of tensor', changed(TOY, RECORD + 8 + 17 + 20, 23), 'is of the type IQ4_XS'],
		['a tensor beyond the end', changed(TOY, RECORD + 8 + 17 + 24, 2n ** 40n), 'ends at byte'],
		['a tensor at an odd place', changed(TOY, RECORD + 8 + 17 + 24, 1n), 'begins at 1, no multiple of 32'],
		[
			'rows that no blocks fill',
			changed(TOY, RECORD + 8 + 17 + 4, 33n, 3n, 8),
			'have 33 elements, and blocks of Q8_0 32',
		],
		['a cut end', TOY.slice(0, -1), 'ends at byte'],
		['a cut head', TOY.slice(0, 60), 'its header is cut short'],
		['another architecture', file({'general.architecture': {type: 'string', value: 'rwkv7'}}), '“rwkv7”'],
		['no architecture', file({}), 'it has no general.architecture'],
		[
			'overlapping tensors',
			changed(file(LLAMA, [TENSOR, {...TENSOR, name: 'b'}]), RECORD + 57 + 8 + 1 + 24, 0n),
			'overlaps',
		],
	])('%s', async (_, bytes, sentence) => {
		expect(await refusal(places(bytes))).toContain(sentence);
	});
});

test('whatever the bytes are, the file is read or refused in a sentence', async () => {
	const {length} = TOY;
	const byte = fc.tuple(fc.nat({max: length - 1}), fc.integer({min: 0, max: 255}));
	await fc.assert(
		fc.asyncProperty(fc.array(byte, {maxLength: 6}), fc.nat({max: length}), async (bytes, cut) => {
			const copy = TOY.slice(0, length - (cut % 3 === 0 ? cut : 0));
			for (const [at, value] of bytes) copy[at] = value;
			expect(await refusal(places(copy))).toMatch(/^read$|[.]$/);
		}),
		{numRuns: 2000, seed: 34},
	);
});
