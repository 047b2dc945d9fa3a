/** Makes GPT-2 checkpoints as the Hub has them: any size, type, number of shards, and with the habits of real exports. */

import {readFileSync} from 'node:fs';
import {gpt2} from '../../src/engine/families/gpt2.ts';
import {type Gpt2Config, readGpt2Config} from '../../src/engine/families/gpt2-config.ts';
import {declare} from '../../src/engine/model/family.ts';

export interface CheckpointOptions {
	layers?: number;
	heads?: number;
	width?: number;
	contextLength?: number;
	/** Below 257, the tokenizer has only as many of the byte tokens. */
	vocabSize?: number;
	dtype?: 'F32' | 'F16' | 'BF16';
	/** How many files the weights are in; above 1 with an index. */
	shards?: number;
	/** A head of its own. */
	untied?: boolean;
	/** Names as in GPT2LMHeadModel: `transformer.h.0…`. */
	prefixed?: boolean;
	/** The causal mask that old exports carry: `attn.bias` as U8 or BOOL, `attn.masked_bias` as F32. */
	masks?: false | 'U8' | 'BOOL';
	/** The tied head once more, as `lm_head.weight`. */
	headTwice?: boolean;
	/**
	 * GPT-2's habits: the first position's activations are hundreds of times larger than the others', and a few channels
	 * thirty times larger than the rest.
	 */
	outliers?: boolean;
	/** The tokenizer as `vocab.json` and `merges.txt`. */
	oldTokenizer?: boolean;
	/** Without an end of text. */
	endless?: boolean;
	seed?: number;
	/** Changes to `config.json`. */
	config?: Record<string, unknown>;
}

/** The files of a checkpoint by name. */
export type CheckpointFiles = Record<string, Uint8Array>;

export const json = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));

/** A checkpoint of random weights that behaves like a language model: small logits, every class possible. */
export function makeCheckpoint(options: CheckpointOptions = {}): CheckpointFiles {
	const {vocabSize = 257, endless = false} = options;
	const config = {
		architectures: ['GPT2LMHeadModel'],
		activation_function: 'gelu_new',
		...shapeOf(options),
		eos_token_id: endless ? null : vocabSize - 1,
		...(options.untied ? {tie_word_embeddings: false} : {}),
		...options.config,
	};
	return {
		'config.json': json(config),
		...tokenizerFiles(vocabSize, endless, options.oldTokenizer ?? false),
		...weightFiles(readGpt2Config({...config, ...shapeOf(options)}), options),
	};
}

/** The config that the weights are made for; `options.config` may claim another. */
const shapeOf = ({layers = 2, heads = 2, width = 16, contextLength = 32, vocabSize = 257}: CheckpointOptions) => ({
	model_type: 'gpt2',
	n_layer: layers,
	n_head: heads,
	n_embd: width,
	n_positions: contextLength,
	vocab_size: vocabSize,
	layer_norm_epsilon: 1e-5,
	eos_token_id: 0,
});

/** GPT-2's own tokenizer for its own size, else one token per byte, then made-up pairs, then the end of text. */
export function tokenizerFiles(vocabSize: number, endless: boolean, old: boolean): CheckpointFiles {
	const own = JSON.parse(readFileSync(new URL('../../models/gpt2-mini/tokenizer.json', import.meta.url), 'utf8'));
	if (vocabSize !== 50_257) {
		const room = endless ? vocabSize : vocabSize - 1;
		const byId = Object.entries(own.model.vocab as Record<string, number>).sort(([, a], [, b]) => a - b);
		const bytes = byId.slice(0, Math.min(256, room)).map(([token]) => token);
		const pairs = bytes.flatMap(a => bytes.map(b => [a, b] as const)).slice(0, Math.max(0, room - 256));
		const tokens = [...bytes, ...pairs.map(([a, b]) => a + b), ...(endless ? [] : ['<|endoftext|>'])];
		own.model = {
			type: 'BPE',
			vocab: Object.fromEntries(tokens.map((token, id) => [token, id])),
			merges: pairs.map(([a, b]) => `${a} ${b}`),
		};
		own.added_tokens = own.added_tokens
			.map((token: object) => ({...token, id: vocabSize - 1}))
			.slice(0, endless ? 0 : 1);
	}

	if (!old) return {'tokenizer.json': json(own)};
	const lines = own.model.merges.map((merge: string | string[]) => (Array.isArray(merge) ? merge.join(' ') : merge));
	const merges = ['#version: 0.2', ...lines, ''].join('\n');
	return {'vocab.json': json(own.model.vocab), 'merges.txt': new TextEncoder().encode(merges)};
}

interface Tensor {
	name: string;
	dtype: keyof typeof TYPE_BYTES;
	shape: readonly number[];
	/** Its bytes, made when the file is written: of a large model's, only one copy is in memory. */
	data(): Uint8Array;
}

const TYPE_BYTES = {F32: 4, F16: 2, BF16: 2, U8: 1, BOOL: 1};

function weightFiles(config: Gpt2Config, options: CheckpointOptions): CheckpointFiles {
	const {dtype = 'F32', shards = 1, prefixed = false, masks = false, headTwice = false} = options;
	const prefix = (name: string) => (prefixed && name !== 'lm_head.weight' ? `transformer.${name}` : name);
	const tensors: Tensor[] = [];
	for (const {name, shape} of declare(gpt2, {...config, tiedHead: !options.untied}).program.tensors) {
		const data = () => encode(valuesOf(name, shape, config, options), dtype);
		tensors.push({name: prefix(name), dtype, shape, data});
		if (headTwice && name === 'wte.weight') tensors.push({name: 'lm_head.weight', dtype, shape, data});
	}
	for (let l = 0; masks && l < config.layers; l++) {
		const C = config.contextLength;
		const mask = () => new Uint8Array(C * C * TYPE_BYTES[masks]);
		tensors.push({name: prefix(`h.${l}.attn.bias`), dtype: masks, shape: [1, 1, C, C], data: mask});
		tensors.push({name: prefix(`h.${l}.attn.masked_bias`), dtype: 'F32', shape: [], data: () => new Uint8Array(4)});
	}

	// As safetensors writes them: by name.
	tensors.sort((a, b) => (a.name < b.name ? -1 : 1));
	if (shards === 1) return {'model.safetensors': safetensors(tensors)};
	const files: CheckpointFiles = {};
	const weight_map: Record<string, string> = {};
	const perShard = Math.ceil(tensors.length / shards);
	for (let i = 0; i < shards; i++) {
		const file = `model-${String(i + 1).padStart(5, '0')}-of-${String(shards).padStart(5, '0')}.safetensors`;
		const part = tensors.slice(i * perShard, (i + 1) * perShard);
		for (const {name} of part) weight_map[name] = file;
		files[file] = safetensors(part);
	}
	files['model.safetensors.index.json'] = json({metadata: {}, weight_map});
	return files;
}

function valuesOf(name: string, shape: readonly number[], config: Gpt2Config, options: CheckpointOptions) {
	const size = shape.reduce((product, n) => product * n, 1);
	const {hiddenSize: D, layers} = config;
	if (name.endsWith('.bias')) return new Float32Array(size);
	if (/ln_\w+\.weight$/.test(name)) return new Float32Array(size).fill(1);
	// As GPT-2 is initialised: 0.02, less for what is added to the residual stream. Small models need more to differ.
	const spread = Math.max(0.02, 0.5 / Math.sqrt(D)) / (name.includes('c_proj') ? Math.sqrt(2 * layers) : 1);
	const values = gaussians(size, `${options.seed ?? 1} ${name}`, spread);
	if (!options.outliers) return values;
	if (name === 'wpe.weight') {
		for (const channel of outlierChannels(D)) {
			values[channel] = 300 * spread * (channel % 2 ? -1 : 1);
			for (let position = 1; position < shape[0]; position++) values[position * D + channel] *= 30;
		}
	}

	return values;
}

const outlierChannels = (width: number) => [1, 5, Math.floor(width / 2) + 1].filter(channel => channel < width);

/** How many numbers of a tensor are drawn; a prime, so that no two rows are alike. */
const DRAWN = 1_000_003;

/** Normal numbers that depend on the name alone (xorshift32, Box and Muller). */
export function gaussians(size: number, name: string, spread: number): Float32Array {
	let state = 0x9e37_79b9;
	for (const char of name) state = Math.imul(state ^ char.charCodeAt(0), 0x0100_0193) >>> 0;
	const uniform = () => {
		state ^= state << 13;
		state ^= state >>> 17;
		state ^= state << 5;
		state >>>= 0;
		return (state + 0.5) / 2 ** 32;
	};
	const values = new Float32Array(size);
	const drawn = Math.min(size, DRAWN);
	for (let i = 0; i < drawn; i += 2) {
		const radius = spread * Math.sqrt(-2 * Math.log(uniform()));
		const angle = 2 * Math.PI * uniform();
		values[i] = radius * Math.cos(angle);
		if (i + 1 < drawn) values[i + 1] = radius * Math.sin(angle);
	}
	// A tensor of millions repeats itself: drawing them all would take longer than everything that is tested with them.
	for (let i = drawn; i < size; i += drawn) values.set(values.subarray(0, Math.min(drawn, size - i)), i);

	return values;
}

export function encode(values: Float32Array, dtype: 'F32' | 'F16' | 'BF16'): Uint8Array {
	if (dtype === 'F32') return new Uint8Array(values.buffer);
	const bits = new Uint32Array(values.buffer);
	const halves = new Uint16Array(bits.length);
	// `Uint16Array.from` would make a list of them first, which V8 refuses for the embedding of a large vocabulary.
	for (let i = 0; i < bits.length; i++) halves[i] = dtype === 'BF16' ? bits[i] >>> 16 : halfBits(bits[i]);
	return new Uint8Array(halves.buffer);
}

/** A float32's bits as half precision, cut towards zero; what is too small becomes zero, what is too large the largest. */
function halfBits(word: number): number {
	const sign = (word >>> 16) & 0x8000;
	const exponent = ((word >>> 23) & 0xff) - 112;
	if (exponent <= 0) return sign;
	if (exponent >= 31) return sign | 0x7bff;
	return sign | (exponent << 10) | ((word >>> 13) & 0x3ff);
}

/** The bytes of a safetensors file. */
export function safetensors(tensors: readonly Tensor[]): Uint8Array {
	const header: Record<string, unknown> = {__metadata__: {format: 'pt'}};
	let at = 0;
	for (const {name, dtype, shape} of tensors) {
		const end = at + shape.reduce((product, n) => product * n, TYPE_BYTES[dtype]);
		header[name] = {dtype, shape, data_offsets: [at, end]};
		at = end;
	}

	const text = json(header);
	const file = new Uint8Array(8 + text.length + at);
	new DataView(file.buffer).setBigUint64(0, BigInt(text.length), true);
	file.set(text, 8);
	let offset = 8 + text.length;
	for (const {data} of tensors) {
		const bytes = data();
		file.set(bytes, offset);
		offset += bytes.length;
	}

	return file;
}

/** The checkpoint as a reader of files sees it. */
export const readFrom = (files: CheckpointFiles) => async (name: string) => files[name] ?? null;
