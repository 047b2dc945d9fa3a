import type {DynamicCache, Tensor} from '@huggingface/transformers';

/**
 * The cache of an export, as the library takes and gives it: keys and values of every layer, [B, H, T, dh]. Here every
 * branch carries the whole of it, its prompt's too. Tensors are never written after they are made.
 */
export interface OnnxCache {
	/** By input name, `past_key_values.0.key`. */
	readonly entries: Readonly<Record<string, Tensor>>;
	/** T */
	readonly length: number;
}

type TensorClass = typeof Tensor;
type Values = Float32Array;

/** Operations on caches; `TensorOf` and `CacheOf` are the library's classes, which is loaded late. */
export function cacheOperations(
	TensorOf: TensorClass,
	CacheOf: new (entries?: Record<string, Tensor>) => DynamicCache,
) {
	const mapped = (cache: OnnxCache, length: number, map: (tensor: Tensor) => Tensor): OnnxCache => ({
		length,
		entries: Object.fromEntries(Object.entries(cache.entries).map(([name, tensor]) => [name, map(tensor)])),
	});
	return {
		/** The cache in the form of `past_key_values`; the library starts an empty one where there is none. */
		asInput: (cache: OnnxCache | null) => (cache ? new CacheOf({...cache.entries}) : null),

		/** The cache that a run returned as `present.*`. */
		fromOutputs(outputs: Record<string, Tensor>): OnnxCache {
			const entries: Record<string, Tensor> = {};
			for (const [name, tensor] of Object.entries(outputs))
				if (name.startsWith('present')) entries[name.replace('present', 'past_key_values')] = tensor;
			return {entries, length: Object.values(entries)[0].dims[2]};
		},

		/** These rows, in this order; one may be taken several times. */
		select: (cache: OnnxCache, rows: readonly number[]): OnnxCache =>
			mapped(cache, cache.length, tensor => {
				const data = tensor.data as Values;
				const width = data.length / tensor.dims[0];
				const picked = new (data.constructor as Float32ArrayConstructor)(rows.length * width);
				for (const [to, from] of rows.entries())
					picked.set(data.subarray(from * width, (from + 1) * width), to * width);
				return new TensorOf(tensor.type, picked, [rows.length, ...tensor.dims.slice(1)]);
			}),

		/** The first `length` positions. */
		truncate(cache: OnnxCache, length: number): OnnxCache {
			if (length === cache.length) return cache;
			return mapped(cache, length, tensor => {
				const [B, H, T, dh] = tensor.dims;
				const data = tensor.data as Values;
				const cut = new (data.constructor as Float32ArrayConstructor)(B * H * length * dh);
				for (let line = 0; line < B * H; line++)
					cut.set(data.subarray(line * T * dh, (line * T + length) * dh), line * length * dh);
				return new TensorOf(tensor.type, cut, [B, H, length, dh]);
			});
		},
	};
}
