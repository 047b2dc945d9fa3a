import type {ModelFiles} from './checkpoint/model-files.ts';
import {openSafetensors, type Safetensors} from './checkpoint/safetensors.ts';
import {EngineError} from './errors.ts';
import {ACTIVATIONS, buildGpt2Graph, type Dtype, type Gpt2GraphOptions} from './families/gpt2/graph.ts';
import type {ModelConfig} from './model/causal-lm.ts';
import {createSession, type RuntimeOptions} from './model/ort-session.ts';
import {Gpt2} from './model/shared-prefix-model.ts';
import {Tokenizer} from './tokenizer.ts';

/** A checkpoint that has been opened; `lm.dispose()` gives its memory back. */
export interface OpenModel {
	lm: Gpt2;
	tokenizer: Tokenizer;
	dtype: Dtype;
	/** Parameters of the checkpoint; the tied LM head counts once. */
	parameters: number;
	/** Bytes the weights take in the runtime's memory. */
	weightBytes: number;
}

/** How to open a checkpoint. */
export interface OpenOptions extends RuntimeOptions {
	dtype?: Dtype;
	/** Load only the first blocks, under the same head: an early exit, which can draft for the whole model. */
	layers?: number;
	/** Build the graph that shows its blocks at work, for `inspect/inspector.ts`; it is slower. */
	inspect?: boolean;
	/** Parameters read and quantised so far, of all. */
	onProgress?(done: number, total: number): void;
}

/** Open a checkpoint: check it, quantise it tensor by tensor, load its graph. @throws EngineError `bad-model`. */
export async function openModel(files: ModelFiles, options: OpenOptions = {}): Promise<OpenModel> {
	const dtype = options.dtype ?? 'int8';
	const {config: whole, activation} = readConfig(files.config);
	const config = {...whole, layers: Math.min(options.layers ?? whole.layers, whole.layers)};
	const weights = openSafetensors(files.weights);
	const namePrefix = weights.shape('transformer.wte.weight') ? 'transformer.' : '';
	const parameters = checkShapes(config, weights, namePrefix);
	const tokenizer = new Tokenizer(files.tokenizer, files.tokenizerConfig);
	if (tokenizer.size !== config.vocabSize) {
		throw new EngineError(
			'bad-model',
			`The tokenizer has ${tokenizer.size} tokens but the model ${config.vocabSize} classes. Get both from the same checkpoint.`,
		);
	}

	const onParameters = (done: number) => options.onProgress?.(done, parameters);
	const model = buildGpt2Graph(config, weights, {
		dtype,
		activation,
		namePrefix,
		onParameters,
		inspect: options.inspect,
	});
	const weightBytes = model.weights.reduce((sum, weight) => sum + weight.data.byteLength, 0);
	return {lm: new Gpt2(config, await createSession(model, options)), tokenizer, dtype, parameters, weightBytes};
}

function readConfig(json: unknown): {config: ModelConfig; activation: Gpt2GraphOptions['activation']} {
	const fields = (json ?? {}) as Record<string, unknown>;
	if (fields.model_type !== 'gpt2') {
		throw new EngineError(
			'bad-model',
			`config.json is of a model of type ${JSON.stringify(fields.model_type)}; only "gpt2" can be opened.`,
		);
	}

	const count = (name: string, fallback?: unknown) => {
		const value = fields[name] ?? fallback;
		if (!Number.isSafeInteger(value) || (value as number) < 1)
			throw new EngineError('bad-model', `config.json has no valid ${name}: ${value}.`);
		return value as number;
	};

	const hiddenSize = count('n_embd');
	const heads = count('n_head');
	if (hiddenSize % heads !== 0)
		throw new EngineError('bad-model', `config.json has n_embd ${hiddenSize}, which n_head ${heads} does not divide.`);
	const activation = (fields.activation_function ?? 'gelu_new') as keyof typeof ACTIVATIONS;
	if (!Object.hasOwn(ACTIVATIONS, activation)) {
		throw new EngineError(
			'bad-model',
			`config.json asks for the activation ${JSON.stringify(activation)}; known are ${Object.keys(ACTIVATIONS).join(', ')}.`,
		);
	}

	// Variants of attention and of the head that this graph does not compute; what is not the default is refused, not ignored.
	const computed: Record<string, unknown> = {
		scale_attn_weights: true,
		scale_attn_by_inverse_layer_idx: false,
		tie_word_embeddings: true,
		add_cross_attention: false,
	};
	for (const [name, value] of Object.entries(computed)) {
		if (fields[name] !== undefined && fields[name] !== value)
			throw new EngineError('bad-model', `config.json has ${name} ${fields[name]}, which is not supported.`);
	}

	if (fields.n_inner !== undefined && fields.n_inner !== null && fields.n_inner !== 4 * hiddenSize) {
		throw new EngineError('bad-model', `config.json has n_inner ${fields.n_inner}; only 4 x n_embd is supported.`);
	}

	const vocabSize = count('vocab_size');
	const eosTokenId = count('eos_token_id', vocabSize - 1);
	if (eosTokenId >= vocabSize)
		throw new EngineError('bad-model', `config.json has eos_token_id ${eosTokenId}, but only ${vocabSize} tokens.`);
	const epsilon = fields.layer_norm_epsilon ?? 1e-5;
	if (typeof epsilon !== 'number' || !(epsilon > 0))
		throw new EngineError('bad-model', `config.json has layer_norm_epsilon ${epsilon}.`);
	return {
		config: {
			vocabSize,
			contextLength: count('n_positions', fields.n_ctx),
			layers: count('n_layer'),
			heads,
			hiddenSize,
			layerNormEpsilon: epsilon,
			eosTokenId,
		},
		activation,
	};
}

/** Every tensor must be there in its shape before the first is converted. @returns the number of parameters. */
function checkShapes(config: ModelConfig, weights: Safetensors, namePrefix: string): number {
	const {hiddenSize: D, layers, vocabSize: V, contextLength: C} = config;
	const expected = new Map<string, number[]>([
		['wte.weight', [V, D]],
		['wpe.weight', [C, D]],
		['ln_f.weight', [D]],
		['ln_f.bias', [D]],
	]);
	for (let l = 0; l < layers; l++) {
		for (const norm of ['ln_1', 'ln_2']) expected.set(`h.${l}.${norm}.weight`, [D]).set(`h.${l}.${norm}.bias`, [D]);
		const linears: [string, number, number][] = [
			['attn.c_attn', D, 3 * D],
			['attn.c_proj', D, D],
			['mlp.c_fc', D, 4 * D],
			['mlp.c_proj', 4 * D, D],
		];
		for (const [name, inputs, outputs] of linears)
			expected.set(`h.${l}.${name}.weight`, [inputs, outputs]).set(`h.${l}.${name}.bias`, [outputs]);
	}

	let parameters = 0;
	for (const [name, shape] of expected) {
		const found = weights.shape(namePrefix + name);
		if (!found || found.join() !== shape.join()) {
			throw new EngineError(
				'bad-model',
				`model.safetensors should have ${namePrefix}${name} of shape [${shape}], but ${found ? `it is [${found}]` : 'it is missing'}. Get the file again.`,
			);
		}

		parameters += shape.reduce((product, n) => product * n, 1);
	}

	return parameters;
}
