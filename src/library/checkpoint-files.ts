import {readShardIndex} from '../engine/checkpoint/quantize-checkpoint.ts';
import {storedLayout} from '../engine/checkpoint/stored-weights.ts';
import {EngineError} from '../engine/errors.ts';
import {type Gpt2Config, readGpt2Config} from '../engine/families/gpt2/config.ts';
import {parametersOf} from '../engine/families/gpt2/tensors.ts';
import {readOnnxConfig} from '../engine/families/onnx/config.ts';
import {ONNX_EXPORTS} from '../engine/families/onnx/open-onnx-model.ts';
import type {ModelConfig} from '../engine/model/causal-lm.ts';
import {type Refusal, refuse} from '../refusals/refusal.ts';
import {memoryOf} from './memory.ts';
import {size} from './size.ts';

/** Which files of a repository or a folder make a checkpoint. Of all that there are, these names alone are ever kept. */

const INDEX = 'model.safetensors.index.json';
const WEIGHTS = 'model.safetensors';
const TOKENIZERS = [['tokenizer.json'], ['vocab.json', 'merges.txt']];
const OPTIONAL = ['tokenizer_config.json', 'generation_config.json', 'chat_template.jinja'];
const CARD = 'README.md';
/** Bytes of a file that is read whole; a longer card is left out. */
const MAX_SMALL_BYTES = 100e6;

/** A file in which an ONNX export keeps its weights: `model.onnx_data`, `model.onnx_data_1`. */
const isDataOf = (exported: string, path: string) =>
	path.startsWith(`${exported}_data`) && /^(?:_\d{1,4})?$/.test(path.slice(`${exported}_data`.length));

export interface CheckpointParts {
	/** Kept as they are. */
	small: string[];
	/** `model.safetensors` or its shards, which are quantised; an ONNX export and its data, which are kept as they are. */
	weights: string[];
	/** The tensors that the index of the shards names; undefined where the weights are in one file. */
	tensors: readonly string[] | undefined;
	/** null for an ONNX export. */
	gpt2: Gpt2Config | null;
	shape: ModelConfig;
}

/**
 * Choose the files of a checkpoint.
 * @param subject its name in messages.
 * @param sizes the files there are, with their bytes.
 * @param json a small file's value.
 * @throws EngineError `bad-model` saying what is missing, or what the files are instead.
 */
export async function partsOf(
	subject: string,
	sizes: ReadonlyMap<string, number>,
	json: (path: string) => Promise<unknown>,
): Promise<CheckpointParts> {
	const has = (path: string) => sizes.has(path);
	if (!has('config.json')) throw badModel(refuse('repository-no-config', {subject}));
	const tokenizer = TOKENIZERS.find(names => names.every(has));
	if (!tokenizer) throw badModel(refuse('repository-no-tokenizer', {subject}));
	const small = ['config.json', ...tokenizer, ...OPTIONAL.filter(has)];
	for (const path of has(INDEX) ? [...small, INDEX] : small) {
		const bytes = sizes.get(path)!;
		if (bytes > MAX_SMALL_BYTES)
			throw badModel(refuse('file-too-large', {file: path, bytes: size(bytes), limit: size(MAX_SMALL_BYTES)}));
	}
	if (has(CARD) && sizes.get(CARD)! <= MAX_SMALL_BYTES) small.push(CARD);
	const described = (await json('config.json')) as Record<string, unknown> | null;
	const generation = has('generation_config.json') ? await json('generation_config.json') : null;
	const hasWeights = has(WEIGHTS) || has(INDEX);
	const exported = ONNX_EXPORTS.find(({path}) => has(path));
	if (exported && (described?.model_type !== 'gpt2' || !hasWeights)) {
		const shape = readOnnxConfig(described, generation);
		const weights = [...sizes.keys()].filter(path => path === exported.path || isDataOf(exported.path, path));
		return {small, weights, tensors: undefined, gpt2: null, shape};
	}

	const config = readConfig(subject, described, generation);
	const gpt2 = {gpt2: config, shape: config};
	if (has(WEIGHTS)) return {small, weights: [WEIGHTS], tensors: undefined, ...gpt2};
	if (!has(INDEX)) {
		const other = [...sizes.keys()].find(path => /\.(?:bin|h5|msgpack|onnx|gguf|ot)$/.test(path));
		throw badModel(
			other
				? refuse('repository-other-weights', {subject, file: WEIGHTS, other})
				: refuse('repository-no-weights', {subject, file: WEIGHTS}),
		);
	}

	const {tensors, files} = readShardIndex(await json(INDEX));
	const absent = files.find(file => !has(file));
	if (absent) throw badModel(refuse('repository-no-shard', {subject, file: absent}));
	return {small, weights: files, tensors, ...gpt2};
}

/** The storage and memory that a model takes, from its description alone. `parameters` is null where that does not say. */
export function needsOf(parts: CheckpointParts, sizes: ReadonlyMap<string, number>) {
	const {gpt2, shape, weights, small} = parts;
	const sum = (paths: readonly string[]) => paths.reduce((total, path) => total + sizes.get(path)!, 0);
	const weightBytes = gpt2 ? storedLayout(gpt2).size : sum(weights);
	return {
		stored: weightBytes + sum(small),
		// The second engine is handed a copy of the file, and makes another copy.
		memory: memoryOf(shape, {weightBytes, copies: gpt2 ? 2 : 3}),
		parameters: gpt2 ? parametersOf(gpt2) : null,
		vocabSize: shape.vocabSize,
		contextLength: shape.contextLength,
	};
}

const badModel = (why: Refusal) => new EngineError('bad-model', why);

/** The error for a model that is no GPT-2, which names what it is. */
function readConfig(subject: string, json: unknown, generation: unknown): Gpt2Config {
	const {model_type: type, architectures} = (json ?? {}) as Record<string, unknown>;
	if (type !== 'gpt2') {
		const [architecture] = Array.isArray(architectures) ? architectures.map(String) : [];
		const isCausal = /ForCausalLM|LMHeadModel/.test(architecture ?? '');
		const what = `${JSON.stringify(type ?? 'unknown')}${architecture ? ` (${architecture})` : ''}`;
		throw new EngineError(
			'bad-model',
			isCausal ? refuse('not-gpt2', {subject, kind: what}) : refuse('not-causal', {subject, kind: what}),
		);
	}

	return readGpt2Config(json, generation);
}
