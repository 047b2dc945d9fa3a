import {refuse} from '../refusals/refusal.ts';
import {byteReader} from './checkpoint/byte-reader.ts';
import {floatWeights, tensorsOf} from './checkpoint/float-weights.ts';
import {type ModelDescription, type ModelFiles, type ReadFile, readingModelFiles} from './checkpoint/model-files.ts';
import {CheckpointQuantizer} from './checkpoint/quantize-checkpoint.ts';
import {openSafetensors, type Safetensors} from './checkpoint/safetensors.ts';
import {isStored, storedWeights, type WeightSource} from './checkpoint/stored-weights.ts';
import {EngineError} from './errors.ts';
import {type Gpt2Config, readGpt2Config} from './families/gpt2/config.ts';
import {buildGpt2Graph, type Dtype} from './families/gpt2/graph.ts';
import {matchTensors, parametersOf} from './families/gpt2/tensors.ts';
import type {CausalLM} from './model/causal-lm.ts';
import {createSession, type RuntimeOptions} from './model/ort-session.ts';
import {Gpt2} from './model/shared-prefix-model.ts';
import {Tokenizer} from './tokenizer/tokenizer.ts';

/** A model that has been opened; `lm.dispose()` gives its memory back. */
export interface OpenModel {
	lm: CausalLM;
	tokenizer: Tokenizer;
	/** How its weights are kept: `int8` and `fp32` by our graph, `q8`, `fp16` and so on by an ONNX export. */
	dtype: string;
	/** Parameters of the checkpoint, a tied LM head counted once; null where an ONNX export does not tell. */
	parameters: number | null;
	/** Bytes the weights take in the runtime's memory. */
	weightBytes: number;
}

/** A GPT-2 on the shared-prefix graph. */
export interface OpenGpt2 extends OpenModel {
	lm: Gpt2;
	dtype: Dtype;
	parameters: number;
}

/** How to open a checkpoint. */
export interface OpenOptions extends RuntimeOptions {
	dtype?: Dtype;
	/** Load only the first blocks, under the same head: an early exit, which can draft for the whole model. */
	layers?: number;
	/** Build the graph that shows its blocks at work, for `inspect/inspector.ts`; it is slower. */
	inspect?: boolean;
	/** The files are those of the build, which the tests open and check: its tokens and numbers are not checked again. */
	trusted?: boolean;
	/** Parameters read and quantised so far, of all. */
	onProgress?(done: number, total: number): void;
}

/**
 * Open a checkpoint: check it, quantise it unless it is stored so, load its graph.
 * @throws EngineError `bad-model`, naming what is wrong with which file.
 */
export const openModel = async (files: ModelFiles, options: OpenOptions = {}): Promise<OpenGpt2> =>
	openDescribed(describe(files, options), files.weights, options);

/**
 * Open a checkpoint where its files are. Its tokenizer is made while the weights are still on their way.
 * @throws EngineError as `readModelFiles` and `openModel` do.
 */
export async function readAndOpenModel(read: ReadFile, options: OpenOptions = {}): Promise<OpenGpt2> {
	const [described, weights] = await readingModelFiles(read, async description => describe(description, options));
	return openDescribed(described, weights, options);
}

interface Described {
	config: Gpt2Config;
	tokenizer: Tokenizer;
}

/** Everything but the weights. */
function describe(files: ModelDescription, options: OpenOptions): Described {
	const config = readGpt2Config(files.config, files.generationConfig);
	const tokenizer = new Tokenizer(files.tokenizer, files.tokenizerConfig, options);
	checkVocabulary(tokenizer, config);
	return {config, tokenizer};
}

async function openDescribed(
	{config: whole, tokenizer}: Described,
	files: ModelFiles['weights'],
	options: OpenOptions,
): Promise<OpenGpt2> {
	const config = {...whole, layers: Math.min(options.layers ?? whole.layers, whole.layers)};
	const dtype = options.dtype ?? 'int8';
	const weights = await weightsOf(files, whole, dtype, options.onProgress);
	const model = buildGpt2Graph(config, weights, {inspect: options.inspect});
	const weightBytes = model.weights.reduce((sum, weight) => sum + weight.data.byteLength, 0);
	const lm = new Gpt2(config, await createSession(model, options));
	if (!options.inspect && !options.trusted) {
		await checkLogits(lm).catch(async error => {
			await lm.dispose();
			throw error;
		});
	}
	options.onProgress?.(1, 1);
	return {lm, tokenizer, dtype, parameters: parametersOf(config), weightBytes};
}

/** @throws EngineError `bad-model` where the tokenizer has not one token for each of the model's classes. */
export function checkVocabulary(tokenizer: Tokenizer, {vocabSize}: {vocabSize: number}): void {
	if (tokenizer.size !== vocabSize) {
		throw new EngineError('bad-model', refuse('tokenizer-size', {tokens: tokenizer.size, classes: vocabSize}));
	}
}

async function weightsOf(
	weights: ModelFiles['weights'],
	config: Gpt2Config,
	dtype: Dtype,
	onProgress: OpenOptions['onProgress'] = () => {},
): Promise<WeightSource> {
	const parts = weights instanceof Uint8Array ? [weights] : weights;
	const files = parts.map(part => openSafetensors(part));
	if (files.length === 1 && isStored(files[0])) {
		if (dtype === 'int8') return storedWeights(files[0], config);
		throw new EngineError('bad-model', refuse('int8-only'));
	}

	return dtype === 'fp32' ? floatWeights(files, config) : quantizedWeights(parts, files, config, onProgress);
}

/** The stored form, made in memory. */
async function quantizedWeights(
	parts: readonly Uint8Array[],
	files: readonly Safetensors[],
	config: Gpt2Config,
	onProgress: (done: number, total: number) => void,
): Promise<WeightSource> {
	// Checked before memory is taken for what the config promises.
	matchTensors(config, tensorsOf(files));
	let stored = new Uint8Array(0);
	const quantizer = new CheckpointQuantizer(config, {write: (bytes, at) => stored.set(bytes, at)});
	stored = new Uint8Array(quantizer.layout.size);
	await quantizer.begin();
	const total = parts.reduce((sum, part) => sum + part.byteLength, 0);
	let before = 0;
	for (const part of parts) {
		const reader = byteReader(once(part));
		const onBlock = (position: number) => onProgress(before + position, total);
		await quantizer.file(
			{name: 'model.safetensors', size: part.byteLength, reader},
			files.flatMap(({names}) => names),
			{onBlock},
		);
		before += part.byteLength;
	}

	return storedWeights(openSafetensors(stored), config);
}

async function* once(bytes: Uint8Array) {
	yield bytes;
}

/** Finite weights can still be too large to compute with. @throws EngineError `bad-model`. */
async function checkLogits(lm: Gpt2): Promise<void> {
	const {logits} = await lm.prefill([lm.config.bosTokenId ?? 0]);
	if (!logits.every(Number.isFinite)) throw new EngineError('bad-model', refuse('logits-overflow'));
}
