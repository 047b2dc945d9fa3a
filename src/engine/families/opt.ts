import type {ModelConfig} from '../model/causal-lm.ts';
import {floats, layerNorm, linear, rows} from '../model/declare.ts';
import type {Family} from '../model/family.ts';
import type {Activation, Forward} from '../model/forward.ts';
import type {Program} from '../model/program.ts';
import {configFields, LIMITS, readShape} from './config-fields.ts';

/** The `config.json` of an OPT whose norms come first, as in all sizes but 350M. */
interface OptConfig extends ModelConfig {
	innerSize: number;
	activation: Activation;
	tiedHead: boolean;
	bias: boolean;
}

/** The table of positions begins with two rows that no position has. */
const OFFSET = 2;

/** OPT (Zhang et al. 2022), in the names of Hugging Face's OPTForCausalLM. */
export const opt: Family<OptConfig> = {
	types: ['opt'],
	readConfig,
	forward,
	nameOf: name => name.replace(/^(?:model\.)?decoder\./, ''),
	isSpare: (name, {tiedHead}) => tiedHead && name === 'lm_head.weight',
};

function readConfig(json: unknown, generation: unknown): OptConfig {
	const fields = configFields(json);
	const shape = readShape(fields, generation);
	fields.only('do_layer_norm_before', true);
	fields.only('_remove_final_layer_norm', false);
	fields.only('layer_norm_elementwise_affine', true);
	fields.only('word_embed_proj_dim', shape.hiddenSize);
	return {
		...shape,
		layerNormEpsilon: 1e-5,
		innerSize: fields.count('ffn_dim', LIMITS.inner),
		activation: fields.activation('activation_function', 'relu', ['relu', 'gelu', 'gelu_new', 'silu']),
		tiedHead: fields.flag('tie_word_embeddings', true),
		bias: fields.flag('enable_bias', true),
	};
}

/** Shapes for T tokens, D channels, I inner channels, V classes. */
function forward(f: Forward, config: OptConfig): Program {
	const {hiddenSize: D, heads, innerSize: I, vocabSize: V, contextLength: C, bias} = config;
	const norm = (name: string) => layerNorm(name, D, config.layerNormEpsilon);
	const table = rows('embed_tokens.weight', V, D);
	const x = f.embed(table, {positions: floats('embed_positions.weight', C + OFFSET, D), offset: OFFSET}); // [T, D]
	for (let l = 0; l < config.layers; l++) {
		const h = `layers.${l}`;
		f.block();
		const a = f.norm(x, norm(`${h}.self_attn_layer_norm`)); // [T, D]
		const mixed = f.attention({
			queries: {value: f.product(a, linear(`${h}.self_attn.q_proj`, D, D, bias))},
			keys: {value: f.product(a, linear(`${h}.self_attn.k_proj`, D, D, bias))},
			values: {value: f.product(a, linear(`${h}.self_attn.v_proj`, D, D, bias))},
			heads,
			headSize: D / heads,
		}); // [T, D]
		f.add('attention', x, mixed, linear(`${h}.self_attn.out_proj`, D, D, bias));
		const b = f.norm(x, norm(`${h}.final_layer_norm`));
		f.add('mlp', x, f.product(b, linear(`${h}.fc1`, D, I, bias), config.activation), linear(`${h}.fc2`, I, D, bias));
	}

	const head = config.tiedHead ? table : rows('lm_head.weight', V, D);
	return f.head(x, norm('final_layer_norm'), {weight: head, bias: null}); // [T, V]
}
