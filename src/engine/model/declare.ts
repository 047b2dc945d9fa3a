/** What a family declares: the tensors of a checkpoint, in Hugging Face's names and shapes, and how they are used together. */

/**
 * `rows`: a matrix [outputs, inputs], as PyTorch's Linear stores it, and an embedding [classes, width]. `columns`: [inputs, outputs], as
 * GPT-2's Conv1D does. Both are quantised. `floats` stay float32: norms, biases, learned positions.
 */
export interface Tensor {
	readonly name: string;
	readonly kind: 'rows' | 'columns' | 'floats';
	readonly shape: readonly number[];
	/** Added to every number when the tensor is packed: 1 where a family multiplies by 1 + weight. */
	readonly plus?: number;
}

/** A matrix and its bias, [outputs]. */
export interface Linear {
	readonly weight: Tensor;
	readonly bias: Tensor | null;
}

/** A layer norm, or an RMS norm: that subtracts no mean and has no bias. */
export interface Norm {
	readonly gain: Tensor;
	readonly bias: Tensor | null;
	readonly epsilon: number;
	readonly centred: boolean;
}

/** A matrix [outputs, inputs]. */
export const rows = (name: string, outputs: number, inputs: number): Tensor => ({
	name,
	kind: 'rows',
	shape: [outputs, inputs],
});

/** A matrix [inputs, outputs]. */
const columns = (name: string, inputs: number, outputs: number): Tensor => ({
	name,
	kind: 'columns',
	shape: [inputs, outputs],
});

/** A tensor that stays float32. */
export const floats = (name: string, ...shape: number[]): Tensor => ({name, kind: 'floats', shape});

/** PyTorch's Linear. */
export const linear = (name: string, inputs: number, outputs: number, bias = false): Linear => ({
	weight: rows(`${name}.weight`, outputs, inputs),
	bias: bias ? floats(`${name}.bias`, outputs) : null,
});

/** GPT-2's Conv1D: a Linear whose matrix is stored the other way round. */
export const conv1d = (name: string, inputs: number, outputs: number): Linear => ({
	weight: columns(`${name}.weight`, inputs, outputs),
	bias: floats(`${name}.bias`, outputs),
});

/** Layer norm (Ba et al. 2016). */
export const layerNorm = (name: string, width: number, epsilon: number): Norm => ({
	gain: floats(`${name}.weight`, width),
	bias: floats(`${name}.bias`, width),
	epsilon,
	centred: true,
});

/** RMS norm (Zhang & Sennrich 2019). @param plus 1 where the gain is 1 + weight. */
export const rmsNorm = (name: string, width: number, epsilon: number, plus = 0): Norm => ({
	gain: {...floats(`${name}.weight`, width), plus},
	bias: null,
	epsilon,
	centred: false,
});

/** How many inputs and outputs a matrix has. */
export const sizeOf = ({kind, shape: [first, second]}: Tensor): {inputs: number; outputs: number} =>
	kind === 'columns' ? {inputs: first, outputs: second} : {inputs: second, outputs: first};
