import {openSafetensors} from '../../src/engine/checkpoint/safetensors.ts';
import {type GgufTensor, type GgufValue, ggufFile} from '../bench/gguf.ts';

/** GGUF files of checkpoints, converted as llama.cpp's convert_hf_to_gguf.py does. */

export type Metadata = Record<string, GgufValue>;

type Config = Record<string, unknown>;

const uint = (value: unknown): GgufValue => ({type: 'uint32', value: Number(value)});
const float = (value: unknown): GgufValue => ({type: 'float32', value: Number(value)});

/** What a tokenizer.json would be in the metadata. @param pre the pre-tokenizer's name; null for SentencePiece's. */
export function tokenMetadata(file: unknown, pre: string | null, filling = 0): Metadata {
	const {model, added_tokens: added} = file as {
		model: {vocab: Record<string, number>; merges: (string | [string, string])[]};
		added_tokens: {id: number; content: string; special: boolean}[];
	};
	const tokens: string[] = [];
	const kinds: number[] = [];
	for (const [token, id] of Object.entries(model.vocab)) {
		tokens[id] = token;
		kinds[id] = /^<0x[0-9A-F]{2}>$/.test(token) ? 6 : 1;
	}
	for (const {id, content, special} of added) {
		tokens[id] = pre === null && !special ? content.replaceAll('▁', ' ') : content;
		kinds[id] = special ? 3 : 4;
	}
	for (let i = 0; i < filling; i++) kinds[tokens.push(`[PAD${tokens.length}]`) - 1] = 5;
	return {
		'tokenizer.ggml.model': {type: 'string', value: pre === null ? 'llama' : 'gpt2'},
		...(pre !== null && {'tokenizer.ggml.pre': {type: 'string', value: pre}}),
		'tokenizer.ggml.tokens': {type: 'strings', value: tokens},
		'tokenizer.ggml.token_type': {type: 'int32s', value: kinds},
		...(pre === null
			? // SentencePiece trains its merges one after the other: each token's score is minus its place.
				{'tokenizer.ggml.scores': {type: 'float32s', value: tokens.map((_, id) => (kinds[id] === 4 ? -1000 : -id))}}
			: {
					'tokenizer.ggml.merges': {
						type: 'strings',
						value: model.merges.map(merge => (typeof merge === 'string' ? merge : merge.join(' '))),
					},
				}),
	};
}

/** Names of a family's tensors there, the sizes' names, and what the converter does to its numbers. */
const KINDS: Record<string, {arch: string; names: [RegExp, string][]}> = Object.fromEntries(
	['llama', 'qwen2', 'qwen3', 'gemma3_text'].map(type => [
		type,
		{
			arch: type === 'gemma3_text' ? 'gemma3' : type,
			names: [
				[/^embed_tokens/, 'token_embd'],
				[/^lm_head/, 'output'],
				[/^norm/, 'output_norm'],
				[/^layers\./, 'blk.'],
				[/input_layernorm/, 'attn_norm'],
				[/self_attn\.(q|k|v)_proj/, 'attn_$1'],
				[/self_attn\.o_proj/, 'attn_output'],
				[/self_attn\.(q|k)_norm/, 'attn_$1_norm'],
				[/post_attention_layernorm/, type === 'gemma3_text' ? 'post_attention_norm' : 'ffn_norm'],
				[/pre_feedforward_layernorm/, 'ffn_norm'],
				[/post_feedforward_layernorm/, 'post_ffw_norm'],
				[/mlp\.(gate|up|down)_proj/, 'ffn_$1'],
			] as [RegExp, string][],
		},
	]),
);
KINDS.gpt2 = {
	arch: 'gpt2',
	names: [
		[/^wte/, 'token_embd'],
		[/^wpe/, 'position_embd'],
		[/^ln_f/, 'output_norm'],
		[/^h\./, 'blk.'],
		[/ln_1/, 'attn_norm'],
		[/ln_2/, 'ffn_norm'],
		[/attn\.c_attn/, 'attn_qkv'],
		[/attn\.c_proj/, 'attn_output'],
		[/mlp\.c_fc/, 'ffn_up'],
		[/mlp\.c_proj/, 'ffn_down'],
	],
};
KINDS.gpt_neox = {
	arch: 'gptneox',
	names: [
		[/^embed_in/, 'token_embd'],
		[/^embed_out/, 'output'],
		[/^final_layer_norm/, 'output_norm'],
		[/^layers\./, 'blk.'],
		[/input_layernorm/, 'attn_norm'],
		[/post_attention_layernorm/, 'ffn_norm'],
		[/attention\.query_key_value/, 'attn_qkv'],
		[/attention\.dense/, 'attn_output'],
		[/mlp\.dense_h_to_4h/, 'ffn_up'],
		[/mlp\.dense_4h_to_h/, 'ffn_down'],
	],
};

function sizeMetadata(arch: string, config: Config): Metadata {
	const [heads, width] = [config.num_attention_heads ?? config.n_head, config.hidden_size ?? config.n_embd];
	const headSize = config.head_dim ?? Number(width) / Number(heads);
	const sizes: Record<string, GgufValue> = {
		embedding_length: uint(width),
		block_count: uint(config.num_hidden_layers ?? config.n_layer),
		context_length: uint(config.max_position_embeddings ?? config.n_positions),
		feed_forward_length: uint(config.intermediate_size ?? 4 * Number(width)),
		'attention.head_count': uint(heads),
	};
	if (arch === 'gpt2' || arch === 'gptneox') sizes['attention.layer_norm_epsilon'] = float(1e-5);
	if (arch === 'gptneox') {
		sizes['rope.dimension_count'] = uint(Number(config.rotary_pct) * Number(headSize));
		sizes.use_parallel_residual = {type: 'bool', value: true};
	} else if (arch !== 'gpt2') {
		sizes['attention.head_count_kv'] = uint(config.num_key_value_heads);
		sizes['attention.key_length'] = uint(headSize);
		sizes['attention.layer_norm_rms_epsilon'] = float(config.rms_norm_eps ?? 1e-6);
		sizes['rope.freq_base'] = float(config.rope_theta ?? (arch === 'gemma3' ? 1e6 : 1e4));
	}
	if (config.sliding_window !== undefined) sizes['attention.sliding_window'] = uint(config.sliding_window);
	return Object.fromEntries(Object.entries(sizes).map(([name, value]) => [`${arch}.${name}`, value]));
}

/** Rows of `width` numbers in another order: `from` is the row that comes to a place. */
function reordered(values: Float32Array, width: number, from: (row: number) => number): Float32Array {
	const result = new Float32Array(values.length);
	for (let row = 0; row < values.length / width; row++)
		for (let i = 0; i < width; i++) result[row * width + i] = values[from(row) * width + i];
	return result;
}

function converted(name: string, shape: readonly number[], values: Float32Array, arch: string, config: Config) {
	const heads = Number(config.num_attention_heads ?? config.n_head);
	const width = shape.length === 2 ? shape[1] : 1;
	const own = /\.(\w+)\.(?:weight|bias)$/.exec(name)?.[1];
	if (arch === 'llama' && (own === 'attn_q' || own === 'attn_k')) {
		// weights.reshape(n_head, 2, rows // n_head // 2, …).swapaxes(1, 2)
		const size = shape[0] / (own === 'attn_q' ? heads : Number(config.num_key_value_heads));
		const from = (row: number) => {
			const [head, inside] = [Math.floor(row / size), row % size];
			return head * size + (inside % 2) * (size / 2) + Math.floor(inside / 2);
		};
		return {shape, values: reordered(values, width, from)};
	}
	if (arch === 'gptneox' && own === 'attn_qkv') {
		// qkv.reshape(n_head, 3, head_dim, …), then queries, keys and values of all heads one after the other
		const size = shape[0] / 3 / heads;
		const from = (row: number) => {
			const [part, head, i] = [Math.floor(row / size / heads), Math.floor(row / size) % heads, row % size];
			return (head * 3 + part) * size + i;
		};
		return {shape, values: reordered(values, width, from)};
	}
	if (arch === 'gpt2' && shape.length === 2 && own !== undefined) {
		const [inputs, outputs] = shape;
		const transposed = new Float32Array(values.length);
		for (let k = 0; k < inputs; k++)
			for (let n = 0; n < outputs; n++) transposed[n * inputs + k] = values[k * outputs + n];
		return {shape: [outputs, inputs], values: transposed};
	}
	if (arch === 'gemma3' && name.endsWith('norm.weight')) return {shape, values: values.map(value => value + 1)};
	return {shape, values};
}

/** A checkpoint in float32 as GGUF. @param metadata put beside the sizes, or in their place. */
export function ggufCheckpoint(config: Config, safetensors: Uint8Array, metadata: Metadata = {}): Uint8Array {
	const {arch, names} = KINDS[String(config.model_type)];
	const file = openSafetensors(safetensors);
	const tensors = file.names.map((hubName): GgufTensor => {
		const own = hubName.replace(/^(?:model|transformer|gpt_neox)\./, '');
		const name = names.reduce((renamed, [from, to]) => renamed.replace(from, to), own);
		const {shape, values} = converted(name, file.shape(hubName)!, file.read(hubName), arch, config);
		return {name, type: 'F32', shape, data: new Uint8Array(values.buffer)};
	});
	const all = {
		'general.architecture': {type: 'string', value: arch} as const,
		...sizeMetadata(arch, config),
		...metadata,
	};
	return new Uint8Array(Buffer.concat(ggufFile(all, tensors)));
}
