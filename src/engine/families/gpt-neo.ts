import type {ModelConfig} from '../model/causal-lm.ts';
import {floats, layerNorm, linear, rows} from '../model/declare.ts';
import type {Family} from '../model/family.ts';
import type {Activation, Forward} from '../model/forward.ts';
import type {Program} from '../model/program.ts';
import {type ConfigFields, configFields, LIMITS, readShape} from './config-fields.ts';

/** The `config.json` of a GPT-Neo. */
interface GptNeoConfig extends ModelConfig {
	innerSize: number;
	activation: Activation;
	tiedHead: boolean;
	/** Of each layer, how many positions it sees, itself among them; null for all. */
	windows: readonly (number | null)[];
}

/** GPT-Neo (Black et al. 2021), of which TinyStories (Eldan & Li 2023) are; in the names of Hugging Face's GPTNeoForCausalLM. */
export const gptNeo: Family<GptNeoConfig> = {
	types: ['gpt_neo'],
	readConfig,
	forward,
	nameOf: name => name.replace(/^transformer\./, ''),
	/** Exports carry the causal mask. */
	isSpare: (name, {layers, tiedHead}) =>
		Number(/^h\.(\d+)\.attn\.attention\.(?:masked_)?bias$/.exec(name)?.[1] ?? layers) < layers ||
		(tiedHead && name === 'lm_head.weight'),
};

function readConfig(json: unknown, generation: unknown): GptNeoConfig {
	const fields = configFields(json);
	const shape = readShape(fields, generation, {layers: 'num_layers', heads: 'num_heads'});
	return {
		...shape,
		layerNormEpsilon: fields.epsilon('layer_norm_epsilon', 1e-5),
		innerSize: fields.count('intermediate_size', LIMITS.inner, 4 * shape.hiddenSize),
		activation: fields.activation('activation_function', 'gelu_new', ['gelu_new', 'gelu', 'gelu_pytorch_tanh', 'relu']),
		tiedHead: fields.flag('tie_word_embeddings', true),
		windows: readWindows(fields, shape.layers),
	};
}

/** `attention_types` says which kinds follow each other, and how often: `[[["global", "local"], 6]]`. */
function readWindows(fields: ConfigFields, layers: number): (number | null)[] {
	const window = fields.count('window_size', LIMITS.positions, 256);
	const types = fields.fields.attention_types ?? [[['global', 'local'], layers]];
	const parts = Array.isArray(types) && types.every(Array.isArray) ? (types as [unknown, number][]) : [];
	const kinds = parts.flatMap(([names, times]) => Array.from({length: Math.min(times, layers)}, () => names).flat());
	if (kinds.length < layers || !kinds.every(kind => kind === 'global' || kind === 'local'))
		fields.invalid('attention_types', types);
	return kinds.slice(0, layers).map(kind => (kind === 'local' ? window : null));
}

/** Shapes for T tokens, D channels, I inner channels, V classes. */
function forward(f: Forward, config: GptNeoConfig): Program {
	const {hiddenSize: D, heads, innerSize: I, vocabSize: V, contextLength: C, layerNormEpsilon: epsilon} = config;
	const wte = rows('wte.weight', V, D);
	const x = f.embed(wte, {positions: floats('wpe.weight', C, D)}); // [T, D]
	for (let l = 0; l < config.layers; l++) {
		const h = `h.${l}`;
		f.block();
		const a = f.norm(x, layerNorm(`${h}.ln_1`, D, epsilon)); // [T, D]
		const mixed = f.attention({
			queries: {value: f.product(a, linear(`${h}.attn.attention.q_proj`, D, D))},
			keys: {value: f.product(a, linear(`${h}.attn.attention.k_proj`, D, D))},
			values: {value: f.product(a, linear(`${h}.attn.attention.v_proj`, D, D))},
			heads,
			headSize: D / heads,
			scale: 1,
			window: config.windows[l],
		}); // [T, D]
		f.add('attention', x, mixed, linear(`${h}.attn.attention.out_proj`, D, D, true));
		const b = f.norm(x, layerNorm(`${h}.ln_2`, D, epsilon));
		const wide = f.product(b, linear(`${h}.mlp.c_fc`, D, I, true), config.activation); // [T, I]
		f.add('mlp', x, wide, linear(`${h}.mlp.c_proj`, I, D, true));
	}

	const head = config.tiedHead ? wte : rows('lm_head.weight', V, D);
	return f.head(x, layerNorm('ln_f', D, epsilon), {weight: head, bias: null}); // [T, V]
}
