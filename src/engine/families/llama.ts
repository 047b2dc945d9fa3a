import {linear, rmsNorm, rows} from '../model/declare.ts';
import type {Family} from '../model/family.ts';
import type {Forward} from '../model/forward.ts';
import type {Program} from '../model/program.ts';
import {type LlamaConfig, readLlamaConfig} from './llama-config.ts';
import {inverseFrequencies} from './rotary.ts';

/**
 * Llama (Touvron et al. 2023) and what differs from it in a few parts: Mistral (a sliding window), Qwen 2 (biases of queries, keys
 * and values), Qwen 3 (norms of queries and keys). In the names of Hugging Face's LlamaForCausalLM.
 */
export const llama: Family<LlamaConfig> = {
	types: ['llama', 'mistral', 'qwen2', 'qwen3'],
	readConfig: readLlamaConfig,
	forward,
	/** LlamaForCausalLM puts `model.` before the names of LlamaModel. */
	nameOf: name => name.replace(/^model\./, ''),
	isSpare: isSpareOfGated,
};

/** Older exports carry the frequencies of their rotary positions, and some a tied head once more. */
export function isSpareOfGated(name: string, {layers, tiedHead}: {layers: number; tiedHead: boolean}): boolean {
	const buffer = /^layers\.(\d+)\.self_attn\.rotary_emb\.inv_freq$/.exec(name);
	return buffer ? Number(buffer[1]) < layers : tiedHead && name === 'lm_head.weight';
}

/** Shapes for T tokens, D channels, H heads of d channels, K of keys and values, I inner channels, V classes. */
function forward(f: Forward, config: LlamaConfig): Program {
	const {hiddenSize: D, heads: H, sharedHeads: K, headSize: d, innerSize: I, vocabSize: V, biases} = config;
	const {layerNormEpsilon: epsilon, layers, windows, activation} = config;
	const rotation = inverseFrequencies(config.rotary, d);
	const table = rows('embed_tokens.weight', V, D);
	const x = f.embed(table); // [T, D]
	for (let l = 0; l < layers; l++) {
		const h = `layers.${l}`;
		f.block();
		const a = f.norm(x, rmsNorm(`${h}.input_layernorm`, D, epsilon)); // [T, D]
		const mixed = f.attention({
			queries: {value: f.product(a, linear(`${h}.self_attn.q_proj`, D, H * d, biases.inputs))}, // [T, H d]
			keys: {value: f.product(a, linear(`${h}.self_attn.k_proj`, D, K * d, biases.inputs))}, // [T, K d]
			values: {value: f.product(a, linear(`${h}.self_attn.v_proj`, D, K * d, biases.inputs))}, // [T, K d]
			heads: H,
			sharedHeads: K,
			headSize: d,
			window: windows[l],
			rotation,
			norms: config.normsHeads
				? {
						queries: rmsNorm(`${h}.self_attn.q_norm`, d, epsilon),
						keys: rmsNorm(`${h}.self_attn.k_norm`, d, epsilon),
					}
				: undefined,
		}); // [T, H d]
		f.add('attention', x, mixed, linear(`${h}.self_attn.o_proj`, H * d, D, biases.output));
		const b = f.norm(x, rmsNorm(`${h}.post_attention_layernorm`, D, epsilon));
		const gate = f.product(b, linear(`${h}.mlp.gate_proj`, D, I, biases.mlp), activation); // [T, I]
		f.multiply(gate, b, linear(`${h}.mlp.up_proj`, D, I, biases.mlp));
		f.add('mlp', x, gate, linear(`${h}.mlp.down_proj`, I, D, biases.mlp));
	}

	const head = config.tiedHead ? table : rows('lm_head.weight', V, D);
	return f.head(x, rmsNorm('norm', D, epsilon), {weight: head, bias: null}); // [T, V]
}
