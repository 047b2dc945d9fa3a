import {afterAll, beforeAll, describe, expect, test, vi} from 'vitest';
import {readOnnxConfig} from '../../../src/engine/families/onnx/config.ts';
import {argmax} from '../../../src/engine/math/math.ts';
import {openOnnxModel} from '../../../src/engine/open-onnx-model.ts';
import {bundledWeights} from '../../helpers/bundled-model.ts';
import {GraphBuilder} from '../../helpers/graph-builder.ts';
import {stockFiles} from '../../helpers/stock-files.ts';
import {stockGpt2} from '../../helpers/stock-gpt2.ts';

const stock = stockFiles();
const json = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
const parsed = (name: string) => JSON.parse(new TextDecoder().decode(stock.get(name)));
const open = (changes: Record<string, Uint8Array | null>) => {
	const files = new Map(stock);
	for (const [name, bytes] of Object.entries(changes)) bytes ? files.set(name, bytes) : files.delete(name);
	return openOnnxModel(files, {threads: 1});
};

describe('an export that cannot be opened is refused with the reason', () => {
	const refused = (changes: Record<string, Uint8Array | null>, message: RegExp) =>
		expect(open(changes)).rejects.toMatchObject({code: 'bad-model', message: expect.stringMatching(message)});

	test('no export among the files', () =>
		refused({'onnx/model.onnx': null}, /no ONNX export.*onnx\/model_quantized\.onnx/));

	test('no config, no tokenizer', async () => {
		await refused({'config.json': null}, /config\.json is missing/);
		await refused({'tokenizer.json': null}, /tokenizer is missing/);
	});

	test.each([
		[{model_type: 'bert', architectures: ['BertForMaskedLM']}, /type "bert" \(BertForMaskedLM\)/],
		[{model_type: 't5', architectures: ['T5LMHeadModel'], is_encoder_decoder: true}, /type "t5"/],
		[{architectures: []}, /type undefined and names no architecture/],
	])('no causal language model: %j', (config, message) => refused({'config.json': json(config)}, message));

	test('a config without a context', () => {
		const {n_positions: _, n_ctx: __, ...config} = parsed('config.json');
		return refused({'config.json': json(config)}, /no valid n_positions: undefined/);
	});

	test('a tokenizer with more tokens than the head has classes', () =>
		refused(
			{
				'config.json': json({...parsed('config.json'), vocab_size: 40_000, eos_token_id: 0}),
				'generation_config.json': null,
			},
			/50257 tokens but the model 40000/,
		));

	test('a graph that is none', () =>
		refused({'onnx/model.onnx': new Uint8Array(100)}, /onnx\/model\.onnx cannot be opened/));

	test('an export without a cache', () => {
		const g = new GraphBuilder();
		const ids = g.input('input_ids', 'int64', ['b', 's']);
		g.output(g.op('Cast', [ids], {to: 1}, 'logits'), 'float32', ['b', 's']);
		return refused({'onnx/model.onnx': g.build().proto}, /no key\/value cache.*Choose an export/);
	});
});

describe('an export in int8', () => {
	test('is preferred, and predicts as fp32 does', async () => {
		const q8 = stockGpt2(parsed('config.json'), bundledWeights(), 'int8');
		const model = await open({'onnx/model_quantized.onnx': q8});
		expect(model).toMatchObject({dtype: 'q8', parameters: null});
		for (const [text, next] of [
			['The President of the United', ' States'],
			['Once upon a', ' few'],
		]) {
			const {logits} = await model.lm.prefill(model.tokenizer.encode(text));
			expect(model.tokenizer.token(argmax(logits)).text).toBe(next);
		}

		await model.lm.dispose();
	});
});

describe('opening', () => {
	const fetch = vi.spyOn(globalThis, 'fetch');
	beforeAll(() => {
		fetch.mockClear();
	});
	afterAll(() => {
		fetch.mockRestore();
	});

	test('fetches nothing, and needs neither tokenizer_config.json nor generation_config.json', async () => {
		const model = await open({'tokenizer_config.json': null, 'generation_config.json': null});
		expect(fetch).not.toHaveBeenCalled();
		expect(model.tokenizer.encode('Paris')).toEqual([40313]);
		await model.lm.dispose();
	});

	test('leaves out classes that no token has', async () => {
		const tokenizer = parsed('tokenizer.json');
		tokenizer.added_tokens = [];
		delete tokenizer.model.vocab['<|endoftext|>'];
		const model = await open({'tokenizer.json': json(tokenizer)});
		expect(model.lm.config).toMatchObject({vocabSize: 50_256, bosTokenId: null, eosTokenIds: []});
		const prefix = await model.lm.prefill([464, 3797]);
		expect(prefix.logits).toHaveLength(50_256);
		const step = await model.lm.extend(prefix, null, [[1], [2]]);
		expect(step.logits).toHaveLength(2 * 50_256);
		await model.lm.dispose();
	});
});

test('configs of other families are read by their own names', () => {
	const llama = {
		model_type: 'llama',
		architectures: ['LlamaForCausalLM'],
		vocab_size: 49_152,
		max_position_embeddings: 8192,
		num_hidden_layers: 30,
		num_attention_heads: 9,
		num_key_value_heads: 3,
		hidden_size: 576,
		rms_norm_eps: 1e-5,
		eos_token_id: 0,
	};
	expect(readOnnxConfig(llama, null)).toEqual({
		vocabSize: 49_152,
		contextLength: 8192,
		layers: 30,
		heads: 9,
		hiddenSize: 576,
		// Three heads of keys serve nine of queries.
		cacheWidth: 192,
		layerNormEpsilon: 1e-5,
		bosTokenId: 0,
		eosTokenIds: [0],
	});
	// Qwen 3's and Gemma 3's heads are wider than their share of the width.
	expect(readOnnxConfig({...llama, head_dim: 128}, null).cacheWidth).toBe(384);
});
