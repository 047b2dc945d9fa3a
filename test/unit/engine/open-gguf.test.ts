import {describe, expect, test} from 'vitest';
import {checkWeights} from '../../../src/engine/checkpoint/load-weights.ts';
import {weightsOf} from '../../../src/engine/checkpoint/weights-file.ts';
import {EngineError} from '../../../src/engine/errors/engine-error.ts';
import {sentenceOf} from '../../../src/engine/errors/refusal.ts';
import {KernelModel} from '../../../src/engine/model/kernel-model.ts';
import {readGguf} from '../../../src/engine/open-gguf.ts';
import {declareModel} from '../../../src/engine/open-model.ts';
import {Tokenizer} from '../../../src/engine/tokenizer/tokenizer.ts';
import {kernelHost} from '../../../src/entrypoints/cli/kernel-host.ts';
import {makeCheckpoint} from '../../helpers/checkpoint.ts';
import {FILE} from '../../helpers/fallback-tokenizer.ts';
import {makeFamilyCheckpoint, SMALL_FAMILIES} from '../../helpers/family-checkpoint.ts';
import {familyFiles, goldenTokens} from '../../helpers/family-tokenizers.ts';
import {ggufCheckpoint, type Metadata, tokenMetadata} from '../../helpers/gguf-checkpoint.ts';
import {openWithoutTokens} from '../../helpers/open-model.ts';

const TOY_TOKENS = tokenMetadata(FILE, null);
const read = (bytes: Uint8Array) =>
	readGguf(async (at, count) => bytes.slice(at, at + count), bytes.length, 'toy.gguf');
const small = (type: string) => ({...SMALL_FAMILIES.find(({model_type}) => model_type === type)!});
const LLAMA = small('llama');

/** Logits after a few tokens, in float32. */
async function logitsOf(lm: KernelModel): Promise<number[]> {
	const {logits} = await lm.prefill([5, 17, 5, 250, 3, 99]);
	await lm.dispose();
	return [...logits];
}

async function openGguf(bytes: Uint8Array): Promise<KernelModel> {
	const {config} = await read(bytes);
	const declaration = declareModel(config);
	const weights = await checkWeights([{...weightsOf(bytes), name: 'toy.gguf'}], declaration, 'fp32');
	const lm = await KernelModel.open(declaration, weights.layout, kernelHost(1));
	await weights.load(lm.machine.weightBytes(), () => {});
	return lm;
}

describe('a converted checkpoint gives the same bits as its safetensors', () => {
	test.each([
		LLAMA,
		{...LLAMA, tie_word_embeddings: true, attention_bias: true, mlp_bias: true, head_dim: 6},
		{...LLAMA, rope_theta: 100_000, rms_norm_eps: 1e-5, num_key_value_heads: 4},
		small('qwen2'),
		small('qwen3'),
		{...small('gemma3_text'), num_hidden_layers: 7, query_pre_attn_scalar: 18},
		small('gpt_neox'),
	])('$model_type, tied $tie_word_embeddings', async config => {
		const weights = makeFamilyCheckpoint(config)['model.safetensors'];
		const expected = await logitsOf(await openWithoutTokens(config, weights));
		const gguf = ggufCheckpoint(config, weights, TOY_TOKENS);
		expect(await logitsOf(await openGguf(gguf))).toEqual(expected);
	});

	test('gpt2', async () => {
		const files = makeCheckpoint({vocabSize: 300});
		const config = JSON.parse(new TextDecoder().decode(files['config.json']));
		const expected = await logitsOf(await openWithoutTokens(config, files['model.safetensors']));
		const gguf = ggufCheckpoint({...config, model_type: 'gpt2'}, files['model.safetensors'], TOY_TOKENS);
		expect(await logitsOf(await openGguf(gguf))).toEqual(expected);
	});
});

describe('tokens', () => {
	const withTokens = async (tokens: Metadata) => {
		const {tokenizer, tokenizerConfig} = await read(ggufCheckpoint(LLAMA, TOY_WEIGHTS, tokens));
		return new Tokenizer(tokenizer, tokenizerConfig);
	};
	const TOY_WEIGHTS = makeFamilyCheckpoint(LLAMA)['model.safetensors'];

	test.each([
		['qwen3', 'qwen2'],
		['llama3', 'llama-bpe'],
		['gemma3', null],
	] as const)('of %s are those of its tokenizer.json', async (family, pre) => {
		const prefix: Metadata = pre === null ? {'tokenizer.ggml.add_space_prefix': {type: 'bool', value: false}} : {};
		const tokenizer = await withTokens({...tokenMetadata(familyFiles(family).tokenizer, pre, 4), ...prefix});
		const {ids} = goldenTokens.tokenizers[family];
		for (const [i, text] of goldenTokens.strings.entries()) expect(tokenizer.encode(text), text).toEqual(ids[i]);
	});

	test('of SentencePiece begin with a mark, and scores say which merge comes first', async () => {
		const tokenizer = await withTokens(TOY_TOKENS);
		const own = new Tokenizer(FILE, {});
		for (const text of ['hello hello', 'abc  a', ' hell é', 'bcbc'])
			expect(tokenizer.encode(text), text).toEqual(own.encode(text));
	});

	test('say what begins and ends a text, and how a conversation is written', async () => {
		const chat = '{{ bos_token }}{% for m in messages %}{{ m.content }}{% endfor %}';
		const {config, tokenizer, tokenizerConfig} = await read(
			ggufCheckpoint(LLAMA, TOY_WEIGHTS, {
				...TOY_TOKENS,
				'tokenizer.ggml.bos_token_id': {type: 'uint32', value: 1},
				'tokenizer.ggml.eos_token_id': {type: 'uint32', value: 2},
				'tokenizer.ggml.eot_token_id': {type: 'uint32', value: 270},
				'tokenizer.ggml.add_bos_token': {type: 'bool', value: true},
				'tokenizer.chat_template': {type: 'string', value: chat},
			}),
		);
		expect(declareModel(config).config).toMatchObject({bosTokenId: 1, eosTokenIds: [2, 270]});
		const made = new Tokenizer(tokenizer, tokenizerConfig);
		expect(made.beginning).toEqual([1]);
		expect(made.chat).toMatchObject({source: chat, tokens: {bos_token: '<s>', eos_token: '</s>'}});
	});

	test.each<[Metadata, string]>([
		[{...TOY_TOKENS, 'tokenizer.ggml.model': {type: 'string', value: 'rwkv'}}, 'tokenizer.ggml.model = “rwkv”'],
		[
			{
				...TOY_TOKENS,
				'tokenizer.ggml.model': {type: 'string', value: 'gpt2'},
				'tokenizer.ggml.pre': {type: 'string', value: 'viking'},
			},
			'“viking”',
		],
		[{...TOY_TOKENS, 'llama.rope.scaling.type': {type: 'string', value: 'yarn'}}, 'llama.rope.scaling.type = “yarn”'],
		[{...TOY_TOKENS, 'tokenizer.ggml.tokens': {type: 'strings', value: ['a', 'a']}}, 'its tokens 0 and 1 are both "a"'],
	])('or a rule that is not known is refused by name', async (metadata, sentence) => {
		const reading = withTokens(metadata).catch(error => error);
		const error: EngineError = await reading;
		expect(error).toBeInstanceOf(EngineError);
		expect(sentenceOf(error.refusals)).toContain(sentence);
	});
});
