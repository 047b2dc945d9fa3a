import {Tensor} from 'onnxruntime-web';

/** A tensor whose numbers can be read, wherever they are. */
export type ReadableTensor = Pick<Tensor, 'type' | 'dims' | 'size' | 'data'>;

/** A graph's inputs, or its outputs, by name. */
export type Feeds = Record<string, ReadableTensor>;

/** A float32 tensor over this array, which is not copied. */
export const float32 = (data: Float32Array, dims: readonly number[]): Tensor => new Tensor('float32', data, dims);
/** An int64 tensor of these whole numbers. */
export const int64 = (values: readonly number[], dims: readonly number[]): Tensor =>
	new Tensor('int64', BigInt64Array.from(values, BigInt), dims);
