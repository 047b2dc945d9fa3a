import {openSafetensors} from '../../src/engine/checkpoint/safetensors.ts';
import type {KernelModel} from '../../src/engine/model/kernel-model.ts';
import {makeCheckpoint} from './checkpoint.ts';
import {makeFamilyCheckpoint} from './family-checkpoint.ts';
import type {Hooks} from './hooks.ts';
import {openWithoutTokens} from './open-model.ts';
import {referenceLogits} from './reference-families.ts';
import {referenceGpt2} from './reference-gpt2.ts';

type Row = Float32Array | Float64Array;

/** A small model in float32, and its forward pass written down plainly. */
export interface SmallModel {
	open(): Promise<KernelModel>;
	/** Logits after the last position, [V]. */
	logits(lm: KernelModel, ids: readonly number[], hooks?: Hooks<Row>): Row;
}

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
const CONFIGS = {
	llama: {
		...GATED,
		model_type: 'llama',
		hidden_size: 60,
		num_attention_heads: 6,
		num_key_value_heads: 3,
		intermediate_size: 100,
	},
	qwen2: {
		...GATED,
		model_type: 'qwen2',
		hidden_size: 56,
		num_attention_heads: 4,
		num_key_value_heads: 2,
		intermediate_size: 90,
	},
	gemma3: {
		...GATED,
		model_type: 'gemma3_text',
		hidden_size: 48,
		head_dim: 20,
		num_attention_heads: 4,
		num_key_value_heads: 2,
		intermediate_size: 60,
		hidden_activation: 'gelu_pytorch_tanh',
		query_pre_attn_scalar: 24,
		sliding_window: 6,
		sliding_window_pattern: 2,
		rope_local_base_freq: 100,
	},
	neox: {
		model_type: 'gpt_neox',
		vocab_size: 300,
		hidden_size: 60,
		num_hidden_layers: 3,
		num_attention_heads: 5,
		intermediate_size: 72,
		max_position_embeddings: 96,
		layer_norm_eps: 1e-4,
		hidden_act: 'relu',
		rotary_emb_base: 3000,
		rotary_pct: 0.5,
		use_parallel_residual: true,
		tie_word_embeddings: false,
	},
} as const;

function ofFamily(config: (typeof CONFIGS)[keyof typeof CONFIGS]): SmallModel {
	const files = makeFamilyCheckpoint(config);
	const tensors = openSafetensors(files['model.safetensors']);
	return {
		open: () => openWithoutTokens(config, files['model.safetensors']),
		logits: (_, ids, hooks) =>
			referenceLogits(config, name => tensors.read(name), ids, undefined, hooks as Hooks<Float64Array>).at(-1)!,
	};
}

function gpt2(): SmallModel {
	const files = makeCheckpoint({layers: 3, heads: 4, width: 48, contextLength: 96, vocabSize: 300});
	const tensors = openSafetensors(files['model.safetensors']);
	const config = JSON.parse(new TextDecoder().decode(files['config.json']));
	return {
		open: () => openWithoutTokens(config, files['model.safetensors']),
		logits: (lm, ids, hooks) =>
			referenceGpt2(lm.config, tensors, hooks as Hooks<Float32Array>)
				.logits(ids)
				.at(-1)!,
	};
}

/** One of each way to be built: norms with and without a mean, biases, shared heads, norms behind a part, parts side by side. */
export const SMALL_MODELS: Record<string, () => SmallModel> = {
	'GPT-2': gpt2,
	Llama: () => ofFamily(CONFIGS.llama),
	'Qwen 2': () => ofFamily(CONFIGS.qwen2),
	'Gemma 3': () => ofFamily(CONFIGS.gemma3),
	'GPT-NeoX': () => ofFamily(CONFIGS.neox),
};
