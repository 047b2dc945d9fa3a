import {linear, rmsNorm, rows} from '../model/declare.ts';
import type {Family} from '../model/family.ts';
import type {Forward} from '../model/forward.ts';
import type {Program} from '../model/program.ts';
import {configFields, LIMITS} from './config-fields.ts';
import {isSpareOfGated} from './llama.ts';
import {type GatedConfig, readLayerWindows, readSizes} from './llama-config.ts';
import {inverseFrequencies, type Rotary, readRotary} from './rotary.ts';
import {readTextEnds} from './text-ends.ts';

/** The `config.json` of a Gemma 3 that reads text alone. `rotary` is that of layers that see everything. */
interface Gemma3Config extends GatedConfig {
	localRotary: Rotary;
	/** Scores of attention are multiplied by this. */
	scale: number;
	bias: boolean;
}

/** Gemma 3 (Gemma Team 2025), in the names of Hugging Face's Gemma3ForCausalLM. */
export const gemma3: Family<Gemma3Config> = {
	types: ['gemma3_text'],
	readConfig,
	forward,
	nameOf: name => name.replace(/^model\./, ''),
	isSpare: isSpareOfGated,
};

function readConfig(json: unknown, generation: unknown): Gemma3Config {
	const fields = configFields(json);
	for (const name of ['attn_logit_softcapping', 'final_logit_softcapping']) fields.only(name, null);
	fields.only('use_bidirectional_attention', false);
	const sizes = readSizes(fields, {headSize: 256, sharedHeads: 4});
	const period = fields.count(['_sliding_window_pattern', 'sliding_window_pattern'], LIMITS.layers, 6);
	const window = fields.count('sliding_window', LIMITS.positions, 4096);
	return {
		...sizes,
		...readTextEnds(json, generation, sizes.vocabSize),
		activation: fields.activation('hidden_activation', 'gelu_pytorch_tanh', ['gelu_pytorch_tanh', 'gelu', 'silu']),
		tiedHead: fields.flag('tie_word_embeddings', true),
		rotary: readRotary(fields, {theta: ['rope_theta'], kind: 'full_attention'}, 1e6),
		localRotary: fields.inside('rope_parameters')?.inside('sliding_attention')
			? readRotary(fields, {theta: ['rope_local_base_freq'], kind: 'sliding_attention'}, 1e4)
			: {theta: fields.positive('rope_local_base_freq', 1e4), scaling: null},
		windows: readLayerWindows(fields, sizes.layers, window, layer => (layer + 1) % period !== 0),
		scale: 1 / Math.sqrt(fields.positive('query_pre_attn_scalar', 256)),
		bias: fields.flag('attention_bias', false),
	};
}

/** Shapes for T tokens, D channels, H heads of d channels, K of keys and values, I inner channels, V classes. */
function forward(f: Forward, config: Gemma3Config): Program {
	const {hiddenSize: D, heads: H, sharedHeads: K, headSize: d, innerSize: I, vocabSize: V, bias, scale} = config;
	/** Every gain is 1 + weight. */
	const norm = (name: string, width = D) => rmsNorm(name, width, config.layerNormEpsilon, 1);
	const [far, near] = [config.rotary, config.localRotary].map(rotary => inverseFrequencies(rotary, d));
	const table = rows('embed_tokens.weight', V, D);
	const x = f.embed(table, {factor: Math.fround(Math.sqrt(D))}); // [T, D]
	for (let l = 0; l < config.layers; l++) {
		const h = `layers.${l}`;
		const window = config.windows[l];
		f.block();
		const a = f.norm(x, norm(`${h}.input_layernorm`)); // [T, D]
		const mixed = f.attention({
			queries: {value: f.product(a, linear(`${h}.self_attn.q_proj`, D, H * d, bias))}, // [T, H d]
			keys: {value: f.product(a, linear(`${h}.self_attn.k_proj`, D, K * d, bias))}, // [T, K d]
			values: {value: f.product(a, linear(`${h}.self_attn.v_proj`, D, K * d, bias))}, // [T, K d]
			heads: H,
			sharedHeads: K,
			headSize: d,
			scale,
			window,
			norms: {queries: norm(`${h}.self_attn.q_norm`, d), keys: norm(`${h}.self_attn.k_norm`, d)},
			rotation: window === null ? far : near,
		}); // [T, H d]
		const y = f.product(mixed, linear(`${h}.self_attn.o_proj`, H * d, D, bias)); // [T, D]
		f.addNorm('attention', x, y, norm(`${h}.post_attention_layernorm`));
		const b = f.norm(x, norm(`${h}.pre_feedforward_layernorm`));
		const gate = f.product(b, linear(`${h}.mlp.gate_proj`, D, I), config.activation); // [T, I]
		f.multiply(gate, b, linear(`${h}.mlp.up_proj`, D, I));
		const z = f.product(gate, linear(`${h}.mlp.down_proj`, I, D)); // [T, D]
		f.addNorm('mlp', x, z, norm(`${h}.post_feedforward_layernorm`));
	}

	const head = config.tiedHead ? table : rows('lm_head.weight', V, D);
	return f.head(x, norm('norm'), {weight: head, bias: null}); // [T, V]
}
