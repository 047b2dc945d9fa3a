import type {ModelConfig} from './causal-lm.ts';
import type {Growth} from './growing.ts';
import {type Feeds, float32, type ReadableTensor} from './tensors.ts';

/**
 * Keys and values of the same positions of B rows, per layer. Keys are kept transposed, [B, H, dh, n], so that no step transposes
 * them; values are [B, H, n, dh]. Tensors are never written after they are made.
 */
export interface KvCache {
	readonly rows: number;
	/** n */
	readonly length: number;
	readonly keys: readonly ReadableTensor[];
	readonly values: readonly ReadableTensor[];
}

/** Operations on caches of one model's shape. */
export function kvOperations({layers, heads, hiddenSize}: ModelConfig) {
	const dh = hiddenSize / heads;
	/** A cache from the numbers of its keys and values, layer by layer. */
	const cacheOf = (
		rows: number,
		length: number,
		keys: readonly Float32Array[],
		values: readonly Float32Array[],
	): KvCache => ({
		rows,
		length,
		keys: keys.map(key => float32(key, [rows, heads, dh, length])),
		values: values.map(value => float32(value, [rows, heads, length, dh])),
	});
	const empty = (rows: number): KvCache => {
		const none = Array.from({length: layers}, () => new Float32Array(0));
		return cacheOf(rows, 0, none, none);
	};

	const growth = Array.from({length: layers}, (_, l): Growth[] => [
		{input: `prefix.${l}.key`, output: `present.${l}.key`, axis: 3},
		{input: `prefix.${l}.value`, output: `present.${l}.value`, axis: 2},
	]).flat();

	return {
		empty,

		/** A prefix grows by what runs return. */
		growth,

		/** The names of what runs return. */
		present: growth.map(({output}) => output),

		/** The cache as graph inputs `${name}.0.key`, ... */
		feeds(name: 'prefix' | 'suffix', {keys, values}: KvCache): Feeds {
			const feeds: Feeds = {};
			for (let l = 0; l < layers; l++) {
				feeds[`${name}.${l}.key`] = keys[l];
				feeds[`${name}.${l}.value`] = values[l];
			}

			return feeds;
		},

		/** The cache of these tensors: `present.*` as a run returned them, or as `feeds` names them. */
		fromTensors(name: 'present' | 'prefix', tensors: Feeds, rows: number): KvCache {
			const of = (kind: string) => Array.from({length: layers}, (_, l) => tensors[`${name}.${l}.${kind}`]);
			return {rows, length: tensors[`${name}.0.key`].dims[3], keys: of('key'), values: of('value')};
		},

		/** The first `length` positions. */
		truncate(cache: KvCache, length: number): KvCache {
			const {rows} = cache;
			if (length === cache.length) return cache;
			if (length === 0) return empty(rows);
			return cacheOf(
				rows,
				length,
				cache.keys.map(key => firstOfLines(floatsOf(key), rows * heads * dh, length)),
				cache.values.map(value => firstOfLines(floatsOf(value), rows * heads, length * dh)),
			);
		},

		/** These rows, in this order. */
		select(cache: KvCache, rows: readonly number[]): KvCache {
			if (rows.length === cache.rows && rows.every((row, at) => row === at)) return cache;
			if (cache.length === 0) return empty(rows.length);
			const pick = (tensor: ReadableTensor) => pickLines(floatsOf(tensor), cache.rows, rows);
			return cacheOf(rows.length, cache.length, cache.keys.map(pick), cache.values.map(pick));
		},
	};
}

const floatsOf = (tensor: ReadableTensor) => tensor.data as Float32Array;

function firstOfLines(array: Float32Array, lines: number, width: number): Float32Array {
	const full = array.length / lines;
	const cut = new Float32Array(lines * width);
	for (let i = 0; i < lines; i++) cut.set(array.subarray(i * full, i * full + width), i * width);
	return cut;
}

function pickLines(array: Float32Array, lines: number, wanted: readonly number[]): Float32Array {
	const width = array.length / lines;
	const picked = new Float32Array(wanted.length * width);
	for (const [to, from] of wanted.entries()) picked.set(array.subarray(from * width, (from + 1) * width), to * width);
	return picked;
}
