/**
 * A GPT-2 checkpoint as llama.cpp opens it: a GGUF file with its matrices in Q8_0. The format is specified in ggml's
 * docs/gguf.md, the names are those of llama.cpp's `gguf-py/gguf/constants.py`.
 */
import {openSafetensors, type Safetensors} from '../../src/engine/checkpoint/safetensors.ts';
import {type Gpt2Config, readGpt2Config} from '../../src/engine/families/gpt2/config.ts';
import {transpose} from '../../src/engine/onnx/quantize.ts';

/** Data and tensors start at multiples of this. */
const ALIGNMENT = 32;
/** Values that share a scale in Q8_0, and the bytes that they take: the scale as a half, then a byte each. */
const BLOCK = 32;
const BLOCK_BYTES = 2 + BLOCK;

/** ggml's numbers for the types of tensors that are written here. */
const TENSOR_TYPE = {F32: 0, Q8_0: 8} as const;
/** GGUF's numbers for the types of metadata. */
const VALUE_TYPE = {uint32: 4, int32: 5, float32: 6, bool: 7, string: 8, array: 9} as const;

/** A value of the metadata with its type; an array names the type of what it holds. */
export type GgufValue =
	| {type: 'uint32' | 'int32' | 'float32'; value: number}
	| {type: 'bool'; value: boolean}
	| {type: 'string'; value: string}
	| {type: 'strings'; value: readonly string[]}
	| {type: 'int32s'; value: readonly number[]};

/** A tensor; the last dimension is contiguous, as everywhere but in the file, where it comes first. */
export interface GgufTensor {
	name: string;
	type: keyof typeof TENSOR_TYPE;
	shape: readonly number[];
	data: Uint8Array;
}

/**
 * A checkpoint in GGUF. Matrices and the embedding, which is the head as well, become Q8_0, everything else stays float32,
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

function vocabulary({vocabSize, eosTokenId}: Gpt2Config, {model, added_tokens}: TokenizerJson) {
	const tokens = new Array<string>(vocabSize).fill('');
	for (const [token, id] of Object.entries(model.vocab)) tokens[id] = token;
	const NORMAL = 1;
	const CONTROL = 3;
	const types = new Array<number>(vocabSize).fill(NORMAL);
	for (const {id, content} of added_tokens) {
		tokens[id] = content;
		types[id] = CONTROL;
	}

	const end: GgufValue = {type: 'uint32', value: eosTokenId ?? vocabSize - 1};
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

/**
 * Q8_0 as ggml's `quantize_row_q8_0_ref`: every 32 values share the scale max|x| / 127, kept as a half.
 * @param values a multiple of 32 of them.
 */
export function quantizeQ8(values: Float32Array): Uint8Array {
	const blocks = values.length / BLOCK;
	const bytes = new Uint8Array(blocks * BLOCK_BYTES);
	const view = new DataView(bytes.buffer);
	for (let block = 0; block < blocks; block++) {
		const from = block * BLOCK;
		const to = block * BLOCK_BYTES;
		let largest = 0;
		for (let i = 0; i < BLOCK; i++) largest = Math.max(largest, Math.abs(values[from + i]));
		const scale = Math.fround(largest / 127);
		const inverse = scale === 0 ? 0 : 1 / scale;
		view.setUint16(to, halfBits(scale), true);
		for (let i = 0; i < BLOCK; i++) {
			const steps = Math.fround(values[from + i] * inverse);
			view.setInt8(to + 2 + i, Math.sign(steps) * Math.round(Math.abs(steps)));
		}
	}

	return bytes;
}

const float = new Float32Array(1);
const floatBits = new Uint32Array(float.buffer);

/** The bits of the half that is nearest to a number, ties to even. */
export function halfBits(value: number): number {
	float[0] = value;
	const [bits] = floatBits;
	const sign = (bits >>> 16) & 0x8000;
	const size = Math.abs(float[0]);
	if (Number.isNaN(size)) return sign | 0x7e00;
	// Half of the last step below 2 ** 16 rounds up to infinity.
	if (size >= 65520) return sign | 0x7c00;
	// Subnormal halves are multiples of 2 ** -24; one that rounds up to 1024 of them is the smallest normal half.
	if (size < 2 ** -14) return sign | roundToEven(size * 2 ** 24);
	const exponent = ((bits >>> 23) & 0xff) - 127;
	// A fraction that rounds up to 1024 carries into the exponent, which is the next half.
	return sign | (((exponent + 15) << 10) + roundToEven((size / 2 ** exponent - 1) * 1024));
}

function roundToEven(value: number): number {
	const floor = Math.floor(value);
	const rest = value - floor;
	return rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor;
}

/** The file in parts that follow one another: its head, then every tensor with its padding. */
export function ggufFile(metadata: Readonly<Record<string, GgufValue>>, tensors: readonly GgufTensor[]): Uint8Array[] {
	const head = new Bytes();
	head.raw(new TextEncoder().encode('GGUF'));
	head.uint32(3);
	head.uint64(tensors.length);
	head.uint64(Object.keys(metadata).length);
	for (const [key, value] of Object.entries(metadata)) {
		head.string(key);
		head.value(value);
	}

	let offset = 0;
	for (const {name, type, shape, data} of tensors) {
		head.string(name);
		head.uint32(shape.length);
		for (const size of shape.toReversed()) head.uint64(size);
		head.uint32(TENSOR_TYPE[type]);
		head.uint64(offset);
		offset += padded(data.length);
	}

	return [head.bytes(), ...tensors.map(({data}) => data)].flatMap(part => [
		part,
		new Uint8Array(padded(part.length) - part.length),
	]);
}

const padded = (length: number) => Math.ceil(length / ALIGNMENT) * ALIGNMENT;

/** Little-endian bytes that grow. */
class Bytes {
	readonly #parts: Uint8Array[] = [];

	raw(bytes: Uint8Array): void {
		this.#parts.push(bytes);
	}

	uint32(value: number): void {
		this.#view(4, view => view.setUint32(0, value, true));
	}

	uint64(value: number): void {
		this.#view(8, view => view.setBigUint64(0, BigInt(value), true));
	}

	string(text: string): void {
		const bytes = new TextEncoder().encode(text);
		this.uint64(bytes.length);
		this.raw(bytes);
	}

	/** A value after its type. */
	value(value: GgufValue): void {
		if (value.type === 'strings' || value.type === 'int32s') {
			this.uint32(VALUE_TYPE.array);
			this.uint32(VALUE_TYPE[value.type === 'strings' ? 'string' : 'int32']);
			this.uint64(value.value.length);
			if (value.type === 'strings') for (const text of value.value) this.string(text);
			else this.raw(new Uint8Array(Int32Array.from(value.value).buffer));
			return;
		}

		this.uint32(VALUE_TYPE[value.type]);
		if (value.type === 'string') this.string(value.value);
		else if (value.type === 'bool') this.raw(Uint8Array.of(value.value ? 1 : 0));
		else if (value.type === 'float32') this.#view(4, view => view.setFloat32(0, value.value, true));
		else if (value.type === 'int32') this.#view(4, view => view.setInt32(0, value.value, true));
		else this.uint32(value.value);
	}

	bytes(): Uint8Array {
		return Buffer.concat(this.#parts);
	}

	#view(size: number, write: (view: DataView) => void): void {
		const bytes = new Uint8Array(size);
		write(new DataView(bytes.buffer));
		this.raw(bytes);
	}
}
