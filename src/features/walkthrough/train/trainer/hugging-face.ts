import {BYTE_CHARACTERS} from '../../../../engine/tokenizer/token-bytes.ts';
import {type Shape, tensorsOf} from './gpt.ts';
import {safetensorsFile} from './safetensors-file.ts';
import {BYTES, VOCABULARY} from './text.ts';

/** A file of a checkpoint, under its name in a Hugging Face repository. */
export interface CheckpointFile {
	name: string;
	bytes: Uint8Array;
}

const END = '<|endoftext|>';

/**
 * A trained model as Hugging Face's GPT-2 writes one: it opens in transformers, and on the page of models. Its tokenizer is
 * GPT-2's without merges, so every byte is a token.
 */
export function huggingFaceFiles(shape: Shape, weights: Float32Array): CheckpointFile[] {
	const json = (name: string, value: unknown) => ({
		name,
		bytes: new TextEncoder().encode(JSON.stringify(value, null, 2)),
	});
	return [
		json('config.json', {
			architectures: ['GPT2LMHeadModel'],
			model_type: 'gpt2',
			activation_function: 'gelu_new',
			n_layer: shape.layers,
			n_head: shape.heads,
			n_embd: shape.width,
			n_positions: shape.contextLength,
			n_ctx: shape.contextLength,
			vocab_size: VOCABULARY,
			layer_norm_epsilon: 1e-5,
			bos_token_id: BYTES,
			eos_token_id: BYTES,
			tie_word_embeddings: true,
			torch_dtype: 'float32',
		}),
		json('tokenizer.json', {
			version: '1.0',
			truncation: null,
			padding: null,
			added_tokens: [
				{id: BYTES, content: END, single_word: false, lstrip: false, rstrip: false, normalized: false, special: true},
			],
			normalizer: null,
			pre_tokenizer: {type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true},
			post_processor: {type: 'ByteLevel', add_prefix_space: true, trim_offsets: false, use_regex: true},
			decoder: {type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true},
			model: {
				type: 'BPE',
				dropout: null,
				unk_token: null,
				continuing_subword_prefix: '',
				end_of_word_suffix: '',
				fuse_unk: false,
				vocab: Object.fromEntries([...BYTE_CHARACTERS.map((char, byte) => [char, byte]), [END, BYTES]]),
				merges: [],
			},
		}),
		json('tokenizer_config.json', {
			add_prefix_space: false,
			bos_token: END,
			eos_token: END,
			unk_token: END,
			clean_up_tokenization_spaces: false,
			model_max_length: shape.contextLength,
			tokenizer_class: 'GPT2Tokenizer',
		}),
		{name: 'model.safetensors', bytes: checkpoint(shape, weights)},
	];
}

/** The weights as a checkpoint of transformers has them. */
const checkpoint = (shape: Shape, weights: Float32Array): Uint8Array =>
	safetensorsFile(
		tensorsOf(shape).map(({name, shape, at}) => ({
			name: `transformer.${name}`,
			shape,
			values: weights.subarray(at, at + shape.reduce((product, n) => product * n, 1)),
		})),
		{format: 'pt'},
	);
