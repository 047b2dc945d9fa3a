import {WEIGHTS} from '../../engine/checkpoint/model-files.ts';
import {readShardIndex} from '../../engine/checkpoint/shard-index.ts';
import {storedLayout} from '../../engine/checkpoint/stored-weights.ts';
import {EngineError} from '../../engine/errors/engine-error.ts';
import {type Refusal, refuse} from '../../engine/errors/refusal.ts';
import {readOnnxConfig} from '../../engine/families/onnx/config.ts';
import type {ModelConfig} from '../../engine/model/causal-lm.ts';
import {type Declaration, parametersOf} from '../../engine/model/family.ts';
import {declareModel, hasKernels, KNOWN_TYPES} from '../../engine/open-model.ts';
import {ONNX_EXPORTS} from '../../engine/open-onnx-model.ts';
import {filesIn, ggufOf} from './gguf-parts.ts';
import {exportMemoryOf, memoryOf} from './memory.ts';
import {size} from './size.ts';

/** Which files of a repository or a folder make a checkpoint. Of all that there are, these names alone are ever kept. */

const TOKENIZERS = [['tokenizer.json'], ['vocab.json', 'merges.txt']];
const OPTIONAL = ['tokenizer_config.json', 'generation_config.json', 'chat_template.jinja'];
const CARD = 'README.md';
/** Bytes of a file that is read whole; a longer card is left out. */
const MAX_SMALL_BYTES = 100e6;

/** A file in which an ONNX export keeps its weights: `model.onnx_data`, `model.onnx_data_1`. */
const isDataOf = (exported: string, path: string) =>
	path.startsWith(`${exported}_data`) && /^(?:_\d{1,4})?$/.test(path.slice(`${exported}_data`.length));

export interface CheckpointParts {
	/** Kept as they are, but for the tokens, which are kept in lists. */
	small: string[];
	/** `model.safetensors`, or else `pytorch_model.bin`, or the shards of one, which are quantised; an ONNX export and its data, which are kept as they are. */
	weights: string[];
	/** The tensors that the index of the shards names; undefined where the weights are in one file. */
	tensors: readonly string[] | undefined;
	/** Small files that are in no repository or folder: a GGUF file's head says what they would. */
	made: ReadonlyMap<string, Uint8Array>;
	/** null for an ONNX export. */
	declaration: Declaration | null;
	shape: ModelConfig;
}

/**
 * Choose the files of a checkpoint.
 * @param subject its name in messages.
 * @param sizes the files there are, with their bytes.
 * @param json a small file's value.
 * @param part bytes of a file.
 * @throws EngineError `bad-model` saying what is missing, or what the files are instead.
 */
export async function partsOf(
	subject: string,
	sizes: ReadonlyMap<string, number>,
	json: (path: string) => Promise<unknown>,
	part: (path: string, at: number, count: number) => Promise<Uint8Array>,
): Promise<CheckpointParts> {
	const has = (path: string) => sizes.has(path);
	const gguf = hasOther(has) ? null : ggufOf(sizes.keys());
	if (gguf !== null) {
		const {described, made} = await filesIn(gguf, sizes.get(gguf)!, (at, count) => part(gguf, at, count));
		const declaration = declareModel(described.config);
		const small = [...made.keys(), ...cardOf(sizes)];
		return {small, weights: [gguf], tensors: undefined, made, declaration, shape: declaration.config};
	}
	if (!has('config.json')) throw badModel(refuse('repository-no-config', {subject}));
	const tokenizer = TOKENIZERS.find(names => names.every(has));
	if (!tokenizer) throw badModel(refuse('repository-no-tokenizer', {subject}));
	const small = ['config.json', ...tokenizer, ...OPTIONAL.filter(has)];
	const form = WEIGHTS.find(({whole, index}) => has(whole) || has(index));
	const index = form && !has(form.whole) ? form.index : null;
	for (const path of index ? [...small, index] : small) {
		const bytes = sizes.get(path)!;
		if (bytes > MAX_SMALL_BYTES)
			throw badModel(refuse('file-too-large', {file: path, bytes: size(bytes), limit: size(MAX_SMALL_BYTES)}));
	}
	small.push(...cardOf(sizes));
	const described = (await json('config.json')) as Record<string, unknown> | null;
	const generation = has('generation_config.json') ? await json('generation_config.json') : null;
	const exported = ONNX_EXPORTS.find(({path}) => has(path));
	if (exported && (!hasKernels(described) || !form)) {
		const shape = readOnnxConfig(described, generation);
		const weights = [...sizes.keys()].filter(path => path === exported.path || isDataOf(exported.path, path));
		return {small, weights, tensors: undefined, made: NONE, declaration: null, shape};
	}

	const declaration = declarationOf(subject, described, generation);
	const declared = {made: NONE, declaration, shape: declaration.config};
	if (!form) {
		const file = WEIGHTS[0].whole;
		const other = [...sizes.keys()].find(path => /\.(?:bin|h5|msgpack|onnx|gguf|ot)$/.test(path));
		throw badModel(
			other
				? refuse('repository-other-weights', {subject, file, other})
				: refuse('repository-no-weights', {subject, file}),
		);
	}

	if (index === null) return {small, weights: [form.whole], tensors: undefined, ...declared};
	const {tensors, files} = readShardIndex(await json(index), index);
	const absent = files.find(file => !has(file));
	if (absent) throw badModel(refuse('repository-no-shard', {subject, file: absent}));
	return {small, weights: files, tensors, ...declared};
}

const NONE: ReadonlyMap<string, Uint8Array> = new Map();

/** Whether there are weights that are opened rather than GGUF. */
const hasOther = (has: (path: string) => boolean) =>
	ONNX_EXPORTS.some(({path}) => has(path)) || WEIGHTS.some(({whole, index}) => has(whole) || has(index));

const cardOf = (sizes: ReadonlyMap<string, number>) => ((sizes.get(CARD) ?? Infinity) <= MAX_SMALL_BYTES ? [CARD] : []);

/** The storage and memory that a model takes, from its description alone. `parameters` is null where that does not say. */
export function needsOf(parts: CheckpointParts, sizes: ReadonlyMap<string, number>) {
	const {declaration, shape, weights, small, made} = parts;
	const sizeOf = (path: string) => made.get(path)?.byteLength ?? sizes.get(path)!;
	const sum = (paths: readonly string[]) => paths.reduce((total, path) => total + sizeOf(path), 0);
	const weightBytes = declaration ? storedLayout(declaration.program.tensors).size : sum(weights);
	return {
		stored: weightBytes + sum(small),
		memory: declaration ? memoryOf(shape, weightBytes) : exportMemoryOf(shape, weightBytes),
		parameters: declaration ? parametersOf(declaration) : null,
		vocabSize: shape.vocabSize,
		contextLength: shape.contextLength,
	};
}

const badModel = (why: Refusal) => new EngineError('bad-model', why);

/** What our kernels run. @throws EngineError `bad-model` for any other model, naming what it is. */
function declarationOf(subject: string, json: unknown, generation: unknown): Declaration {
	if (hasKernels(json)) return declareModel(json, generation);
	const {model_type: type, architectures} = (json ?? {}) as Record<string, unknown>;
	const [architecture] = Array.isArray(architectures) ? architectures.map(String) : [];
	const isCausal = /ForCausalLM|LMHeadModel/.test(architecture ?? '');
	const kind = `${JSON.stringify(type ?? 'unknown')}${architecture ? ` (${architecture})` : ''}`;
	throw badModel(
		isCausal ? refuse('not-known', {subject, kind, known: KNOWN_TYPES}) : refuse('not-causal', {subject, kind}),
	);
}
