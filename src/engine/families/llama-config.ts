import type {ModelConfig} from '../model/causal-lm.ts';
import type {Activation} from '../model/forward.ts';
import {type ConfigFields, configFields, LIMITS} from './config-fields.ts';
import {type Rotary, readRotary} from './rotary.ts';
import {readTextEnds} from './text-ends.ts';

/** What Llama and the families that follow it have in common. */
export interface GatedConfig extends ModelConfig {
	/** Heads of keys and values. */
	sharedHeads: number;
	headSize: number;
	innerSize: number;
	activation: Activation;
	tiedHead: boolean;
	rotary: Rotary;
	/** Of each layer, how many positions it sees, itself among them; null for all. */
	windows: readonly (number | null)[];
}

/** The `config.json` of a Llama, a Mistral, a Qwen 2 or a Qwen 3. */
export interface LlamaConfig extends GatedConfig {
	/** Biases of queries, keys and values; of what goes back to the residual stream; of the MLP. */
	biases: {inputs: boolean; output: boolean; mlp: boolean};
	/** Queries and keys are normed in each head. */
	normsHeads: boolean;
}

/** What a file leaves out, where the families differ. */
const DEFAULTS = {
	llama: {headSize: null, sharedHeads: null},
	mistral: {headSize: null, sharedHeads: 8},
	qwen2: {headSize: null, sharedHeads: 32},
	qwen3: {headSize: 128, sharedHeads: 32},
} as const;

/** @throws EngineError `bad-model` naming the field and its value. */
export function readLlamaConfig(json: unknown, generation: unknown = null): LlamaConfig {
	const fields = configFields(json);
	const type = fields.fields.model_type as keyof typeof DEFAULTS;
	fields.only('use_mrope', false);
	for (const rotary of [fields, fields.inside('rope_parameters')]) rotary?.only('partial_rotary_factor', 1);
	const sizes = readSizes(fields, DEFAULTS[type]);
	const attentionBias = type !== 'qwen2' && type !== 'mistral' && fields.flag('attention_bias', false);
	return {
		...sizes,
		...readTextEnds(json, generation, sizes.vocabSize),
		activation: fields.activation('hidden_act', 'silu', ['silu', 'gelu', 'gelu_pytorch_tanh', 'gelu_new', 'relu']),
		tiedHead: fields.flag('tie_word_embeddings', false),
		rotary: readRotary(fields, {theta: ['rope_theta']}, 10_000),
		windows: readWindows(fields, type, sizes.layers),
		biases: {
			inputs: type === 'qwen2' || attentionBias,
			output: attentionBias,
			mlp: type === 'llama' && fields.flag('mlp_bias', false),
		},
		normsHeads: type === 'qwen3',
	};
}

/** Sizes in the names that these families share. */
export function readSizes(
	fields: ConfigFields,
	defaults: {headSize: number | null; sharedHeads: number | null},
): Omit<GatedConfig, 'activation' | 'tiedHead' | 'rotary' | 'windows' | 'bosTokenId' | 'eosTokenIds'> {
	const hiddenSize = fields.count('hidden_size', LIMITS.width);
	const heads = fields.count('num_attention_heads', LIMITS.heads);
	const sharedHeads = fields.count('num_key_value_heads', LIMITS.heads, defaults.sharedHeads ?? heads);
	fields.divide(['num_attention_heads', heads], ['num_key_value_heads', sharedHeads]);
	const named = fields.fields.head_dim ?? defaults.headSize;
	const headSize =
		named === null
			? fields.divide(['hidden_size', hiddenSize], ['num_attention_heads', heads])
			: fields.count('head_dim', LIMITS.width, defaults.headSize ?? undefined);
	if (headSize % 2 !== 0) fields.unsupported('head_dim', headSize);
	return {
		vocabSize: fields.count('vocab_size', LIMITS.classes),
		contextLength: fields.count('max_position_embeddings', LIMITS.positions),
		layers: fields.count('num_hidden_layers', LIMITS.layers),
		heads,
		sharedHeads,
		hiddenSize,
		headSize,
		cacheWidth: sharedHeads * headSize,
		innerSize: fields.count('intermediate_size', LIMITS.inner),
		layerNormEpsilon: fields.epsilon('rms_norm_eps', 1e-6),
	};
}

/** @param isLocal which layers see a window, where `layer_types` does not say. */
export function readLayerWindows(
	fields: ConfigFields,
	layers: number,
	window: number,
	isLocal: (layer: number) => boolean,
): (number | null)[] {
	const types = fields.fields.layer_types ?? null;
	if (types !== null && (!Array.isArray(types) || types.length < layers)) fields.invalid('layer_types', types);
	return Array.from({length: layers}, (_, layer) => {
		const type = (types as unknown[] | null)?.[layer] ?? (isLocal(layer) ? 'sliding_attention' : 'full_attention');
		if (type !== 'sliding_attention' && type !== 'full_attention') fields.unsupported('layer_types', type);
		return type === 'sliding_attention' ? window : null;
	});
}

function readWindows(fields: ConfigFields, type: keyof typeof DEFAULTS, layers: number): (number | null)[] {
	const window = () => fields.count('sliding_window', LIMITS.positions, 4096);
	const all = (size: number | null) => Array.from({length: layers}, () => size);
	if (type === 'llama') return all(null);
	if (type === 'mistral') return all(fields.fields.sliding_window === null ? null : window());
	if (!fields.flag('use_sliding_window', false) || fields.fields.sliding_window === null) return all(null);
	const first = fields.fields.max_window_layers === 0 ? 0 : fields.count('max_window_layers', LIMITS.layers, 28);
	return readLayerWindows(fields, layers, window(), layer => layer >= first);
}
