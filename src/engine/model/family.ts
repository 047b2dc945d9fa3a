import {PAGE} from '../kernels/assembly/layout.ts';
import type {ModelConfig} from './causal-lm.ts';
import {Forward} from './forward.ts';
import type {Program} from './program.ts';

/** A family of models: how its configs are read, its tensors named, its forward pass computed. */
export interface Family<C extends ModelConfig = ModelConfig> {
	/** Values of `model_type` in `config.json`. */
	readonly types: readonly string[];
	/**
	 * @param generation contents of `generation_config.json`, whose ends of a text win; null without it.
	 * @throws EngineError `bad-model` naming the field and its value.
	 */
	readConfig(json: unknown, generation: unknown): C;
	/** The forward pass, in the order in which it is computed. */
	forward(f: Forward, config: C): Program;
	/** Our name for a checkpoint's tensor: the one that `forward` uses. */
	nameOf(name: string): string;
	/** Whether a tensor that `forward` does not use may be there. */
	isSpare(name: string, config: C): boolean;
}

/** All that is to be known of a model before its weights: checkpoints, memory, figures and kernels take this, and no family. */
export interface Declaration {
	readonly config: ModelConfig;
	readonly program: Program;
	nameOf(name: string): string;
	isSpare(name: string): boolean;
}

/** A model of a family. @param layers only the first blocks, under the same head: an early exit. */
export function declare<C extends ModelConfig>(family: Family<C>, config: C, layers = config.layers): Declaration {
	const shape = {...config, layers: Math.min(layers, config.layers)};
	const program = family.forward(new Forward(), shape);
	return {
		config: {...shape, cacheBytes: program.pageBytes.int8 / PAGE},
		program,
		nameOf: name => family.nameOf(name),
		isSpare: name => family.isSpare(name, config),
	};
}

/** How many parameters a model has; a tensor that is used twice counts once. */
export const parametersOf = ({program}: Pick<Declaration, 'program'>): number =>
	program.tensors.reduce((sum, {shape}) => sum + shape.reduce((product, n) => product * n, 1), 0);
