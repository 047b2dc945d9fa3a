import {readShardIndex} from '../engine/checkpoint/quantize-checkpoint.ts';
import {EngineError} from '../engine/errors.ts';
import {type Gpt2Config, readGpt2Config} from '../engine/families/gpt2/config.ts';

/** Which files of a repository or a folder make a checkpoint. */

export const INDEX = 'model.safetensors.index.json';
const WEIGHTS = 'model.safetensors';
const TOKENIZERS = [['tokenizer.json'], ['vocab.json', 'merges.txt']];
const OPTIONAL = ['tokenizer_config.json', 'generation_config.json', 'README.md'];

export interface CheckpointParts {
	/** Kept as they are. */
	small: string[];
	/** Quantised: `model.safetensors` or its shards. */
	weights: string[];
	/** The tensors that the index of the shards names; undefined where there are none. */
	tensors: readonly string[] | undefined;
	config: Gpt2Config;
}

/**
 * Choose the files of a checkpoint.
 * @param subject what it is called, for messages.
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
	if (!has('config.json')) throw missing(subject, 'config.json', 'it holds no model for transformers');
	const config = readConfig(subject, await json('config.json'));
	const tokenizer = TOKENIZERS.find(names => names.every(has));
	if (!tokenizer) throw missing(subject, 'tokenizer.json', 'nor vocab.json with merges.txt');
	const small = ['config.json', ...tokenizer, ...OPTIONAL.filter(has)];
	if (has(WEIGHTS)) return {small, weights: [WEIGHTS], tensors: undefined, config};
	if (!has(INDEX)) {
		const other = paths.find(path => /\.(?:bin|h5|msgpack|onnx|gguf|ot)$/.test(path));
		throw missing(subject, WEIGHTS, other ? `its weights come as ${other}, which is not opened` : 'it has no weights');
	}

	const {tensors, files} = readShardIndex(await json(INDEX));
	const absent = files.find(file => !has(file));
	if (absent) throw missing(subject, absent, 'which its index names');
	return {small, weights: files, tensors, config};
}

const missing = (subject: string, file: string, why: string) =>
	new EngineError('bad-model', `${subject} has no ${file}: ${why}. Choose another one.`);

/** Says what a model is that is no GPT-2. */
function readConfig(subject: string, json: unknown): Gpt2Config {
	const {model_type: type, architectures} = (json ?? {}) as Record<string, unknown>;
	if (type !== 'gpt2') {
		const [architecture] = Array.isArray(architectures) ? architectures.map(String) : [];
		const isCausal = /ForCausalLM|LMHeadModel/.test(architecture ?? '');
		const what = `a model of the kind ${JSON.stringify(type ?? 'unknown')}${architecture ? ` (${architecture})` : ''}`;
		throw new EngineError(
			'bad-model',
			isCausal
				? `${subject} is ${what}. Original weights are opened of GPT-2 alone; choose a GPT-2.`
				: `${subject} is ${what}, which does not predict next tokens. Choose a causal language model: a GPT-2.`,
		);
	}

	return readGpt2Config(json);
}
