import {refuse} from '../../../refusals/refusal.ts';
import {EngineError} from '../../errors.ts';
import type {Gpt2Config} from './config.ts';

/** Which tensors a GPT-2 checkpoint has, in the names of Hugging Face's GPT2LMHeadModel. */

/**
 * `matrix`: [inputs, outputs], as Conv1D stores it. `rotated`: a matrix that reads a layer norm; its int8 form is turned
 * (`onnx/rotation.ts`). `classes`: [classes, width], the embedding or the LM head. `float`: everything that stays float32
 * (positions, layer norms, biases).
 */
export interface Gpt2Tensor {
	name: string;
	kind: 'matrix' | 'rotated' | 'classes' | 'float';
	shape: readonly number[];
}

/** Every tensor the graph reads, one after the other: a config that promises a billion blocks costs nothing. */
export function* gpt2Tensors(config: Gpt2Config): Generator<Gpt2Tensor> {
	const {hiddenSize: D, layers, vocabSize: V, contextLength: C} = config;
	const float = (name: string, ...shape: number[]): Gpt2Tensor => ({name, kind: 'float', shape});
	yield {name: 'wte.weight', kind: 'classes', shape: [V, D]};
	if (!config.tiedHead) yield {name: 'lm_head.weight', kind: 'classes', shape: [V, D]};
	yield float('wpe.weight', C, D);
	for (let l = 0; l < layers; l++) {
		for (const norm of ['ln_1', 'ln_2']) {
			yield float(`h.${l}.${norm}.weight`, D);
			yield float(`h.${l}.${norm}.bias`, D);
		}
		const linears: [string, Gpt2Tensor['kind'], number, number][] = [
			['attn.c_attn', 'rotated', D, 3 * D],
			['attn.c_proj', 'matrix', D, D],
			['mlp.c_fc', 'rotated', D, 4 * D],
			['mlp.c_proj', 'matrix', 4 * D, D],
		];
		for (const [name, kind, inputs, outputs] of linears) {
			yield {name: `h.${l}.${name}.weight`, kind, shape: [inputs, outputs]};
			yield float(`h.${l}.${name}.bias`, outputs);
		}
	}
	yield float('ln_f.weight', D);
	yield float('ln_f.bias', D);
}

/** Our name for a checkpoint's tensor: its own without the prefix `transformer.` of GPT2LMHeadModel. */
export const gpt2Name = (name: string): string => name.replace(/^transformer\./, '');

/** Whether the graph can do without it. Exports carry the causal mask and, where the head is tied, the embedding again. */
const isSpare = (name: string, {tiedHead, layers}: Gpt2Config): boolean => {
	const mask = /^h\.(\d+)\.attn\.(?:bias|masked_bias)$/.exec(name);
	return mask ? Number(mask[1]) < layers : tiedHead && name === 'lm_head.weight';
};

/**
 * The tensors of a checkpoint that the graph reads, by their names in the file.
 * @param found name and shape (null where it is not known yet) of everything the files hold.
 * @throws EngineError `bad-model` naming a tensor that is missing, of another shape, or no GPT-2's.
 */
export function matchTensors(
	config: Gpt2Config,
	found: Iterable<{name: string; shape: readonly number[] | null}>,
): Map<string, Gpt2Tensor> {
	const files = new Map<string, {name: string; shape: readonly number[] | null}>();
	for (const tensor of found) {
		const name = gpt2Name(tensor.name);
		if (files.has(name)) throw new EngineError('bad-model', refuse('tensor-twice', {tensor: name}));
		files.set(name, tensor);
	}

	const matched = new Map<string, Gpt2Tensor>();
	for (const tensor of gpt2Tensors(config)) {
		const inFile = files.get(tensor.name);
		if (!inFile || (inFile.shape && inFile.shape.join() !== tensor.shape.join())) {
			throw new EngineError(
				'bad-model',
				inFile
					? refuse('tensor-shape', {tensor: tensor.name, shape: String(tensor.shape), found: String(inFile.shape)})
					: refuse('tensor-missing', {tensor: tensor.name, shape: String(tensor.shape)}),
			);
		}

		matched.set(inFile.name, tensor);
		files.delete(tensor.name);
	}

	for (const [name, tensor] of files) {
		if (!isSpare(name, config)) {
			throw new EngineError('bad-model', refuse('tensor-unknown', {tensor: tensor.name, layers: config.layers}));
		}
	}

	return matched;
}

/** How many parameters a config promises; a tied head counts once. */
export function parametersOf(config: Gpt2Config): number {
	let parameters = 0;
	for (const {shape} of gpt2Tensors(config)) parameters += shape.reduce((product, n) => product * n, 1);
	return parameters;
}
