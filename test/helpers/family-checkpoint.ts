import {declareModel} from '../../src/engine/open-model.ts';
import {type CheckpointFiles, encode, gaussians, json, safetensors, tokenizerFiles} from './checkpoint.ts';

const SHAPE = {vocab_size: 300, max_position_embeddings: 128, eos_token_id: 299};
const GATED = {...SHAPE, num_hidden_layers: 2, num_attention_heads: 4, intermediate_size: 48};

/** Configs of one small model of every family but GPT-2, no two as wide as each other. */
export const SMALL_FAMILIES = [
	{...GATED, model_type: 'llama', hidden_size: 32, num_key_value_heads: 2},
	{...GATED, model_type: 'mistral', hidden_size: 40, num_key_value_heads: 1, head_dim: 12, sliding_window: 3},
	{...GATED, model_type: 'qwen2', hidden_size: 56, num_key_value_heads: 2, tie_word_embeddings: true},
	{...GATED, model_type: 'qwen3', hidden_size: 48, num_key_value_heads: 2, head_dim: 16},
	{...GATED, model_type: 'gpt_neox', hidden_size: 64, rotary_pct: 0.25},
	{...GATED, model_type: 'gemma3_text', hidden_size: 52, num_key_value_heads: 1, head_dim: 18, sliding_window: 3},
	{...SHAPE, model_type: 'gpt_neo', hidden_size: 72, num_layers: 2, num_heads: 4, window_size: 3},
	{...GATED, model_type: 'opt', hidden_size: 80, ffn_dim: 48},
];

/**
 * A checkpoint of random weights of any family.
 * @param config a `config.json`.
 * @param options.tokens of its tokenizer; the other rows of the embedding fill it up.
 */
export function makeFamilyCheckpoint(
	config: {vocab_size: number; [name: string]: unknown},
	{tokens = config.vocab_size, seed = 1, dtype = 'F32'}: {tokens?: number; seed?: number; dtype?: 'F32' | 'BF16'} = {},
): CheckpointFiles {
	const valuesOf = (name: string, shape: readonly number[]) => {
		const values = gaussians(
			shape.reduce((product, n) => product * n, 1),
			`${seed} ${name}`,
			// Sums of a layer are of the size of what it reads.
			shape.length === 2 ? 1 / Math.sqrt(shape[1]) : 0.2,
		);
		if (/norm\.weight$/.test(name) && !isOnePlus(config)) for (const i of values.keys()) values[i] += 1;
		return values;
	};
	const tensors = declareModel(config).program.tensors.map(({name, shape}) => ({
		name,
		dtype,
		shape,
		data: () => encode(valuesOf(name, shape), dtype),
	}));
	return {
		'config.json': json(config),
		...tokenizerFiles(tokens, false, false),
		'model.safetensors': safetensors(tensors),
	};
}

const isOnePlus = (config: Record<string, unknown>) => config.model_type === 'gemma3_text';
