import type {ModelConfig} from '../model/causal-lm.ts';
import type {Activation} from '../model/forward.ts';
import {configFields, LIMITS, readShape} from './config-fields.ts';

/** The `config.json` of a GPT-2. */
export interface Gpt2Config extends ModelConfig {
	/** Width of the MLP. */
	innerSize: number;
	activation: Activation;
	/** Whether the LM head is the token embedding, as in GPT-2 itself; else it is `lm_head.weight`. */
	tiedHead: boolean;
}

/**
 * Read a checkpoint's `config.json`.
 * @param generation contents of `generation_config.json`, whose ends of a text win; null without it.
 * @throws EngineError `bad-model` naming the field and its value.
 */
export function readGpt2Config(json: unknown, generation: unknown = null): Gpt2Config {
	const fields = configFields(json);
	const names = {
		contextLength: ['n_positions', 'n_ctx'],
		layers: 'n_layer',
		heads: 'n_head',
		hiddenSize: 'n_embd',
	};
	// Left out, the end is GPT-2's own: the last class.
	const {headSize: _, ...shape} = readShape(fields, generation, names, true);
	// `gelu_new` is GPT-2's own.
	const activation = fields.activation('activation_function', 'gelu_new', ['gelu_new', 'gelu_pytorch_tanh', 'gelu']);
	// Variants of attention that are not computed; what is not the default is refused, not ignored.
	fields.only('scale_attn_weights', true);
	fields.only('scale_attn_by_inverse_layer_idx', false);
	fields.only('add_cross_attention', false);
	const tiedHead = fields.flag('tie_word_embeddings', true);
	return {
		...shape,
		innerSize: fields.count('n_inner', LIMITS.inner, 4 * shape.hiddenSize),
		layerNormEpsilon: fields.epsilon('layer_norm_epsilon', 1e-5),
		activation,
		tiedHead,
	};
}
