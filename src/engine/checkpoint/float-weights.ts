import type {Gpt2Config} from '../families/gpt2/config.ts';
import {matchTensors} from '../families/gpt2/tensors.ts';
import {transpose} from '../onnx/quantize.ts';
import type {Safetensors} from './safetensors.ts';
import {checkFinite, type WeightSource} from './stored-weights.ts';

/** A checkpoint's own numbers, unquantised. @throws EngineError `bad-model` where they are not those of the config. */
export function floatWeights(files: readonly Safetensors[], config: Gpt2Config): WeightSource {
	const places = new Map<string, {file: Safetensors; name: string}>();
	const matched = matchTensors(config, tensorsOf(files));
	for (const file of files) {
		for (const name of file.names) {
			const tensor = matched.get(name);
			if (tensor) places.set(tensor.name, {file, name});
		}
	}

	const float = (name: string) => {
		const place = places.get(name)!;
		const values = place.file.read(place.name);
		checkFinite(values, name);
		return values;
	};
	const isClasses = (name: string) => name === 'wte.weight' || name === 'lm_head.weight';
	return {
		float,
		matrix: name => (isClasses(name) ? transpose(float(name), config.vocabSize, config.hiddenSize) : float(name)),
	};
}

/** Every tensor of a checkpoint's files. */
export const tensorsOf = (files: readonly Safetensors[]) =>
	files.flatMap(file => file.names.map(name => ({name, shape: file.shape(name) ?? null})));
