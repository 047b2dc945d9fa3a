import {readFileSync, statSync} from 'node:fs';
import {expect, test} from 'vitest';
import {storedLayout} from '../../../src/engine/checkpoint/stored-weights.ts';
import {readOnnxConfig} from '../../../src/engine/families/onnx/config.ts';
import {parametersOf} from '../../../src/engine/model/family.ts';
import {declareModel} from '../../../src/engine/open-model.ts';
import {memoryOf} from '../../../src/library/memory.ts';
import {CATALOGUE} from '../../../src/models/catalogue.ts';
import {BUNDLED_MODEL} from '../../../src/offscreen/bundled-numbers.ts';
import {BUNDLED_MODEL as FOLDER} from '../../helpers/bundled-model.ts';

/** The shapes in the `config.json` of these repositories. */
const SHAPES: Record<string, {n_layer: number; n_head: number; n_embd: number}> = {
	'distilbert/distilgpt2': {n_layer: 6, n_head: 12, n_embd: 768},
	'openai-community/gpt2': {n_layer: 12, n_head: 12, n_embd: 768},
	'openai-community/gpt2-medium': {n_layer: 24, n_head: 16, n_embd: 1024},
	'openai-community/gpt2-large': {n_layer: 36, n_head: 20, n_embd: 1280},
};

test.each(CATALOGUE.filter(({repo}) => repo in SHAPES).map(entry => [entry.repo, entry] as const))(
	'the figures of %s are those that follow from its shape',
	(repo, entry) => {
		const shape = {model_type: 'gpt2', vocab_size: 50_257, n_positions: 1024, ...SHAPES[repo]};
		const declaration = declareModel(shape);
		const {config, program} = declaration;
		const stored = storedLayout(program.tensors).size;
		expect(entry).toMatchObject({
			parameters: parametersOf(declaration),
			stored,
			memory: memoryOf(config, {weightBytes: stored, copies: 1}),
			contextLength: 1024,
		});
		// float32, and the causal mask that these files carry for every block.
		const {layers, contextLength} = config;
		const weights = 4 * (parametersOf(declaration) + layers * contextLength ** 2);
		expect(Math.abs(entry.download / weights - 1)).toBeLessThan(0.005);
	},
);

/** Those of the SmolLM2s: Llamas, whose keys and values are shared by three heads. */
const LLAMAS: Record<string, {layers: number; width: number; inner: number; heads: number; shared: number}> = {
	'HuggingFaceTB/SmolLM2-135M': {layers: 30, width: 576, inner: 1536, heads: 9, shared: 3},
	'HuggingFaceTB/SmolLM2-135M-Instruct': {layers: 30, width: 576, inner: 1536, heads: 9, shared: 3},
	'HuggingFaceTB/SmolLM2-360M-Instruct': {layers: 32, width: 960, inner: 2560, heads: 15, shared: 5},
};

test.each(CATALOGUE.filter(({repo}) => !(repo in SHAPES)).map(entry => [entry.repo, entry] as const))(
	'the figures of %s are those that follow from its shape',
	(repo, entry) => {
		const {layers, width, inner, heads, shared} = LLAMAS[repo];
		const config = readOnnxConfig(
			{
				model_type: 'llama',
				architectures: ['LlamaForCausalLM'],
				vocab_size: 49_152,
				max_position_embeddings: 8192,
				num_hidden_layers: layers,
				num_attention_heads: heads,
				num_key_value_heads: shared,
				hidden_size: width,
			},
			null,
		);
		const attention = 2 * width ** 2 + (2 * width ** 2 * shared) / heads;
		const embedding = 49_152 * width;
		expect(entry).toMatchObject({
			parameters: embedding + layers * (attention + 3 * width * inner + 2 * width) + width,
			memory: memoryOf(config, {weightBytes: entry.stored, copies: 3}),
			contextLength: 8192,
		});
		// int8, with the head beside the embedding that it is tied to; and the tokenizer.
		expect(Math.abs(entry.download / (entry.parameters + embedding) - 1)).toBeLessThan(0.02);
		expect(entry.stored).toBe(entry.download);
	},
);

test('the bundled model is listed with its own figures', () => {
	const json = JSON.parse(readFileSync(`${FOLDER}config.json`, 'utf8'));
	const declaration = declareModel(json);
	const {config, program} = declaration;
	const weights = storedLayout(program.tensors).size;
	const small = ['config.json', 'generation_config.json', 'tokenizer.json', 'tokenizer_config.json', 'README.md'];
	const bytes = small.reduce((sum, name) => sum + statSync(FOLDER + name).size, weights);
	expect(BUNDLED_MODEL).toMatchObject({
		parameters: parametersOf(declaration),
		memory: memoryOf(config, {weightBytes: weights, copies: 1}),
		vocabSize: config.vocabSize,
		contextLength: config.contextLength,
	});
	// The card is edited now and then.
	expect(Math.abs(BUNDLED_MODEL.bytes - bytes)).toBeLessThan(10_000);
});
