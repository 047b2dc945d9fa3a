import {type Refusal, refuse} from '../../../refusals/refusal.ts';
import {EngineError} from '../../errors.ts';
import type {ModelConfig} from '../../model/causal-lm.ts';
import type {Activation} from '../../model/forward.ts';
import {readTextEnds} from '../text-ends.ts';

/** `gelu_new` is GPT-2's own. */
const ACTIVATIONS = ['gelu_new', 'gelu_pytorch_tanh', 'gelu'] as const satisfies readonly Activation[];

/** The `config.json` of a GPT-2. */
export interface Gpt2Config extends ModelConfig {
	activation: (typeof ACTIVATIONS)[number];
	/** Whether the LM head is the token embedding, as in GPT-2 itself; else it is `lm_head.weight`. */
	tiedHead: boolean;
}

/** No GPT-2 is larger than this: a file that names more is broken, and must not make us take the memory. */
const LIMITS = {vocab_size: 4_000_000, n_positions: 1_048_576, n_embd: 65_536, n_layer: 1024, n_head: 1024};

const reject = (why: Refusal): never => {
	throw new EngineError('bad-model', why);
};

const invalidField = (name: string, value: unknown): never =>
	reject(refuse('config-field', {name, value: typeof value === 'string' ? JSON.stringify(value) : String(value)}));

/**
 * Read a checkpoint's `config.json`.
 * @param generation contents of `generation_config.json`, whose ends of a text win; null without it.
 * @throws EngineError `bad-model` naming the field and its value.
 */
export function readGpt2Config(json: unknown, generation: unknown = null): Gpt2Config {
	const fields = (json ?? {}) as Record<string, unknown>;
	if (fields.model_type !== 'gpt2') reject(refuse('config-type', {type: `${JSON.stringify(fields.model_type)}`}));
	const count = (name: keyof typeof LIMITS, fallback?: unknown) => {
		const value = fields[name] ?? fallback;
		if (!Number.isSafeInteger(value) || (value as number) < 1) invalidField(name, value);
		if ((value as number) > LIMITS[name])
			reject(refuse('config-too-large', {name, value: String(value), most: LIMITS[name]}));
		return value as number;
	};

	const hiddenSize = count('n_embd');
	const heads = count('n_head');
	if (hiddenSize % heads !== 0) reject(refuse('config-heads', {size: hiddenSize, heads}));
	const activation = (fields.activation_function ?? 'gelu_new') as Gpt2Config['activation'];
	if (!ACTIVATIONS.includes(activation)) {
		reject(refuse('config-activation', {value: `${JSON.stringify(activation)}`, known: ACTIVATIONS}));
	}

	// Variants of attention that this graph does not compute; what is not the default is refused, not ignored.
	const computed: Record<string, unknown> = {
		scale_attn_weights: true,
		scale_attn_by_inverse_layer_idx: false,
		add_cross_attention: false,
	};
	for (const [name, value] of Object.entries(computed)) {
		if (fields[name] !== undefined && fields[name] !== value)
			reject(refuse('config-variant', {name, value: String(fields[name])}));
	}

	const tiedHead = fields.tie_word_embeddings ?? true;
	if (typeof tiedHead !== 'boolean') invalidField('tie_word_embeddings', tiedHead);
	if (fields.n_inner !== undefined && fields.n_inner !== null && fields.n_inner !== 4 * hiddenSize)
		reject(refuse('config-inner', {value: String(fields.n_inner)}));

	const epsilon = fields.layer_norm_epsilon ?? 1e-5;
	if (typeof epsilon !== 'number' || !(epsilon > 0 && epsilon <= 0.1))
		reject(refuse('config-epsilon', {value: String(epsilon)}));
	const vocabSize = count('vocab_size');
	return {
		vocabSize,
		contextLength: count('n_positions', fields.n_ctx),
		layers: count('n_layer'),
		heads,
		hiddenSize,
		layerNormEpsilon: epsilon as number,
		// Left out, the end is GPT-2's own: the last class.
		...readTextEnds(fields, generation, vocabSize, vocabSize - 1),
		activation,
		tiedHead: tiedHead as boolean,
	};
}
