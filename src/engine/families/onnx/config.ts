import {EngineError} from '../../errors/engine-error.ts';
import {refuse} from '../../errors/refusal.ts';
import type {ModelConfig} from '../../model/causal-lm.ts';
import {readTextEnds} from '../text-ends.ts';

/** Names of the same thing in the configs of different families; the first that is there counts. */
const NAMES = {
	contextLength: ['n_positions', 'max_position_embeddings', 'n_ctx', 'max_sequence_length', 'seq_length'],
	layers: ['n_layer', 'num_hidden_layers', 'num_layers', 'n_layers'],
	heads: ['n_head', 'num_attention_heads', 'num_heads', 'n_heads'],
	hiddenSize: ['n_embd', 'hidden_size', 'd_model', 'n_embed'],
	vocabSize: ['vocab_size'],
} as const;

/**
 * The shape of any causal language model, from its `config.json`.
 * @param generation contents of `generation_config.json`, whose ends of a text win; null without it.
 * @throws EngineError `bad-model` where it is not a causal language model, saying what it is.
 */
export function readOnnxConfig(json: unknown, generation: unknown): ModelConfig {
	const fields = (json ?? {}) as Record<string, unknown>;
	const type = `${JSON.stringify(fields.model_type)}`;
	const architectures = Array.isArray(fields.architectures) ? fields.architectures : [];
	const predicts = architectures.length === 0 || architectures.some(name => /CausalLM|LMHead/.test(String(name)));
	if (typeof fields.model_type !== 'string' || fields.is_encoder_decoder === true || !predicts) {
		throw new EngineError(
			'bad-model',
			architectures.length > 0
				? refuse('config-no-model', {type, architectures: architectures.join(', ')})
				: refuse('config-no-architecture', {type}),
		);
	}

	const count = (names: readonly string[]) => {
		const name = names.find(key => fields[key] !== undefined) ?? names[0];
		const value = fields[name];
		if (!Number.isSafeInteger(value) || (value as number) < 1)
			throw new EngineError('bad-model', refuse('config-value', {type, name, value: String(value)}));
		return value as number;
	};

	const [hiddenSize, heads] = [count(NAMES.hiddenSize), count(NAMES.heads)];
	const vocabSize = count(NAMES.vocabSize);
	const whole = (name: string, fallback: number) =>
		Number.isSafeInteger(fields[name]) ? Number(fields[name]) : fallback;
	return {
		vocabSize,
		contextLength: count(NAMES.contextLength),
		layers: count(NAMES.layers),
		heads,
		hiddenSize,
		cacheWidth: Math.round(whole('num_key_value_heads', heads) * whole('head_dim', hiddenSize / heads)),
		layerNormEpsilon: Number(fields.layer_norm_epsilon ?? fields.rms_norm_eps ?? 1e-5),
		...readTextEnds(fields, generation, vocabSize),
	};
}
