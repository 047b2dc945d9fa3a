import {afterAll, afterEach, beforeAll, beforeEach, describe, expect, test} from 'vitest';
import {readModelFiles} from '../../../../src/engine/checkpoint/model-files.ts';
import {STORED_WEIGHTS} from '../../../../src/engine/checkpoint/stored-weights.ts';
import {openOnnxModel} from '../../../../src/engine/open-onnx-model.ts';
import type {LibraryMethod} from '../../../../src/protocol/questions/library.ts';
import {BUNDLED_ID, type HubSettings, type LibraryState, type Offer} from '../../../../src/protocol/values/models.ts';
import {activeModel} from '../../../../src/service/library/active.ts';
import {Library} from '../../../../src/service/library/library.ts';
import {readModel} from '../../../../src/service/library/manifest.ts';
import {type CheckpointFiles, makeCheckpoint, readFrom} from '../../../helpers/checkpoint.ts';
import {makeFamilyCheckpoint} from '../../../helpers/family-checkpoint.ts';
import {type HubServer, serveHub} from '../../../helpers/hub-server.ts';
import {MemoryFolder} from '../../../helpers/memory-folder.ts';
import {onnxRepository} from '../../../helpers/onnx-repository.ts';
import {openModel} from '../../../helpers/open-model.ts';
import {torchCheckpoint} from '../../../helpers/torch-file.ts';
import {waitFor} from '../../../helpers/wait.ts';

/** The library against a Hub on this machine. */

let hub: HubServer;
let settings: HubSettings;
let folder: MemoryFolder;
let library: Library;
/** What the client waited for, in milliseconds; it does not really wait. */
let waited: number[];
let handed: Map<string, CheckpointFiles>;
/** How often the network does not answer from now on. */
let silences: number;
const opened: Library[] = [];

beforeAll(async () => {
	hub = await serveHub();
});
afterAll(() => hub.dispose());

const open = (on = folder) => {
	const one = new Library({
		goesOn: true,
		folder: on,
		bundled: null,
		access: {
			settings: async () => settings,
			async fetch(address, init) {
				if (silences-- > 0) throw new TypeError('Failed to fetch');
				return fetch(address, init);
			},
			now: () => Date.now(),
			async wait(milliseconds, signal) {
				waited.push(milliseconds);
				await new Promise(resolve => setTimeout(resolve));
				signal.throwIfAborted();
			},
		},
		storage: async () => ({used: on.used, quota: Math.min(1e12, on.room)}),
		takeFiles: async key =>
			Object.entries(handed.get(key)!).map(([path, bytes]) => ({
				path: `my-gpt2/${path}`,
				size: bytes.length,
				async *stream(from: number) {
					yield bytes.subarray(from);
				},
			})),
	});
	opened.push(one);
	return one;
};

beforeEach(() => {
	settings = {address: hub.address, token: '', offline: false};
	folder = new MemoryFolder();
	waited = [];
	silences = 0;
	handed = new Map();
	hub.seen.length = 0;
	hub.trickle = null;
	library = open();
});

const ask = (method: LibraryMethod, params: unknown, of = library, signal = new AbortController().signal) =>
	of.answer(method, params, signal, () => {}) as Promise<never>;

/** Take what is offered. */
async function take(repo: string, of = library): Promise<{id: string}> {
	const {revision, commit} = (await ask('inspect', {repo, revision: 'main'}, of)) as Offer;
	return ask('download', {repo, revision, commit}, of);
}

/** Download a repository to its end. @returns its id. @throws why it failed. */
async function fetched(repo: string, of = library): Promise<string> {
	const {id} = await take(repo, of);
	await of.finished(id);
	return id;
}

const files = makeCheckpoint({layers: 2, width: 32, vocabSize: 600});
const weightsOf = (id: string, on = folder) => on.files.get(`models/${id}/${STORED_WEIGHTS}`);

/** What must come out of a download: the stored form made at once. */
let expected: Uint8Array;
beforeAll(async () => {
	hub.put('test/good', {files: {...files, 'README.md': new TextEncoder().encode('# A card')}, licence: 'mit'});
	const calm = new MemoryFolder();
	settings = {address: hub.address, token: '', offline: false};
	waited = [];
	silences = 0;
	expected = weightsOf(await fetched('test/good', open(calm)), calm)!;
});

describe('a download', () => {
	test('is described before anything of it is fetched', async () => {
		const offer = await ask('inspect', {repo: 'test/good', revision: 'main'});
		expect(offer).toMatchObject({
			repo: 'test/good',
			licence: 'mit',
			download: Object.values(files).reduce((sum, {length}) => sum + length, 8),
			stored: expected.length + files['config.json'].length + files['tokenizer.json'].length + 8,
			contextLength: 32,
			vocabSize: 600,
			refusal: null,
			present: false,
		});
		expect(hub.seen.map(({path}) => path).filter(path => path.includes('resolve'))).toEqual([
			expect.stringContaining('config.json'),
		]);
		expect(folder.files.size).toBe(0);
	});

	test('becomes a model that answers as the checkpoint itself', async () => {
		const id = await fetched('test/good');
		const {model, read} = await readModel(folder, id);
		expect(model).toMatchObject({
			name: 'test/good',
			source: {kind: 'hub', repo: 'test/good', revision: 'main', address: hub.address},
			licence: 'mit',
			damaged: false,
		});
		expect(model.downloaded.map(({path}) => path).sort()).toEqual([
			'README.md',
			'config.json',
			'model.safetensors',
			'tokenizer.json',
		]);
		const [stored, direct] = [
			await openModel(await readModelFiles(read), {threads: 1}),
			await openModel(await readModelFiles(readFrom(files)), {threads: 1}),
		];
		expect((await stored.lm.prefill([5, 7])).logits).toEqual((await direct.lm.prefill([5, 7])).logits);
		expect(stored.tokenizer.hasTokensOf(direct.tokenizer)).toBe(true);
		expect(stored.tokenizer.encode('A card')).toEqual(direct.tokenizer.encode('A card'));
		await Promise.all([stored.lm.dispose(), direct.lm.dispose()]);
		expect([...folder.files.keys()].filter(path => path.startsWith('downloads/'))).toEqual([]);
	});

	test('never has the weights in memory as a whole', async () => {
		const whole: string[] = [];
		class Watched extends MemoryFolder {
			override read(path: string) {
				whole.push(path);
				return super.read(path);
			}
		}
		await fetched('test/good', open(new Watched()));
		expect(whole).toContainEqual(expect.stringMatching(/tokenizer\.json$/));
		expect(whole.filter(path => path.endsWith(STORED_WEIGHTS))).toEqual([]);
	});

	test('of PyTorch’s files becomes the same model', async () => {
		hub.put('test/torch', {files: torchCheckpoint(files)});
		expect(weightsOf(await fetched('test/torch'))).toEqual(expected);
		const shards = makeCheckpoint({layers: 2, width: 32, vocabSize: 600, shards: 3});
		hub.put('test/torch-shards', {files: torchCheckpoint(shards)});
		expect(weightsOf(await fetched('test/torch-shards'))).toEqual(expected);
	});

	test.each([
		{model_type: 'opt', ffn_dim: 64, do_layer_norm_before: true, activation_function: 'relu'},
		{model_type: 'gpt_neox', intermediate_size: 64, rotary_pct: 0.25, tie_word_embeddings: false},
	])('of PyTorch’s files of another family becomes the same model: $model_type', async family => {
		const shape = {hidden_size: 32, num_hidden_layers: 2, num_attention_heads: 4, max_position_embeddings: 64};
		const other = makeFamilyCheckpoint({...shape, ...family, vocab_size: 300, eos_token_id: 299});
		const repo = `test/${family.model_type}`;
		hub.put(repo, {files: other});
		hub.put(`${repo}-torch`, {files: torchCheckpoint(other)});
		const [safe, torch] = [weightsOf(await fetched(repo)), weightsOf(await fetched(`${repo}-torch`))];
		expect(safe!.length).toBeGreaterThan(10_000);
		expect(torch).toEqual(safe);
	});

	test('of PyTorch’s file that is cut off goes on where it was', async () => {
		hub.put('test/torch-cut', {files: torchCheckpoint(files)});
		// Five parts are read before: its ends, its directory and what that leads to.
		const parts = Array.from({length: 5}, () => ({kind: 'ok' as const}));
		hub.fail('pytorch_model.bin', ...parts, {kind: 'cut', after: 9000});
		expect(weightsOf(await fetched('test/torch-cut'))).toEqual(expected);
		expect(waited).toHaveLength(1);
	});

	test('of shards', async () => {
		hub.put('test/shards', {files: makeCheckpoint({layers: 2, width: 32, vocabSize: 600, shards: 3})});
		const id = await fetched('test/shards');
		expect(weightsOf(id)).toEqual(expected);
	});

	test('that two pages ask for is made once', async () => {
		const ids = await Promise.all([1, 2].map(() => take('test/good')));
		expect(ids[0]).toEqual(ids[1]);
		await library.finished(ids[0].id);
		expect(hub.seen.filter(({path}) => path.endsWith('model.safetensors') && path.includes('resolve'))).toHaveLength(1);
	});

	test('that is asked for again while it is being written down is made once', async () => {
		const write = folder.write.bind(folder);
		const again: Promise<unknown>[] = [];
		folder.write = async (path, bytes) => {
			if (path.endsWith('job.json') && again.length === 0) {
				again.push(take('test/good'));
				await again[0];
			}
			await write(path, bytes);
		};
		const id = await fetched('test/good');
		expect(await again[0]).toEqual({id});
		expect(hub.seen.filter(({path}) => path.endsWith('model.safetensors') && path.includes('resolve'))).toHaveLength(1);
		expect(weightsOf(id)).toEqual(expected);
	});

	test('waits for a network that is off, however long; a question that somebody waits for does not', async () => {
		hub.fail('model.safetensors', {kind: 'cut', after: 5000});
		const {id} = await take('test/good');
		// A request that fails is asked again without following redirects.
		silences = 70;
		await library.finished(id);
		expect(weightsOf(id)).toEqual(expected);
		expect(waited.length).toBeGreaterThan(30);
		expect(Math.max(...waited)).toBe(60_000);

		silences = Number.POSITIVE_INFINITY;
		await expect(ask('inspect', {repo: 'test/good', revision: 'main'})).rejects.toThrow(
			/The network does not answer\. Try again later/,
		);
	});

	test('goes on where the connection was cut, by ranges of one commit', async () => {
		hub.fail('model.safetensors', {kind: 'cut', after: 5000}, {kind: 'cut', after: 20_000});
		const id = await fetched('test/good');
		expect(weightsOf(id)).toEqual(expected);
		const ranges = hub.seen.filter(({path}) => path.includes('/cdn/') && path.endsWith('model.safetensors'));
		expect(ranges.map(({range}) => range)).toEqual([null, 'bytes=5000-', 'bytes=25000-']);
	});

	test('from a server without ranges begins again and drops the stored part', async () => {
		hub.fail('model.safetensors', {kind: 'cut', after: 5000}, {kind: 'no-ranges'});
		expect(weightsOf(await fetched('test/good'))).toEqual(expected);
	});

	test('waits as long as the Hub asks, and longer from failure to failure', async () => {
		const busy = {kind: 'status', status: 429, headers: {'retry-after': '7'}} as const;
		const down = {kind: 'status', status: 503} as const;
		hub.fail('model.safetensors', busy, down, down);
		expect(weightsOf(await fetched('test/good'))).toEqual(expected);
		expect(waited).toEqual([7000, 2000, 4000]);
	});

	test('can be paused, survives the end of the browser, and goes on by itself only when it was not paused', async () => {
		hub.trickle = {bytes: 4000, milliseconds: 20};
		const {id} = await take('test/good');
		await waitFor('some bytes', async () => (await library.state()).downloads[0]?.done > 40_000);
		await ask('pause', {id});
		expect((await library.state()).downloads).toMatchObject([{id, phase: 'paused'}]);

		const later = open();
		await waitFor('it to be listed', async () => (await later.state()).downloads.length === 1);
		expect((await later.state()).downloads[0].phase).toBe('paused');
		hub.trickle = null;
		await ask('resume', {id}, later);
		await later.finished(id);
		expect(weightsOf(id)).toEqual(expected);

		// As after a crash: what was written down says that it was running.
		const crashed = new MemoryFolder();
		hub.trickle = {bytes: 4000, milliseconds: 20};
		const dying = open(crashed);
		await take('test/good', dying);
		await waitFor('some bytes', async () => (await dying.state()).downloads[0]?.done > 40_000);
		const left = new MemoryFolder();
		for (const [path, bytes] of crashed.files) left.files.set(path, bytes.slice());
		await ask('discard', {id}, dying);
		expect(crashed.files.size).toBe(0);
		hub.trickle = null;
		const reborn = open(left);
		await waitFor('it to end', async () => (await reborn.state()).models.length === 1);
		expect(weightsOf(id, left)).toEqual(expected);
	});

	test('tells bytes and rate', async () => {
		const states: LibraryState[] = [];
		const watching = new AbortController();
		const watch = library.answer('library', {}, watching.signal, state => states.push(state)) as Promise<unknown>;
		hub.trickle = {bytes: 10_000, milliseconds: 20};
		await fetched('test/good');
		watching.abort();
		await expect(watch).rejects.toThrow();
		const running = states.flatMap(({downloads}) => downloads).filter(({rate}) => rate > 0);
		expect(running.length).toBeGreaterThan(0);
		expect(running.every(({done, total}) => done <= total)).toBe(true);
	});
});

describe('a fault is reported in a sentence, and nothing of the download is used', () => {
	const failing = async (repo: string) => {
		const error = await fetched(repo).then(
			() => null,
			(error: Error) => error,
		);
		expect((await library.state()).models).toEqual([]);
		return error?.message ?? 'it worked';
	};

	test.each([
		[
			'another checksum',
			{kind: 'flip', at: 30_000},
			/model\.safetensors arrived with another checksum.*Fetch it again/,
		],
		['another length', {kind: 'short', by: 8}, /should have \d+ bytes, but \d+ are sent: .* Start the download again/],
	] as const)('%s', async (_, fault, message) => {
		hub.fail('model.safetensors', fault);
		expect(await failing('test/good')).toMatch(message);
	});

	test('a file that changed between two ranges', async () => {
		hub.fail('model.safetensors', {kind: 'cut', after: 5000}, {kind: 'changed'});
		expect(await failing('test/good')).toMatch(/changed while it was fetched/);
	});

	test('a file that ends before the place where it was cut: 416, and begun again it is whole', async () => {
		const left = 4000;
		hub.fail(
			'model.safetensors',
			{kind: 'cut', after: 5000},
			{kind: 'short', by: files['model.safetensors'].length - left},
		);
		expect(await failing('test/good')).toMatch(
			/has become shorter than what was fetched of it\. Start the download again/,
		);
		expect(hub.seen.at(-1)?.range).toBe('bytes=5000-');
		expect(library.progress).toBeNull();
		const [{id}] = (await library.state()).downloads;
		await ask('discard', {id});
		expect(weightsOf(await fetched('test/good'))).toEqual(expected);
	});

	test('a Hub that never answers', async () => {
		hub.fail('model.safetensors', ...Array.from({length: 20}, () => ({kind: 'status', status: 503}) as const));
		expect(await failing('test/good')).toMatch(/answers 503 just now\. Try again later/);
		const [{id}] = (await library.state()).downloads;
		hub.fail('model.safetensors');
		await ask('resume', {id});
		await library.finished(id);
		expect(weightsOf(id)).toEqual(expected);
	});

	test('a small file that was changed on its way', async () => {
		hub.fail('config.json', {kind: 'ok'}, {kind: 'flip', at: 3});
		expect(await failing('test/good')).toMatch(/config\.json arrived with another checksum/);
	});

	const put = (name: string, changed: CheckpointFiles, without: readonly string[] = []) => {
		const all = {...files, ...changed};
		for (const file of without) delete all[file];
		hub.put(name, {files: all});
	};
	const json = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
	const parse = (bytes: Uint8Array) => JSON.parse(new TextDecoder().decode(bytes));

	test('no such repository', async () => {
		expect(await failing('test/nowhere')).toMatch(/does not show test\/nowhere to everyone: it does not exist, or/);
	});

	test('no such revision', async () => {
		await expect(ask('inspect', {repo: 'test/good', revision: 'v9'})).rejects.toThrow(
			/has no test\/good \(v9\)\. Check the name and the revision/,
		);
	});

	test('a name that is none', async () => {
		await expect(ask('inspect', {repo: '../../etc', revision: 'main'})).rejects.toThrow(/named like openai-community/);
		await expect(ask('inspect', {repo: 'a/b', revision: '../x'})).rejects.toThrow(/revision/);
	});

	test.each([
		[
			{model_type: 'bert', architectures: ['BertForMaskedLM']},
			/is a model of the kind "bert" \(BertForMaskedLM\), which does not predict next tokens/,
		],
		[
			{model_type: 'bloom', architectures: ['BloomForCausalLM']},
			/kind "bloom" \(BloomForCausalLM\) and has no ONNX export\. From their original weights, models of the kinds gpt2, llama, /,
		],
	])('a repository of another kind: %j', async (config, message) => {
		put('test/other', {'config.json': json(config)});
		expect(await failing('test/other')).toMatch(message);
	});

	test('missing files', async () => {
		put('test/holey', {}, ['tokenizer.json']);
		expect(await failing('test/holey')).toMatch(/has neither tokenizer\.json nor vocab\.json with merges\.txt/);
		put('test/holey', {'tf_model.h5': new Uint8Array(9)}, ['model.safetensors']);
		expect(await failing('test/holey')).toMatch(/Its weights come as tf_model\.h5, which cannot be opened/);
	});

	test('a model of a hundred bytes', async () => {
		put('test/tiny', {'model.safetensors': new Uint8Array(100)});
		expect(await failing('test/tiny')).toMatch(/The header of model\.safetensors is not JSON/);
	});

	test('a header with wrong sizes', async () => {
		const weights = files['model.safetensors'].slice();
		const at = new TextDecoder('latin1').decode(weights.subarray(0, 5000)).indexOf('"data_offsets":[') + 16;
		weights[at] = 0x39;
		put('test/liar', {'model.safetensors': weights});
		expect(await failing('test/liar')).toMatch(/in model\.safetensors has the shape .* and should take \d+ bytes/);
	});

	test('weights that are no numbers', async () => {
		const weights = files['model.safetensors'].slice();
		weights.fill(0xff, weights.length - 64);
		put('test/nan', {'model.safetensors': weights});
		expect(await failing('test/nan')).toMatch(/have NaN in .*is broken/);
	});

	test('a tokenizer of another model', async () => {
		put('test/mixed', {'tokenizer.json': makeCheckpoint({vocabSize: 300})['tokenizer.json']});
		expect(await failing('test/mixed')).toMatch(/tokenizer has 300 tokens but the model 600 classes/);
		expect(hub.seen.filter(({path}) => path.endsWith('model.safetensors'))).toEqual([]);
	});

	test('a config that contradicts its weights', async () => {
		put('test/deeper', {'config.json': json({...parse(files['config.json']), n_layer: 3})});
		expect(await failing('test/deeper')).toMatch(/should have h\.2\.\S+ of shape .*, but it is missing/);
		put('test/wider', {'config.json': json({...parse(files['config.json']), n_embd: 64})});
		expect(await failing('test/wider')).toMatch(/of shape \[.*64.*\], but it is \[.*32.*\]/);
	});

	test('more memory than there is, before the download, with the figure', async () => {
		put('test/huge', {'config.json': json({...parse(files['config.json']), n_embd: 8192, n_layer: 90, n_head: 8})});
		expect(await failing('test/huge')).toMatch(/It needs \d+(?:\.\d+)? GB of memory, and there are .* GB for it here/);
		expect(hub.seen.filter(({path}) => path.endsWith('model.safetensors'))).toEqual([]);
	});

	test('no room, before the download and half-way', async () => {
		folder.room = 20_000;
		expect(await failing('test/good')).toMatch(/It takes .* KB of storage, and there is room for 20\.0 KB/);
		folder.room = Number.POSITIVE_INFINITY;
		hub.trickle = {bytes: 4000, milliseconds: 5};
		const {id} = await take('test/good');
		folder.room = folder.used + expected.length / 2;
		await expect(library.finished(id)).rejects.toThrow(/There is no storage left\. Remove a model.*and resume/);
		folder.room = Number.POSITIVE_INFINITY;
		hub.trickle = null;
		await ask('resume', {id});
		await library.finished(id);
		expect(weightsOf(id)).toEqual(expected);
	});

	test('a token that is missing, and one that is refused', async () => {
		hub.put('test/private', {files, token: 'hf_right'});
		expect(await failing('test/private')).toMatch(/needs an access token/);
		settings = {...settings, token: 'hf_wrong'};
		expect(await failing('test/private')).toMatch(/refused the access token\. Make a new one/);
	});

	test('a gated repository', async () => {
		hub.put('test/gated', {files, gated: true});
		expect(await failing('test/gated')).toMatch(/Accept its terms on its page/);
	});
});

test('a repository with an ONNX export is kept as it is, and taken up where it was cut', async () => {
	const onnx = onnxRepository();
	hub.put('test/onnx', {files: onnx});
	hub.fail('onnx/model.onnx_data', {kind: 'cut', after: 100_000});
	const id = await fetched('test/onnx');
	const {model, files: kept} = await readModel(folder, id);
	expect(model).toMatchObject({parameters: null, vocabSize: 50_257, contextLength: 1024});
	for (const path of Object.keys(onnx)) expect(Buffer.compare(kept.get(path)!, onnx[path])).toBe(0);
	const opened = await openOnnxModel(kept, {threads: 1});
	expect((await opened.lm.prefill([464, 3797])).logits).toHaveLength(50_257);
	await opened.lm.dispose();
});

describe('the access token', () => {
	test('goes to the Hub alone, never to where it redirects, nor to another Hub', async () => {
		hub.put('test/private', {files, token: 'hf_right'});
		settings = {...settings, token: 'hf_right'};
		await fetched('test/private');
		const [ours, others] = [true, false].map(own =>
			hub.seen.filter(({host}) => host.startsWith('127.0.0.1') === own).map(({authorization}) => authorization),
		);
		expect(new Set(ours)).toEqual(new Set(['Bearer hf_right']));
		expect(others.length).toBeGreaterThan(0);
		expect(new Set(others)).toEqual(new Set([null]));
	});
});

test('“never use the network” refuses every request, also one that is running', async () => {
	settings = {...settings, offline: true};
	await expect(ask('inspect', {repo: 'test/good', revision: 'main'})).rejects.toThrow(/network is switched off/);
	await expect(take('test/good')).rejects.toThrow(/network is switched off/);
	expect(hub.seen).toEqual([]);

	settings = {...settings, offline: false};
	hub.trickle = {bytes: 500, milliseconds: 20};
	const {id} = await take('test/good');
	await waitFor('some bytes', async () => (await library.state()).downloads[0]?.done > 5000);
	settings = {...settings, offline: true};
	await expect(library.finished(id)).rejects.toThrow(/network is switched off/);
});

describe('stored models', () => {
	test('a damaged copy is found, marked, and not used; fetching it again mends it', async () => {
		const id = await fetched('test/good');
		weightsOf(id)![5000] ^= 1;
		await expect(readModel(folder, id)).rejects.toThrow(
			/stored copy of test\/good is damaged \(weights.*Fetch it again/,
		);
		expect((await library.state()).models).toMatchObject([{id, damaged: true}]);
		await expect(ask('choose', {id})).rejects.toThrow(/is damaged\. Fetch it again first/);
		expect(await fetched('test/good')).toBe(id);
		expect((await library.state()).models).toMatchObject([{id, damaged: false}]);
		await readModel(folder, id);
	});

	test('a model whose storage the browser has deleted is reported as gone', async () => {
		const id = await fetched('test/good');
		await ask('choose', {id});
		folder.files.delete(`models/${id}/manifest.json`);
		await expect(readModel(folder, await activeModel(folder))).rejects.toThrow(
			/is not here any more\. Choose another one/,
		);
	});

	test('the choice is remembered, and falls back to the bundled model when the chosen one is removed', async () => {
		const id = await fetched('test/good');
		await ask('choose', {id});
		expect(await activeModel(folder)).toBe(id);
		expect((await open().state()).active).toBe(id);
		await ask('remove', {id});
		expect(await activeModel(folder)).toBe(BUNDLED_ID);
		expect(await folder.list(`models/${id}`)).toEqual([]);
		await expect(ask('choose', {id})).rejects.toThrow(/no model .* here/);
		await expect(ask('remove', {id: BUNDLED_ID})).rejects.toThrow(/bundled model/);
		await expect(ask('remove', {id: '../downloads'})).rejects.toThrow(/no model \.\.\/downloads here/);
	});

	test('files from the disk, with the old tokenizer, in a folder', async () => {
		handed.set('k', makeCheckpoint({layers: 2, width: 32, vocabSize: 600, oldTokenizer: true}));
		const {id} = (await ask('importFiles', {key: 'k', name: 'my-gpt2'})) as {id: string};
		await library.finished(id);
		expect((await library.state()).models).toMatchObject([{name: 'my-gpt2', source: {kind: 'disk', name: 'my-gpt2'}}]);
		expect(weightsOf(id)).toEqual(expected);
		expect(hub.seen).toEqual([]);
	});

	test('two folders of the same name have names to tell them apart', async () => {
		handed.set('k', makeCheckpoint({layers: 1}));
		for (const expected of ['my-gpt2', 'my-gpt2 2']) {
			const {id} = (await ask('importFiles', {key: 'k', name: 'my-gpt2'})) as {id: string};
			await library.finished(id);
			expect((await library.state()).models.find(model => model.id === id)?.name).toBe(expected);
		}
	});

	test('a folder that does not fit into storage or memory is refused with the figure, before it is read', async () => {
		handed.set('k', files);
		folder.room = 20_000;
		await expect(ask('importFiles', {key: 'k', name: 'x'})).rejects.toThrow(
			/It takes .* KB of storage, and there is room for 20\.0 KB/,
		);
		folder.room = Number.POSITIVE_INFINITY;
		const config = JSON.parse(new TextDecoder().decode(files['config.json']));
		const huge = new TextEncoder().encode(JSON.stringify({...config, n_embd: 8192, n_layer: 90, n_head: 8}));
		handed.set('k', {...files, 'config.json': huge});
		await expect(ask('importFiles', {key: 'k', name: 'x'})).rejects.toThrow(
			/It needs \d+(?:\.\d+)? GB of memory, and there are .* GB for it here/,
		);
		expect((await library.state()).downloads).toEqual([]);
		expect(folder.files.size).toBe(0);
	});

	test('a folder without a tokenizer, and one without a model', async () => {
		const {'tokenizer.json': _, ...rest} = files;
		handed.set('k', rest);
		await expect(ask('importFiles', {key: 'k', name: 'x'})).rejects.toThrow(
			/x has neither tokenizer\.json nor vocab\.json/,
		);
		handed.set('k', {'notes.txt': new Uint8Array(3)});
		await expect(ask('importFiles', {key: 'k', name: 'x'})).rejects.toThrow(
			/None of the files that were chosen \(1\) is a config\.json/,
		);
	});
});

afterEach(() => {
	hub.fail('model.safetensors');
	hub.fail('config.json');
});
