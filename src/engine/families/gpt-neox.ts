import type {ModelConfig} from '../model/causal-lm.ts';
import {layerNorm, linear, rows} from '../model/declare.ts';
import type {Family} from '../model/family.ts';
import type {Activation, Forward} from '../model/forward.ts';
import type {Program, Value} from '../model/program.ts';
import {configFields, LIMITS, readShape} from './config-fields.ts';
import {inverseFrequencies, type Rotary, readRotary} from './rotary.ts';

/** The `config.json` of a GPT-NeoX or a Pythia. */
interface GptNeoxConfig extends ModelConfig {
	innerSize: number;
	activation: Activation;
	tiedHead: boolean;
	rotary: Rotary;
	/** Channels of a head that are turned by their position. */
	turned: number;
	/** Attention and MLP both read what the block was given. */
	parallel: boolean;
	bias: boolean;
}

/** GPT-NeoX (Black et al. 2022) and Pythia (Biderman et al. 2023), in the names of Hugging Face's GPTNeoXForCausalLM. */
export const gptNeox: Family<GptNeoxConfig> = {
	types: ['gpt_neox'],
	readConfig,
	forward,
	nameOf: name => name.replace(/^gpt_neox\./, ''),
	/** Old exports carry the causal mask and the frequencies of rotary positions. */
	isSpare(name, {layers, tiedHead}) {
		const buffer = /^layers\.(\d+)\.attention\.(?:bias|masked_bias|rotary_emb\.inv_freq)$/.exec(name);
		return buffer ? Number(buffer[1]) < layers : tiedHead && name === 'embed_out.weight';
	},
};

function readConfig(json: unknown, generation: unknown): GptNeoxConfig {
	const fields = configFields(json);
	const shape = readShape(fields, generation);
	const share = (fields.inside('rope_parameters') ?? fields).positive(['partial_rotary_factor', 'rotary_pct'], 0.25);
	const turned = Math.floor(shape.headSize * share);
	if (turned % 2 !== 0 || turned > shape.headSize) fields.unsupported('rotary_pct', share);
	return {
		...shape,
		layerNormEpsilon: fields.epsilon('layer_norm_eps', 1e-5),
		innerSize: fields.count('intermediate_size', LIMITS.inner),
		activation: fields.activation('hidden_act', 'gelu', ['gelu', 'gelu_new', 'gelu_pytorch_tanh', 'relu', 'silu']),
		tiedHead: fields.flag('tie_word_embeddings', false),
		rotary: readRotary(fields, {theta: ['rotary_emb_base', 'rope_theta']}, 10_000),
		turned,
		parallel: fields.flag('use_parallel_residual', true),
		bias: fields.flag('attention_bias', true),
	};
}

/** Shapes for T tokens, D channels, H heads of d channels, I inner channels, V classes. */
function forward(f: Forward, config: GptNeoxConfig): Program {
	const {hiddenSize: D, heads: H, innerSize: I, vocabSize: V, bias, layerNormEpsilon: epsilon} = config;
	const d = D / H;
	const rotation = inverseFrequencies(config.rotary, config.turned);
	const table = rows('embed_in.weight', V, D);
	const x = f.embed(table); // [T, D]
	for (let l = 0; l < config.layers; l++) {
		const h = `layers.${l}`;
		f.block();
		/** The MLP up to its inner channels, [T, I]. */
		const widened = (): Value => {
			const b = f.norm(x, layerNorm(`${h}.post_attention_layernorm`, D, epsilon)); // [T, D]
			return f.product(b, linear(`${h}.mlp.dense_h_to_4h`, D, I, true), config.activation);
		};
		// Read before attention is added to the residual stream, or after.
		const before = config.parallel ? widened() : null;
		const a = f.norm(x, layerNorm(`${h}.input_layernorm`, D, epsilon)); // [T, D]
		const qkv = f.product(a, linear(`${h}.attention.query_key_value`, D, 3 * D, bias)); // [T, H (3 d)]
		const mixed = f.attention({
			queries: {value: qkv, stride: 3 * d},
			keys: {value: qkv, from: d, stride: 3 * d},
			values: {value: qkv, from: 2 * d, stride: 3 * d},
			heads: H,
			headSize: d,
			rotation,
		}); // [T, D]
		f.add('attention', x, mixed, linear(`${h}.attention.dense`, D, D, bias));
		f.add('mlp', x, before ?? widened(), linear(`${h}.mlp.dense_4h_to_h`, I, D, true));
	}

	const head = config.tiedHead ? table : rows('embed_out.weight', V, D);
	return f.head(x, layerNorm('final_layer_norm', D, epsilon), {weight: head, bias: null}); // [T, V]
}
