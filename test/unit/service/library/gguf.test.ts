import {beforeEach, expect, test} from 'vitest';
import {STORED_WEIGHTS} from '../../../../src/engine/checkpoint/stored-weights.ts';
import {readAndOpenModel} from '../../../../src/engine/open-model.ts';
import {kernelHost} from '../../../../src/entrypoints/cli/kernel-host.ts';
import type {LibraryMethod} from '../../../../src/protocol/questions/library.ts';
import type {Offer} from '../../../../src/protocol/values/models.ts';
import {ggufOf} from '../../../../src/service/library/gguf-parts.ts';
import {Library} from '../../../../src/service/library/library.ts';
import {keptModel} from '../../../../src/service/library/manifest.ts';
import type {CheckpointFiles} from '../../../helpers/checkpoint.ts';
import {FILE, TOKENS} from '../../../helpers/fallback-tokenizer.ts';
import {makeFamilyCheckpoint, SMALL_FAMILIES} from '../../../helpers/family-checkpoint.ts';
import {ggufCheckpoint, tokenMetadata} from '../../../helpers/gguf-checkpoint.ts';
import {MemoryFolder} from '../../../helpers/memory-folder.ts';
import {memoryHub} from '../../../helpers/memory-hub.ts';

/** A model in a GGUF file, which is kept as any other is. */

const CONFIG = {...SMALL_FAMILIES[0], vocab_size: TOKENS.length, eos_token_id: 2, tie_word_embeddings: true};
const SAFETENSORS: CheckpointFiles = {
	...makeFamilyCheckpoint(CONFIG),
	'tokenizer.json': new TextEncoder().encode(JSON.stringify(FILE)),
};
const GGUF = ggufCheckpoint(CONFIG, SAFETENSORS['model.safetensors'], tokenMetadata(FILE, null));
const README = new TextEncoder().encode('# A model');
const hub = memoryHub({
	'test/gguf': {'toy.Q2_K.gguf': GGUF.slice(0, 100), 'toy.Q8_0.gguf': GGUF, 'README.md': README},
	'test/safetensors': SAFETENSORS,
	'test/cut': {'toy.gguf': GGUF.slice(0, -5)},
});

let folder: MemoryFolder;
let library: Library;
let handed: {path: string; size: number; stream(from: number): AsyncIterable<Uint8Array>}[];

beforeEach(() => {
	hub.reset();
	folder = new MemoryFolder();
	library = new Library({
		folder,
		bundled: null,
		goesOn: true,
		access: hub.access,
		storage: async () => ({used: 0, quota: 1e12}),
		takeFiles: async () => handed,
	});
});

const ask = (method: LibraryMethod, params: unknown) =>
	library.answer(method, params, new AbortController().signal, () => {}) as Promise<unknown>;

async function take(repo: string): Promise<string> {
	const {revision, commit} = (await ask('inspect', {repo, revision: 'main'})) as Offer;
	const {id} = (await ask('download', {repo, revision, commit})) as {id: string};
	await library.finished(id);
	return id;
}

const give = async (path: string, bytes: Uint8Array): Promise<string> => {
	const stream = async function* (from: number) {
		yield bytes.subarray(from);
	};
	handed = [{path, size: bytes.length, stream}];
	const {id} = (await ask('importFiles', {key: 'k', name: 'toy'})) as {id: string};
	await library.finished(id);
	return id;
};

const weightsOf = (id: string) => folder.files.get(`models/${id}/${STORED_WEIGHTS}`);

test.each([
	['a file of the disk', () => give('toy.gguf', GGUF)],
	['a file in a folder of the disk', () => give('models/toy.gguf', GGUF)],
	['a repository of the Hub', () => take('test/gguf')],
])('%s is kept as its safetensors would be, and opened', async (_, kept) => {
	const id = await kept();
	expect(weightsOf(id)).toEqual(weightsOf(await take('test/safetensors')));
	const {read, open} = await keptModel(folder, id);
	const {lm, tokenizer} = await readAndOpenModel(read, {host: kernelHost(1)}, open);
	expect(tokenizer.decode(tokenizer.encode('hello abc'))).toBe(' hello abc');
	await lm.dispose();
});

test('a repository is offered with what is fetched of it', async () => {
	const offer = (await ask('inspect', {repo: 'test/gguf', revision: 'main'})) as Offer;
	expect(offer.files.map(({path}) => path)).toEqual(['README.md', 'toy.Q8_0.gguf']);
	expect(offer).toMatchObject({vocabSize: CONFIG.vocab_size, contextLength: CONFIG.max_position_embeddings});
});

test('a file that is cut short is refused before it is fetched', async () => {
	await expect(ask('inspect', {repo: 'test/cut', revision: 'main'})).rejects.toThrow(/toy\.gguf is cut short/);
	await expect(give('toy.gguf', GGUF.slice(0, 200))).rejects.toThrow(/more than its 200 bytes hold/);
});

test('of several files the one nearest to the original weights is chosen, and no part of a larger one', () => {
	expect(ggufOf(['a.Q4_K_M.gguf', 'a.Q8_0.gguf', 'a.F16.gguf'])).toBe('a.Q8_0.gguf');
	expect(ggufOf(['a.IQ2_XS.gguf', 'a.q4_0.gguf'])).toBe('a.q4_0.gguf');
	expect(ggufOf(['a-Q8_0-00001-of-00002.gguf', 'mmproj-F16.gguf', 'a.txt'])).toBeNull();
});
