import {openSafetensors, type Safetensors} from '../../src/engine/checkpoint/safetensors.ts';
import {type Gpt2Config, readGpt2Config} from '../../src/engine/families/gpt2-config.ts';
import {transpose} from '../helpers/quantize.ts';
import {type GgufTensor, type GgufValue, ggufFile} from './gguf.ts';
import {quantizeQ8} from './q8.ts';

/**
 * A GPT-2 checkpoint as llama.cpp opens it, under the names of its `gguf-py/gguf/constants.py`. Matrices and the embedding, which is the head as well, become Q8_0, everything else stays float32,
 * as llama.cpp's own converter and quantiser leave it.
 * @param tokenizer what `tokenizer.json` holds.
 */
export function gpt2Gguf(configJson: unknown, tokenizer: TokenizerJson, safetensors: Uint8Array): Uint8Array[] {
	const config = readGpt2Config(configJson);
	return ggufFile({...hyperparameters(config), ...vocabulary(config, tokenizer)}, tensorsOf(config, safetensors));
}

/** The part of `tokenizer.json` that a GGUF file repeats. */
export interface TokenizerJson {
	model: {vocab: Record<string, number>; merges: readonly (string | readonly [string, string])[]};
	added_tokens: readonly {id: number; content: string}[];
}

function hyperparameters(config: Gpt2Config): Record<string, GgufValue> {
	const count = (value: number): GgufValue => ({type: 'uint32', value});
	return {
		'general.architecture': {type: 'string', value: 'gpt2'},
		'general.name': {type: 'string', value: 'gpt2'},
		// MOSTLY_Q8_0
		'general.file_type': count(7),
		'general.quantization_version': count(2),
		'gpt2.context_length': count(config.contextLength),
		'gpt2.embedding_length': count(config.hiddenSize),
		'gpt2.feed_forward_length': count(4 * config.hiddenSize),
		'gpt2.block_count': count(config.layers),
		'gpt2.attention.head_count': count(config.heads),
		'gpt2.attention.layer_norm_epsilon': {type: 'float32', value: config.layerNormEpsilon},
	};
}

function vocabulary({vocabSize, eosTokenIds}: Gpt2Config, {model, added_tokens}: TokenizerJson) {
	const tokens = new Array<string>(vocabSize).fill('');
	for (const [token, id] of Object.entries(model.vocab)) tokens[id] = token;
	const NORMAL = 1;
	const CONTROL = 3;
	const types = new Array<number>(vocabSize).fill(NORMAL);
	for (const {id, content} of added_tokens) {
		tokens[id] = content;
		types[id] = CONTROL;
	}

	const end: GgufValue = {type: 'uint32', value: eosTokenIds.at(0) ?? vocabSize - 1};
	return {
		'tokenizer.ggml.model': {type: 'string', value: 'gpt2'},
		'tokenizer.ggml.pre': {type: 'string', value: 'gpt-2'},
		'tokenizer.ggml.tokens': {type: 'strings', value: tokens},
		'tokenizer.ggml.token_type': {type: 'int32s', value: types},
		'tokenizer.ggml.merges': {
			type: 'strings',
			value: model.merges.map(merge => (typeof merge === 'string' ? merge : merge.join(' '))),
		},
		'tokenizer.ggml.bos_token_id': end,
		'tokenizer.ggml.eos_token_id': end,
		'tokenizer.ggml.add_bos_token': {type: 'bool', value: false},
	} satisfies Record<string, GgufValue>;
}

function tensorsOf(config: Gpt2Config, bytes: Uint8Array): GgufTensor[] {
	const file = openSafetensors(bytes);
	const read = reader(file);
	const {layers, hiddenSize: D, vocabSize: V, contextLength: C} = config;
	const floats = (name: string, from: string, ...shape: number[]): GgufTensor => {
		const {buffer} = read(from);
		return {name, type: 'F32', shape, data: new Uint8Array(buffer as ArrayBuffer)};
	};
	const norm = (name: string, from: string) =>
		['weight', 'bias'].map(part => floats(`${name}.${part}`, `${from}.${part}`, D));
	/** Conv1D stores [inputs, outputs], llama.cpp multiplies by [outputs, inputs]. */
	const linear = (name: string, from: string, inputs: number, outputs: number): GgufTensor[] => [
		{
			name: `${name}.weight`,
			type: 'Q8_0',
			shape: [outputs, inputs],
			data: quantizeQ8(transpose(read(`${from}.weight`), inputs, outputs)),
		},
		floats(`${name}.bias`, `${from}.bias`, outputs),
	];
	const tensors: GgufTensor[] = [
		{name: 'token_embd.weight', type: 'Q8_0', shape: [V, D], data: quantizeQ8(read('wte.weight'))},
		floats('position_embd.weight', 'wpe.weight', C, D),
		...norm('output_norm', 'ln_f'),
	];
	for (let l = 0; l < layers; l++) {
		tensors.push(
			...norm(`blk.${l}.attn_norm`, `h.${l}.ln_1`),
			...linear(`blk.${l}.attn_qkv`, `h.${l}.attn.c_attn`, D, 3 * D),
			...linear(`blk.${l}.attn_output`, `h.${l}.attn.c_proj`, D, D),
			...norm(`blk.${l}.ffn_norm`, `h.${l}.ln_2`),
			...linear(`blk.${l}.ffn_up`, `h.${l}.mlp.c_fc`, D, 4 * D),
			...linear(`blk.${l}.ffn_down`, `h.${l}.mlp.c_proj`, 4 * D, D),
		);
	}

	return tensors;
}

const reader = (file: Safetensors) => (name: string) =>
	file.read(file.shape(`transformer.${name}`) ? `transformer.${name}` : name);
