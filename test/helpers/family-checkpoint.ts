import {declareModel} from '../../src/engine/open-model.ts';
import {type CheckpointFiles, encode, gaussians, json, safetensors, tokenizerFiles} from './checkpoint.ts';

/**
 * A checkpoint of random weights of any family.
 * @param config a `config.json`.
 * @param options.tokens of its tokenizer; the other rows of the embedding fill it up.
 */
export function makeFamilyCheckpoint(
	config: {vocab_size: number; [name: string]: unknown},
	{tokens = config.vocab_size, seed = 1, dtype = 'F32'}: {tokens?: number; seed?: number; dtype?: 'F32' | 'BF16'} = {},
): CheckpointFiles {
	const valuesOf = (name: string, shape: readonly number[]) => {
		const values = gaussians(
			shape.reduce((product, n) => product * n, 1),
			`${seed} ${name}`,
			// Sums of a layer are of the size of what it reads.
			shape.length === 2 ? 1 / Math.sqrt(shape[1]) : 0.2,
		);
		if (/norm\.weight$/.test(name) && !isOnePlus(config)) for (const i of values.keys()) values[i] += 1;
		return values;
	};
	const tensors = declareModel(config).program.tensors.map(({name, shape}) => ({
		name,
		dtype,
		shape,
		data: () => encode(valuesOf(name, shape), dtype),
	}));
	return {
		'config.json': json(config),
		...tokenizerFiles(tokens, false, false),
		'model.safetensors': safetensors(tensors),
	};
}

const isOnePlus = (config: Record<string, unknown>) => config.model_type === 'gemma3_text';
