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

/** Which files of a repository or a folder make a checkpoint. */

export const INDEX = 'model.safetensors.index.json';
const WEIGHTS = 'model.safetensors';
const TOKENIZERS = [['tokenizer.json'], ['vocab.json', 'merges.txt']];
const OPTIONAL = ['tokenizer_config.json', 'generation_config.json', 'README.md'];

export interface CheckpointParts {
	/** Kept as they are. */
	small: string[];
	/** `model.safetensors` or its shards, which are quantised; an ONNX export and its data, which are kept as they are. */
	weights: string[];
	/** The tensors that the index of the shards names; undefined where there are none. */
	tensors: readonly string[] | undefined;
	/** null for an ONNX export. */
	gpt2: Gpt2Config | null;
	shape: ModelConfig;
}

/**
 * Choose the files of a checkpoint.
 * @param subject its name in messages.
 * @param paths the files there are.
 * @param json a small file's value.
 * @throws EngineError `bad-model` saying what is missing, or what the files are instead.
 */
export async function partsOf(
	subject: string,
	paths: readonly string[],
	json: (path: string) => Promise<unknown>,
): Promise<CheckpointParts> {
	const has = (path: string) => paths.includes(path);
	if (!has('config.json')) throw badModel(refuse('repository-no-config', {subject}));
	const described = (await json('config.json')) as Record<string, unknown> | null;
	const generation = has('generation_config.json') ? await json('generation_config.json') : null;
	const tokenizer = TOKENIZERS.find(names => names.every(has));
	if (!tokenizer) throw badModel(refuse('repository-no-tokenizer', {subject}));
	const small = ['config.json', ...tokenizer, ...OPTIONAL.filter(has)];
	const hasWeights = has(WEIGHTS) || has(INDEX);
	const exported = ONNX_EXPORTS.find(({path}) => has(path));
	if (exported && (described?.model_type !== 'gpt2' || !hasWeights)) {
		const shape = readOnnxConfig(described, generation);
		const weights = paths.filter(path => path === exported.path || path.startsWith(`${exported.path}_data`));
		return {small, weights, tensors: undefined, gpt2: null, shape};
	}

	const config = readConfig(subject, described, generation);
	const gpt2 = {gpt2: config, shape: config};
	if (has(WEIGHTS)) return {small, weights: [WEIGHTS], tensors: undefined, ...gpt2};
	if (!has(INDEX)) {
		const other = paths.find(path => /\.(?:bin|h5|msgpack|onnx|gguf|ot)$/.test(path));
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
export function needsOf(parts: CheckpointParts, sizeOf: (path: string) => number) {
	const {gpt2, shape, weights, small} = parts;
	const sum = (paths: readonly string[]) => paths.reduce((total, path) => total + sizeOf(path), 0);
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
