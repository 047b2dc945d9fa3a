import {describe, expect, test} from 'vitest';
import {readingModelFiles, readModelFiles} from '../../../../src/engine/checkpoint/model-files.ts';
import type {WeightsFile} from '../../../../src/engine/checkpoint/weights-file.ts';
import {Tokenizer} from '../../../../src/engine/tokenizer/tokenizer.ts';
import {tokenizerFiles} from '../../../helpers/checkpoint.ts';

/** Files that are not there, found out about after so many tasks each. */
const missing = (delays: Record<string, number>) => async (name: string) => {
	for (let i = 0; i < (delays[name] ?? 0); i++) await new Promise(resolve => setImmediate(resolve));
	throw new Error(`${name} cannot be read.`);
};

test.each<Record<string, number>>([{}, {'config.json': 20}, {'config.json': 20, 'tokenizer.json': 10}])(
	'of several files that are missing config.json is named, whichever is found out about first: %j',
	async delays => {
		await expect(readModelFiles(missing(delays))).rejects.toThrow('config.json cannot be read.');
	},
);

test('what a model is, and what its tokens are, is there while the weights are still being read', async () => {
	const small: Record<string, string> = {'config.json': '{"a": 1}', 'tokenizer.json': '{"b": 2}'};
	let resolve = (_bytes: Uint8Array) => {};
	const arriving = new Promise<Uint8Array>(done => {
		resolve = done;
	});
	const {shape, words, weights} = readingModelFiles(async name => {
		if (name === 'weights.int8.safetensors') return arriving;
		return name in small ? new TextEncoder().encode(small[name]) : null;
	});
	expect(await shape).toEqual({config: {a: 1}, generationConfig: null});
	expect((await words)()).toEqual({tokenizer: {b: 2}, tokenizerConfig: {}});
	resolve(Uint8Array.of(7));
	expect(await weights).toEqual([expect.objectContaining({size: 1})]);
});

describe('the files of a checkpoint', () => {
	const json = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
	const text = (value: string) => new TextEncoder().encode(value);
	const WEIGHTS = Uint8Array.of(1, 2, 3);
	const COMPLETE: Record<string, Uint8Array> = {
		'config.json': json({model_type: 'gpt2'}),
		'tokenizer.json': json({model: {}}),
		'tokenizer_config.json': json({add_prefix_space: false}),
		'model.safetensors': WEIGHTS,
	};
	/** Reads these files, and says which it was asked for. */
	const read = (files: Record<string, Uint8Array | undefined>) => {
		const asked: string[] = [];
		const reading = readModelFiles(async name => {
			asked.push(name);
			return files[name] ?? null;
		});
		return {reading, asked};
	};

	test('are parsed, but for the weights', async () => {
		expect(await read(COMPLETE).reading).toEqual({
			config: {model_type: 'gpt2'},
			tokenizer: {model: {}},
			tokenizerConfig: {add_prefix_space: false},
			generationConfig: null,
			weights: [expect.objectContaining({size: WEIGHTS.length})],
		});
	});

	test('need no tokenizer_config.json', async () => {
		const {tokenizerConfig} = await read({...COMPLETE, 'tokenizer_config.json': undefined}).reading;
		expect(tokenizerConfig).toEqual({});
	});

	test('are read in the stored form first', async () => {
		const stored = Uint8Array.of(9);
		const {reading, asked} = read({...COMPLETE, 'weights.int8.safetensors': stored});
		const [weights] = (await reading).weights;
		const first = new Uint8Array(1);
		await weights.read(first, 0);
		expect([weights.size, first]).toEqual([1, stored]);
		expect(asked).not.toContain('model.safetensors');
	});

	test('have their shards in the order of their names, each once', async () => {
		const index = {
			weight_map: {'wte.weight': 'b.safetensors', 'wpe.weight': 'a.safetensors', 'ln_f.bias': 'b.safetensors'},
		};
		const shards = {'a.safetensors': Uint8Array.of(1), 'b.safetensors': Uint8Array.of(2)};
		const files = {...COMPLETE, 'model.safetensors': undefined, 'model.safetensors.index.json': json(index), ...shards};
		const {weights} = await read(files).reading;
		const first = async (shard: WeightsFile) => {
			const byte = new Uint8Array(1);
			await shard.read(byte, 0);
			return byte[0];
		};
		expect(await Promise.all(weights.map(first))).toEqual([1, 2]);
		await expect(read({...files, 'b.safetensors': undefined}).reading).rejects.toMatchObject({
			code: 'bad-model',
			message: expect.stringContaining('b.safetensors'),
		});
	});

	test('without weights in any form are refused, and model.safetensors is named', async () => {
		await expect(read({...COMPLETE, 'model.safetensors': undefined}).reading).rejects.toThrow(
			expect.objectContaining({code: 'bad-model', message: expect.stringMatching(/^model\.safetensors is missing/)}),
		);
	});

	test('may have the tokenizer as vocab.json and merges.txt, line by line, without the version', async () => {
		const vocab = {a: 0, b: 1, ab: 2, '<|endoftext|>': 3};
		const merges = '#version: 0.2\r\na b\r\n# #\n\n';
		const files = {...COMPLETE, 'tokenizer.json': undefined, 'vocab.json': json(vocab), 'merges.txt': text(merges)};
		expect((await read(files).reading).tokenizer).toEqual({
			added_tokens: [{id: 3, content: '<|endoftext|>', special: true}],
			normalizer: null,
			pre_tokenizer: {type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true},
			decoder: {type: 'ByteLevel'},
			model: {type: 'BPE', vocab, merges: ['a b', '# #']},
		});
		const endless = await read({...files, 'vocab.json': json({a: 0})}).reading;
		expect(endless.tokenizer).toMatchObject({added_tokens: []});
	});

	test('have the special tokens of their configuration beside vocab.json, and OPT’s beginning', async () => {
		const {'vocab.json': own, 'merges.txt': merges} = tokenizerFiles(257, true, true);
		const vocab = {...JSON.parse(new TextDecoder().decode(own)), '</s>': 257, '<pad>': 258};
		const config = {
			tokenizer_class: 'GPT2Tokenizer',
			add_bos_token: true,
			bos_token: {content: '</s>'},
			eos_token: '</s>',
			unk_token: '</s>',
			pad_token: '<pad>',
		};
		const of = async (settings: object) => {
			const old = {'tokenizer.json': undefined, 'vocab.json': json(vocab), 'merges.txt': merges};
			const {reading} = read({...COMPLETE, ...old, 'tokenizer_config.json': json(settings)});
			const {tokenizer, tokenizerConfig} = await reading;
			return new Tokenizer(tokenizer, tokenizerConfig);
		};
		const opt = await of(config);
		expect(opt.beginning).toEqual([257]);
		expect(opt.encode('</s><pad>')).toEqual([257, 258]);
		expect((await of({...config, add_bos_token: false})).beginning).toEqual([]);
		// Text as any other, where nothing names it.
		expect((await of({})).encode('</s>')).toHaveLength(4);
	});

	test.each<[string, Record<string, Uint8Array | undefined>, RegExp]>([
		['without config.json', {'config.json': undefined}, /config\.json/],
		['with a config.json that is no JSON', {'config.json': text('{')}, /config\.json/],
		['with a tokenizer.json that is no JSON', {'tokenizer.json': text('<html>')}, /tokenizer\.json/],
		['without weights', {'model.safetensors': undefined}, /model\.safetensors/],
		['without a tokenizer', {'tokenizer.json': undefined}, /neither tokenizer\.json nor vocab\.json/],
		['with a vocabulary alone', {'tokenizer.json': undefined, 'vocab.json': json({a: 0})}, /neither tokenizer\.json/],
		[
			'with a vocabulary that is none',
			{'tokenizer.json': undefined, 'vocab.json': json('a'), 'merges.txt': text('')},
			/neither tokenizer\.json/,
		],
		[
			'with an empty vocabulary file',
			{'tokenizer.json': undefined, 'vocab.json': json(null), 'merges.txt': text('')},
			/neither tokenizer\.json/,
		],
	])('are refused %s, by name', async (_, changes, message) => {
		await expect(read({...COMPLETE, ...changes}).reading).rejects.toMatchObject({
			code: 'bad-model',
			message: expect.stringMatching(message),
		});
	});
});
