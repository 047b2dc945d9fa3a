import {conv1d, floats, layerNorm, rows} from '../model/declare.ts';
import type {Family} from '../model/family.ts';
import type {Forward} from '../model/forward.ts';
import type {Program} from '../model/program.ts';
import {type Gpt2Config, readGpt2Config} from './gpt2-config.ts';

/** GPT-2 (Radford et al. 2019), in the names of Hugging Face's GPT2LMHeadModel and in the order of minGPT. */
export const gpt2: Family<Gpt2Config> = {
	types: ['gpt2'],
	readConfig: readGpt2Config,
	forward,
	/** GPT2LMHeadModel puts `transformer.` before the names of GPT2Model. */
	nameOf: name => name.replace(/^transformer\./, ''),
	/** Exports carry the causal mask and, where the head is tied, the embedding again. */
	isSpare(name, {tiedHead, layers}) {
		const mask = /^h\.(\d+)\.attn\.(?:bias|masked_bias)$/.exec(name);
		return mask ? Number(mask[1]) < layers : tiedHead && name === 'lm_head.weight';
	},
};

/** Shapes for T tokens, D channels, I inner channels, V classes. */
function forward(f: Forward, config: Gpt2Config): Program {
	const {hiddenSize: D, heads, layers, vocabSize: V, contextLength: C, layerNormEpsilon: epsilon} = config;
	const I = config.innerSize;
	const wte = rows('wte.weight', V, D);
	const x = f.embed(wte, {positions: floats('wpe.weight', C, D)}); // [T, D]
	for (let l = 0; l < layers; l++) {
		const h = `h.${l}`;
		f.block();
		const a = f.norm(x, layerNorm(`${h}.ln_1`, D, epsilon)); // [T, D]
		const qkv = f.product(a, conv1d(`${h}.attn.c_attn`, D, 3 * D)); // [T, 3 D]: queries, keys, values
		const mixed = f.attention({
			queries: {value: qkv},
			keys: {value: qkv, from: D},
			values: {value: qkv, from: 2 * D},
			heads,
			headSize: D / heads,
		}); // [T, D]
		f.add('attention', x, mixed, conv1d(`${h}.attn.c_proj`, D, D));
		const b = f.norm(x, layerNorm(`${h}.ln_2`, D, epsilon));
		const wide = f.product(b, conv1d(`${h}.mlp.c_fc`, D, I), config.activation); // [T, I]
		f.add('mlp', x, wide, conv1d(`${h}.mlp.c_proj`, I, D));
	}

	const head = config.tiedHead ? wte : rows('lm_head.weight', V, D);
	return f.head(x, layerNorm('ln_f', D, epsilon), {weight: head, bias: null}); // [T, V]
}
