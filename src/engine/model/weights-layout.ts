import type {Tensor} from './declare.ts';
import {type PackedShape, packedBytes, packedShape} from './packing.ts';
import type {Precision} from './precision.ts';

/** Where a model's packed tensors are, from the beginning of its weights; every one begins at a multiple of 64 bytes. */
export interface WeightsLayout {
	readonly precision: Precision;
	/** Bytes of all. */
	readonly size: number;
	readonly places: ReadonlyMap<string, WeightPlace>;
}

export interface WeightPlace extends PackedShape {
	readonly tensor: Tensor;
	readonly at: number;
	readonly bytes: number;
	/** Where the scales are; the tensor's own place where it has none. */
	readonly scalesAt: number;
}

/** It follows from the tensors alone, in their order: first a matrix's scales, then the matrix. */
export function weightsLayout(tensors: readonly Tensor[], precision: Precision): WeightsLayout {
	const places = new Map<string, WeightPlace>();
	let size = 0;
	for (const tensor of tensors) {
		const packed = packedShape(tensor, precision);
		const bytes = packedBytes(packed);
		const at = size + 4 * (packed.scales ?? 0);
		places.set(tensor.name, {...packed, tensor, at, bytes, scalesAt: size});
		size = at + bytes;
	}

	return {precision, size, places};
}
