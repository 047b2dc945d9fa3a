import {EngineError} from '../errors/engine-error.ts';
import {refuse} from '../errors/refusal.ts';
import type {Tensor} from '../model/declare.ts';
import type {Declaration} from '../model/family.ts';

/** A tensor as a file names it; its shape is null where it is not known yet. */
export interface FoundTensor {
	name: string;
	shape: readonly number[] | null;
}

/**
 * The tensors of a checkpoint that the model reads, by their names in the file.
 * @param found everything that the files hold.
 * @throws EngineError `bad-model` naming a tensor that is missing, of another shape, or not the model's.
 */
export function matchTensors(declaration: Declaration, found: Iterable<FoundTensor>): Map<string, Tensor> {
	const files = new Map<string, FoundTensor>();
	for (const tensor of found) {
		const name = declaration.nameOf(tensor.name);
		if (files.has(name)) throw new EngineError('bad-model', refuse('tensor-twice', {tensor: name}));
		files.set(name, tensor);
	}

	const matched = new Map<string, Tensor>();
	for (const tensor of declaration.program.tensors) {
		const inFile = files.get(tensor.name);
		const shape = String(tensor.shape);
		if (!inFile) throw new EngineError('bad-model', refuse('tensor-missing', {tensor: tensor.name, shape}));
		if (inFile.shape && String(inFile.shape) !== shape) {
			const other = {tensor: tensor.name, shape, found: String(inFile.shape)};
			throw new EngineError('bad-model', refuse('tensor-shape', other));
		}

		matched.set(inFile.name, tensor);
		files.delete(tensor.name);
	}

	for (const [name, tensor] of files) {
		if (declaration.isSpare(name)) continue;
		const {layers} = declaration.config;
		throw new EngineError('bad-model', refuse('tensor-unknown', {tensor: tensor.name, layers}));
	}

	return matched;
}
