import {checkWeights} from './checkpoint/load-weights.ts';
import {
	type ModelFiles,
	type ModelShape,
	type ModelWords,
	type ReadFile,
	readingModelFiles,
} from './checkpoint/model-files.ts';
import type {OpenWeights} from './checkpoint/weights-file.ts';
import {EngineError} from './errors/engine-error.ts';
import {refuse} from './errors/refusal.ts';
import {gemma3} from './families/gemma3.ts';
import {gptNeo} from './families/gpt-neo.ts';
import {gptNeox} from './families/gpt-neox.ts';
import {gpt2} from './families/gpt2.ts';
import {llama} from './families/llama.ts';
import {opt} from './families/opt.ts';
import {buildFor, type KernelHost} from './kernels/host.ts';
import {allInOrder} from './math/all-in-order.ts';
import type {CausalLM, ModelConfig} from './model/causal-lm.ts';
import {type Declaration, declare, type Family, parametersOf} from './model/family.ts';
import {KernelModel} from './model/kernel-model.ts';
import type {Precision} from './model/precision.ts';
import {Tokenizer} from './tokenizer/tokenizer.ts';

/** Every family whose forward pass is written for the kernels. */
const FAMILIES: readonly Family[] = [gpt2, llama, gptNeox, gemma3, gptNeo, opt] as Family<never>[];

/** Values of `model_type` that our kernels can run. */
export const KNOWN_TYPES: readonly string[] = FAMILIES.flatMap(({types}) => types);

/** A model that has been opened; `lm.dispose()` gives its memory back. */
export interface OpenModel {
	lm: CausalLM;
	/** The model itself, where it runs on our kernels: its blocks can be looked at, and run alone. Null for an ONNX export. */
	kernels: KernelModel | null;
	tokenizer: Tokenizer;
	/** How its weights are kept: `int8` and `fp32` for our kernels, `q8`, `fp16` and so on in an ONNX export. */
	dtype: string;
	/** Parameters of the checkpoint, a tied LM head counted once; null where an ONNX export does not tell. */
	parameters: number | null;
	/** Bytes the weights take in memory. */
	weightBytes: number;
}

/** A model on our kernels. */
export interface OpenKernelModel extends OpenModel {
	lm: KernelModel;
	kernels: KernelModel;
	dtype: Precision;
	parameters: number;
}

/** Where models run. */
export interface Runtime {
	/** Our kernels and their threads. */
	host: KernelHost;
	/** Where ONNX Runtime's WebAssembly is, a URL that ends in `/`. In Node: beside the package's own module. */
	wasmPaths?: string;
}

/** How to open a checkpoint. */
export interface OpenOptions extends Runtime {
	dtype?: Precision;
	/** Compute the first blocks alone, under the same head: an early exit. */
	layers?: number;
	/** The files are those of the build, which the tests open and check: its tokens and numbers are not checked again. */
	trusted?: boolean;
	/** Bytes of the weights that have been read, of all. */
	onProgress?(done: number, total: number): void;
}

/** Whether a model's `config.json` is one that our kernels can run. */
export const hasKernels = (config: unknown): boolean => familyOf(config) !== undefined;

/**
 * What a model is, from its `config.json` alone.
 * @param generation contents of `generation_config.json`; null without it.
 * @throws EngineError `bad-model` naming the field and its value.
 */
export function declareModel(config: unknown, generation: unknown = null, layers?: number): Declaration {
	const family = familyOf(config);
	if (!family) {
		const type = `${JSON.stringify(typeOf(config))}`;
		throw new EngineError('bad-model', refuse('config-type', {type, known: KNOWN_TYPES}));
	}

	return declare(family, family.readConfig(config, generation), layers);
}

/**
 * Open a checkpoint: check it, and read its weights into their place, packed on the way where they are not stored so.
 * @throws EngineError `bad-model`, naming what is wrong with which file; `out-of-memory`.
 */
export const openModel = async (files: ModelFiles, options: OpenOptions): Promise<OpenKernelModel> =>
	openFrom({...declared(files), weights: files.weights, words: async () => files}, options);

/**
 * Open a checkpoint where its files are. Its weights arrive while its tokens are read.
 * @throws EngineError as `readModelFiles` and `openModel` do.
 */
export async function readAndOpenModel(
	read: ReadFile,
	options: OpenOptions,
	open?: OpenWeights,
): Promise<OpenKernelModel> {
	// It is compiled while files are read; where that fails, it is said when it is needed.
	options.host.compiled(buildFor(options.host)).catch(() => {});
	const {shape, words, weights} = readingModelFiles(read, open);
	const [model, found] = await allInOrder([shape.then(declared), weights]);
	return openFrom({...model, weights: found, words: async () => (await words)()}, options);
}

/** Rows that fill an embedding up to a round number are fewer than one in so many: Qwen and Pythia have some. */
const FILLING = 64;

/** @throws EngineError `bad-model` where the tokenizer has tokens that the model has no class for, or far fewer than it has classes. */
export function checkVocabulary({size}: Tokenizer, {vocabSize}: Pick<ModelConfig, 'vocabSize'>): void {
	if (size <= vocabSize && (vocabSize - size) * FILLING < vocabSize) return;
	throw new EngineError('bad-model', refuse('tokenizer-size', {tokens: size, classes: vocabSize}));
}

const typeOf = (config: unknown) => (config as {model_type?: unknown} | null)?.model_type;

const familyOf = (config: unknown) => FAMILIES.find(({types}) => types.includes(String(typeOf(config))));

/** What a model is opened from; its tokens are parsed when threads have been started and its weights are on their way. */
interface Source {
	files: ModelShape;
	whole: Declaration;
	weights: ModelFiles['weights'];
	words(): Promise<ModelWords>;
}

const declared = (files: ModelShape): Pick<Source, 'files' | 'whole'> => ({
	files,
	whole: declareModel(files.config, files.generationConfig),
});

async function openFrom(
	{files, whole, weights, words}: Source,
	{dtype = 'int8', onProgress = () => {}, ...options}: OpenOptions,
): Promise<OpenKernelModel> {
	const checked = await checkWeights(weights, whole, dtype);
	const declaration = options.layers ? declareModel(files.config, files.generationConfig, options.layers) : whole;
	const lm = await KernelModel.open(declaration, checked.layout, options.host);
	try {
		const loading = checked.load(lm.machine.weightBytes(), onProgress);
		const making = words().then(found => tokenizerOf(found, declaration.config, options));
		const [tokenizer] = await allInOrder([making, loading]);
		lm.setClasses(tokenizer.size);
		if (!options.trusted) await checkLogits(lm);
		onProgress(1, 1);
		const {size: weightBytes} = checked.layout;
		return {lm, kernels: lm, tokenizer, dtype, parameters: parametersOf(declaration), weightBytes};
	} catch (error) {
		await lm.dispose();
		throw error;
	}
}

function tokenizerOf(words: ModelWords, config: ModelConfig, options: Pick<OpenOptions, 'trusted'>): Tokenizer {
	const tokenizer = new Tokenizer(words.tokenizer, words.tokenizerConfig, {...options, classes: config.vocabSize});
	checkVocabulary(tokenizer, config);
	return tokenizer;
}

/** Finite weights can still be too large to compute with. @throws EngineError `bad-model`. */
async function checkLogits(lm: KernelModel): Promise<void> {
	const {logits} = await lm.prefill([lm.config.bosTokenId ?? 0]);
	if (!logits.every(Number.isFinite)) throw new EngineError('bad-model', refuse('logits-overflow'));
}
