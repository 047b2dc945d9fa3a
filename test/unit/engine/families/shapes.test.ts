import {describe, expect, test} from 'vitest';
import {readModelFiles} from '../../../../src/engine/checkpoint/model-files.ts';
import {openSafetensors} from '../../../../src/engine/checkpoint/safetensors.ts';
import {Inspector} from '../../../../src/engine/inspect/inspector.ts';
import {logSoftmax, rankOf} from '../../../../src/engine/math/math.ts';
import {declareModel} from '../../../../src/engine/open-model.ts';
import {json, readFrom} from '../../../helpers/checkpoint.ts';
import {collect} from '../../../helpers/collect.ts';
import {makeFamilyCheckpoint} from '../../../helpers/family-checkpoint.ts';
import {openModel} from '../../../helpers/open-model.ts';
import {referenceLogits, type SeenAttention} from '../../../helpers/reference-families.ts';

const GATED = {
	vocab_size: 300,
	num_hidden_layers: 3,
	max_position_embeddings: 96,
	rms_norm_eps: 1e-6,
	hidden_act: 'silu',
	rope_theta: 5000,
	tie_word_embeddings: true,
	eos_token_id: 299,
};
const NEOX = {
	model_type: 'gpt_neox',
	vocab_size: 300,
	hidden_size: 60,
	num_hidden_layers: 2,
	num_attention_heads: 5,
	intermediate_size: 72,
	max_position_embeddings: 96,
	layer_norm_eps: 1e-4,
	hidden_act: 'relu',
	rotary_emb_base: 3000,
	rotary_pct: 0.5,
};

/** Sizes that no toy has, few of them multiples of 16. */
const CONFIGS: [string, {model_type: string; vocab_size: number; [name: string]: unknown}][] = [
	[
		'llama, heads of 10, linear scaling',
		{
			...GATED,
			model_type: 'llama',
			hidden_size: 60,
			num_attention_heads: 6,
			num_key_value_heads: 3,
			intermediate_size: 100,
			rope_scaling: {type: 'linear', factor: 2.5},
			tie_word_embeddings: false,
		},
	],
	[
		'mistral, a window of 5',
		{
			...GATED,
			model_type: 'mistral',
			hidden_size: 48,
			head_dim: 20,
			num_attention_heads: 4,
			num_key_value_heads: 1,
			intermediate_size: 36,
			sliding_window: 5,
		},
	],
	[
		'qwen2, 14 heads on 2',
		{
			...GATED,
			model_type: 'qwen2',
			hidden_size: 112,
			num_attention_heads: 14,
			num_key_value_heads: 2,
			intermediate_size: 90,
		},
	],
	[
		'qwen3, heads wider than the model',
		{
			...GATED,
			model_type: 'qwen3',
			hidden_size: 40,
			head_dim: 24,
			num_attention_heads: 4,
			num_key_value_heads: 4,
			intermediate_size: 50,
		},
	],
	['neox, parallel', {...NEOX, use_parallel_residual: true}],
	['neox, sequential', {...NEOX, use_parallel_residual: false}],
	[
		'gemma3, every second layer sees everything',
		{
			...GATED,
			model_type: 'gemma3_text',
			hidden_size: 52,
			head_dim: 18,
			num_attention_heads: 3,
			num_key_value_heads: 1,
			intermediate_size: 44,
			hidden_activation: 'gelu_pytorch_tanh',
			query_pre_attn_scalar: 30,
			sliding_window: 7,
			sliding_window_pattern: 2,
			rope_local_base_freq: 200,
		},
	],
];

const IDS = Array.from({length: 80}, (_, i) => (i * 97 + 13) % 290);

describe.each(CONFIGS)('%s', (_name, config) => {
	/** Rows of the embedding beyond these have no token. */
	const tokens = 298;
	const files = makeFamilyCheckpoint({...config, eos_token_id: 297}, {tokens});

	test('logits are those of the definition in float64, and classes without a token count for nothing', async () => {
		const tensors = openSafetensors(files['model.safetensors']);
		const expected = referenceLogits(config, name => tensors.read(name), IDS).map(row =>
			Float32Array.from(row.subarray(0, tokens)),
		);
		const model = await openModel(await readModelFiles(readFrom(files)), {dtype: 'fp32'});
		try {
			expect(model.lm.config.vocabSize).toBe(tokens);
			const {logits} = await model.lm.prefill(IDS);
			expect(logits).toHaveLength(tokens);
			for (const [id, logit] of logits.entries()) expect(Math.abs(logit - expected[79][id])).toBeLessThan(5e-4);
			const parts = await collect(model.lm.scoreWindow(IDS, 0));
			const logProbs = parts.flatMap(({logProb}) => [...logProb]);
			const ranks = parts.flatMap(({rank}) => [...rank]);
			for (const [i, target] of IDS.slice(1).entries()) {
				expect(Math.abs(logProbs[i] - logSoftmax(expected[i])[target])).toBeLessThan(5e-4);
				expect(Math.abs(ranks[i] - rankOf(expected[i], target))).toBeLessThan(2);
			}
		} finally {
			await model.lm.dispose();
		}
	});

	test('how every head comes to what it passes on is as the definition says, in every block', async () => {
		const tensors = openSafetensors(files['model.safetensors']);
		const layers: SeenAttention[] = [];
		referenceLogits(
			config,
			name => tensors.read(name),
			IDS,
			seen => layers.push(seen),
		);
		const model = await openModel(await readModelFiles(readFrom(files)), {dtype: 'fp32'});
		const near = (a: ArrayLike<number>, b: ArrayLike<number>) => {
			expect(a.length).toBe(b.length);
			for (let i = 0; i < a.length; i++) expect(Math.abs(a[i] - b[i])).toBeLessThan(5e-4);
		};
		try {
			const inspector = new Inspector(model.lm);
			const last = IDS.length - 1;
			for (const [block, {queries, keys, values, weights, mixed}] of layers.entries()) {
				const heads = queries[last].length;
				for (let head = 0; head < heads; head++) {
					const seen = await inspector.head(IDS, {block, head});
					const d = queries[last][head].length;
					const shared = Math.floor((head * keys[last].length) / heads);
					near(seen.query, queries[last][head]);
					near(seen.weights, weights[head]);
					near(seen.mixed, mixed[last].subarray(head * d, (head + 1) * d));
					expect(seen.first + seen.weights.length).toBe(IDS.length);
					for (let i = 0; i < seen.weights.length; i++) {
						near(seen.keys.subarray(i * d, (i + 1) * d), keys[seen.first + i][shared]);
						near(seen.values.subarray(i * d, (i + 1) * d), values[seen.first + i][shared]);
					}
				}
			}
		} finally {
			await model.lm.dispose();
		}
	});

	test.each<[object, RegExp]>([
		[{num_hidden_layers: 1}, /has layers\.1\.\S+, which .* with 1 blocks .*: its config\.json is another model’s/],
		[{num_hidden_layers: 4}, /should have layers\.[23]\.\S+ of shape \[[\d,]+\], but it is missing/],
		[{intermediate_size: 30}, /should have layers\.0\.mlp\.\S+ of shape \[[\d,]*\b30\b[\d,]*\], but it is \[/],
		[{vocab_size: 301}, /should have embed_\w+\.weight of shape \[301,\d+\], but it is \[300,\d+\]/],
	])('a config that contradicts its weights is refused by the tensor that shows it: %j', async (claims, message) => {
		const contradicting = {...files, 'config.json': json({...config, eos_token_id: 297, ...claims})};
		const described = await readModelFiles(readFrom(contradicting));
		await expect(openModel(described)).rejects.toThrow(
			expect.objectContaining({code: 'bad-model', message: expect.stringMatching(message)}),
		);
	});

	test('int8 answers as float32 does, but for rounding', async () => {
		const described = await readModelFiles(readFrom(files));
		const [exact, rounded] = await Promise.all([openModel(described, {dtype: 'fp32'}), openModel(described)]);
		try {
			const [a, b] = await Promise.all([exact, rounded].map(({lm}) => lm.prefill(IDS)));
			const spread = Math.sqrt(a.logits.reduce((total, logit) => total + logit ** 2, 0) / tokens);
			const error = Math.sqrt(a.logits.reduce((total, logit, i) => total + (logit - b.logits[i]) ** 2, 0) / tokens);
			expect(error / spread).toBeLessThan(0.05);
		} finally {
			await exact.lm.dispose();
			await rounded.lm.dispose();
		}
	});
});

test('a tokenizer far smaller than the model is another model’s', async () => {
	const [, config] = CONFIGS[0];
	const files = await readModelFiles(readFrom(makeFamilyCheckpoint({...config, eos_token_id: 1}, {tokens: 280})));
	await expect(openModel(files)).rejects.toThrow(/tokenizer has 280 tokens but the model 300 classes/);
});

test.each<[string, object, RegExp]>([
	['llama', {rope_scaling: {rope_type: 'yarn', factor: 4}}, /rope_scaling\.rope_type yarn, which is not supported/],
	[
		'llama',
		{rope_parameters: {rope_type: 'default', partial_rotary_factor: 0.5}},
		/rope_parameters\.partial_rotary_factor 0\.5, which is not supported/,
	],
	['llama', {rope_scaling: {type: 'dynamic', factor: 2}}, /rope_scaling\.type dynamic/],
	['llama', {rope_parameters: {rope_type: 'longrope', rope_theta: 1e4}}, /rope_parameters\.rope_type longrope/],
	['llama', {rope_scaling: {type: 'linear'}}, /no valid rope_scaling\.factor: undefined/],
	['llama', {num_key_value_heads: 5}, /num_attention_heads 6, which num_key_value_heads 5 does not divide/],
	['llama', {quantization_config: {quant_method: 'gptq'}}, /quantization_config \{"quant_method":"gptq"\}/],
	['llama', {hidden_act: 'swish'}, /activation "swish"/],
	['qwen3', {use_sliding_window: true, layer_types: ['chunked_attention', 'x', 'x']}, /layer_types chunked_attention/],
	['gemma3_text', {final_logit_softcapping: 30}, /final_logit_softcapping 30, which is not supported/],
	['gemma3_text', {use_bidirectional_attention: true}, /use_bidirectional_attention true/],
	['qwen3_moe', {}, /type "qwen3_moe"; those that can be opened are gpt2, llama/],
])('what a config of a %s asks for and we do not have is refused by name: %j', (model_type, changes, message) => {
	const [, config] = CONFIGS[0];
	expect(() => declareModel({...config, model_type, ...changes})).toThrow(message);
});
