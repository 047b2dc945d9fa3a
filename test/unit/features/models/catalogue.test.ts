import {readFileSync, statSync} from 'node:fs';
import {expect, test} from 'vitest';
import {storedLayout} from '../../../../src/engine/checkpoint/stored-weights.ts';
import {parametersOf} from '../../../../src/engine/model/family.ts';
import {declareModel} from '../../../../src/engine/open-model.ts';
import {Tokenizer} from '../../../../src/engine/tokenizer/tokenizer.ts';
import {CATALOGUE, catalogueFor} from '../../../../src/features/models/catalogue.ts';
import {memoryOf} from '../../../../src/service/library/memory.ts';
import {BUNDLED_MODEL, BUNDLED_WEIGHTS} from '../../../../src/service/worker/bundled-numbers.ts';
import {BUNDLED_MODEL as FOLDER} from '../../../helpers/bundled-model.ts';

const gpt2 = (n_layer: number, n_head: number, n_embd: number) => ({
	model_type: 'gpt2',
	vocab_size: 50_257,
	n_positions: 1024,
	n_layer,
	n_head,
	n_embd,
});
const gated = (layers: number, width: number, inner: number, heads: number, shared: number, rest: object) => ({
	num_hidden_layers: layers,
	hidden_size: width,
	intermediate_size: inner,
	num_attention_heads: heads,
	num_key_value_heads: shared,
	tie_word_embeddings: true,
	...rest,
});
const LLAMA = {model_type: 'llama', vocab_size: 49_152, max_position_embeddings: 8192};
const QWEN3 = {model_type: 'qwen3', vocab_size: 151_936, head_dim: 128};
const QWEN2 = {model_type: 'qwen2', vocab_size: 151_936, max_position_embeddings: 32_768};
const GEMMA3 = {model_type: 'gemma3_text', vocab_size: 262_144, max_position_embeddings: 32_768, head_dim: 256};
const pythia = (layers: number, width: number, heads: number) => ({
	model_type: 'gpt_neox',
	vocab_size: 50_304,
	max_position_embeddings: 2048,
	num_hidden_layers: layers,
	hidden_size: width,
	intermediate_size: 4 * width,
	num_attention_heads: heads,
});

/** The shapes in the `config.json` of these repositories, and bytes of a number in their files. */
const SHAPES: Record<string, [shape: object, bytes: number]> = {
	'distilbert/distilgpt2': [gpt2(6, 12, 768), 4],
	'openai-community/gpt2': [gpt2(12, 12, 768), 4],
	'openai-community/gpt2-medium': [gpt2(24, 16, 1024), 4],
	'openai-community/gpt2-large': [gpt2(36, 20, 1280), 4],
	'openai-community/gpt2-xl': [gpt2(48, 25, 1600), 4],
	'HuggingFaceTB/SmolLM2-135M': [gated(30, 576, 1536, 9, 3, LLAMA), 2],
	'HuggingFaceTB/SmolLM2-135M-Instruct': [gated(30, 576, 1536, 9, 3, LLAMA), 2],
	'HuggingFaceTB/SmolLM2-360M': [gated(32, 960, 2560, 15, 5, LLAMA), 2],
	'HuggingFaceTB/SmolLM2-360M-Instruct': [gated(32, 960, 2560, 15, 5, LLAMA), 2],
	'Qwen/Qwen3-0.6B-Base': [gated(28, 1024, 3072, 16, 8, {...QWEN3, max_position_embeddings: 32_768}), 2],
	'Qwen/Qwen3-0.6B': [gated(28, 1024, 3072, 16, 8, {...QWEN3, max_position_embeddings: 40_960}), 2],
	'Qwen/Qwen2.5-0.5B': [gated(24, 896, 4864, 14, 2, QWEN2), 2],
	'google/gemma-3-270m': [gated(18, 640, 2048, 4, 1, GEMMA3), 2],
	'EleutherAI/pythia-70m': [pythia(6, 512, 8), 2],
	'EleutherAI/pythia-160m': [pythia(12, 768, 12), 2],
};
/** The one file that has its tied head a second time. */
const HEAD_TWICE = 'Qwen/Qwen3-0.6B';
/** Causal masks, a number for each pair of positions of a block: of GPT-2's in float32, of Pythia's in a byte. */
const MASK_BYTES: Record<string, number> = {gpt2: 4, gpt_neox: 1};

const ENTRIES = CATALOGUE.flatMap(({entries}) => entries);

test.each(ENTRIES.map(entry => [entry.repo, entry] as const))(
	'the figures of %s are those that follow from its shape',
	(repo, entry) => {
		const [shape, bytes] = SHAPES[repo];
		const declaration = declareModel(shape);
		const {config, program} = declaration;
		const stored = storedLayout(program.tensors).size;
		const parameters = parametersOf(declaration);
		expect(entry).toMatchObject({
			parameters,
			stored,
			memory: memoryOf(config, stored),
			contextLength: config.contextLength,
		});
		const {layers, contextLength, vocabSize, hiddenSize} = config;
		const masks = layers * contextLength ** 2 * (MASK_BYTES[(shape as {model_type: string}).model_type] ?? 0);
		const twice = repo === HEAD_TWICE ? vocabSize * hiddenSize : 0;
		expect(Math.abs(entry.download / (bytes * (parameters + twice) + masks) - 1)).toBeLessThan(0.005);
	},
);

test('who reads Chinese is offered a model that reads it first; nobody misses any', () => {
	expect(catalogueFor('en')[0].entries[0].repo).toBe('openai-community/gpt2');
	expect(catalogueFor('zh-CN')[0].entries.every(({languages}) => languages !== null)).toBe(true);
	expect(new Set(catalogueFor('zh-CN'))).toEqual(new Set(CATALOGUE));
});

test('the bundled model is listed with its own figures', () => {
	const json = JSON.parse(readFileSync(`${FOLDER}config.json`, 'utf8'));
	const declaration = declareModel(json);
	const {config, program} = declaration;
	const weights = storedLayout(program.tensors).size;
	const small = ['config.json', 'generation_config.json', 'tokenizer_config.json', 'README.md'];
	const tokens = JSON.parse(readFileSync(`${FOLDER}tokenizer.json`, 'utf8'));
	const kept = Buffer.byteLength(JSON.stringify(new Tokenizer(tokens, {}).kept(tokens)));
	const bytes = small.reduce((sum, name) => sum + statSync(FOLDER + name).size, weights + kept);
	expect(BUNDLED_MODEL).toMatchObject({
		parameters: parametersOf(declaration),
		memory: memoryOf(config, weights),
		vocabSize: config.vocabSize,
		contextLength: config.contextLength,
	});
	expect(BUNDLED_WEIGHTS).toBe(weights);
	// The card is edited now and then.
	expect(Math.abs(BUNDLED_MODEL.bytes - bytes)).toBeLessThan(10_000);
});
