import {readJson, readWords} from './checkpoint/model-files.ts';
import {EngineError} from './errors/engine-error.ts';
import {refuse} from './errors/refusal.ts';
import {readOnnxConfig} from './families/onnx/config.ts';
import {OnnxCausalLM} from './families/onnx/onnx-causal-lm.ts';
import type {OnnxOptions} from './families/onnx/runtime.ts';
import {loadCausalLM, type RepositoryFiles} from './families/onnx/transformers.ts';
import type {OpenModel} from './open-model.ts';
import {Tokenizer} from './tokenizer/tokenizer.ts';

/**
 * The exports that can be opened, best first: the name of their file, and what the library calls the way their weights
 * are kept. int8 is a quarter of fp32 and the fastest in WASM; 4-bit forms have no fast kernel there and come last.
 */
export const ONNX_EXPORTS = [
	{path: 'onnx/model_quantized.onnx', dtype: 'q8'},
	{path: 'onnx/model_int8.onnx', dtype: 'int8'},
	{path: 'onnx/model_uint8.onnx', dtype: 'uint8'},
	{path: 'onnx/model.onnx', dtype: 'fp32'},
	{path: 'onnx/model_fp16.onnx', dtype: 'fp16'},
	{path: 'onnx/model_q4.onnx', dtype: 'q4'},
	{path: 'onnx/model_bnb4.onnx', dtype: 'bnb4'},
	{path: 'onnx/model_q4f16.onnx', dtype: 'q4f16'},
] as const;

/**
 * Open a causal language model as the Hub has it in ONNX form, from the files of its repository under their paths there:
 * `config.json`, `tokenizer.json` (or `vocab.json` and `merges.txt`), one of `ONNX_EXPORTS` and the data files beside it;
 * `tokenizer_config.json` and `generation_config.json` may be missing. Nothing is fetched.
 * @throws EngineError `bad-model` saying what is missing or what it is instead; `out-of-memory`.
 */
export async function openOnnxModel(files: RepositoryFiles, options: OnnxOptions = {}): Promise<OpenModel> {
	const found = ONNX_EXPORTS.find(({path}) => files.has(path));
	if (!found) {
		throw new EngineError('bad-model', refuse('onnx-missing', {paths: ONNX_EXPORTS.map(({path}) => path).join(', ')}));
	}

	const read = async (name: string) => files.get(name) ?? null;
	const config = readOnnxConfig(
		await readJson(read, 'config.json'),
		await readJson(read, 'generation_config.json', null),
	);
	const words = await readWords(read);
	const tokenizer = new Tokenizer(words.tokenizer, words.tokenizerConfig, {classes: config.vocabSize});
	if (tokenizer.size > config.vocabSize) {
		throw new EngineError(
			'bad-model',
			refuse('tokenizer-size-export', {tokens: tokenizer.size, classes: config.vocabSize}),
		);
	}

	const loaded = await loadCausalLM(withoutOtherExports(files, found.path), found.dtype, options).catch(error => {
		if (error instanceof EngineError) throw error;
		throw new EngineError('bad-model', refuse('onnx-broken', {file: found.path, detail: (error as Error).message}), {
			cause: error,
		});
	});
	checkCache(loaded.model.sessions, found.path);
	// Classes beyond the tokenizer's are padding: no text has them.
	const {size: vocabSize} = tokenizer;
	const eosTokenIds = config.eosTokenIds.filter(id => id < vocabSize);
	const bosTokenId = config.bosTokenId !== null && config.bosTokenId < vocabSize ? config.bosTokenId : null;
	return {
		lm: new OnnxCausalLM({...config, vocabSize, bosTokenId, eosTokenIds}, loaded),
		kernels: null,
		tokenizer,
		dtype: found.dtype,
		parameters: null,
		weightBytes: [...files].reduce((sum, [path, bytes]) => sum + (path.startsWith('onnx/') ? bytes.byteLength : 0), 0),
	};
}

/** The library is given one export; data files of others are not loaded. */
function withoutOtherExports(files: RepositoryFiles, chosen: string): RepositoryFiles {
	const others = ONNX_EXPORTS.map(({path}) => path).filter(path => path !== chosen);
	return new Map(
		[...files].filter(([path]) => !others.some(other => path === other || path.startsWith(`${other}_data`))),
	);
}

interface Metadata {
	name: string;
	isTensor: boolean;
	shape?: readonly (number | string)[];
}

/** Keys and values must grow along their third axis, [B, H, T, dh]. @throws EngineError `bad-model`. */
function checkCache(sessions: object, path: string): void {
	const {inputMetadata} = (sessions as {model: {inputMetadata: readonly Metadata[]}}).model;
	const past = inputMetadata.filter(({name}) => /^past/.test(name));
	const plain = past.every(
		({name, shape}) =>
			/^past_key_values\.\d+\.(key|value)$/.test(name) && shape?.length === 4 && typeof shape[2] === 'string',
	);
	if (past.length > 0 && plain) return;
	throw new EngineError(
		'bad-model',
		past.length === 0
			? refuse('onnx-no-cache', {file: path})
			: refuse('onnx-other-cache', {
					file: path,
					input: past.find(({name}) => !/^past_key_values\.\d+\.(key|value)$/.test(name))?.name ?? past[0].name,
				}),
	);
}
