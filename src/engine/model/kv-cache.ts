import type {ModelConfig} from './causal-lm.ts';
import type {Growth} from './growing.ts';
import {type Feeds, float32} from './tensors.ts';

/**
 * Keys and values of the same positions of B rows, per layer. Keys are kept transposed, [B, H, dh, n], so that no step transposes
 * them; values are [B, H, n, dh]. Arrays are never written after they are made.
 */
export interface KvCache {
	readonly rows: number;
	/** n */
	readonly length: number;
	readonly keys: readonly Float32Array[];
	readonly values: readonly Float32Array[];
}

/** Operations on caches of one model's shape. */
export function kvOperations({layers, heads, hiddenSize}: ModelConfig) {
	const dh = hiddenSize / heads;
	const empty = (rows: number): KvCache => {
		const none = Array.from({length: layers}, () => new Float32Array(0));
		return {rows, length: 0, keys: none, values: none};
	};

	return {
		empty,

		/** The cache as graph inputs `${name}.0.key`, ... */
		feeds(name: 'prefix' | 'suffix', {rows, length, keys, values}: KvCache): Feeds {
			const feeds: Feeds = {};
			for (let l = 0; l < layers; l++) {
				feeds[`${name}.${l}.key`] = float32(keys[l], [rows, heads, dh, length]);
				feeds[`${name}.${l}.value`] = float32(values[l], [rows, heads, length, dh]);
			}

			return feeds;
		},

		/** The cache of these tensors: `present.*` as a run returned them, or as `feeds` names them. */
		fromTensors(name: 'present' | 'prefix', tensors: Feeds, rows: number): KvCache {
			const of = (kind: string) =>
				Array.from({length: layers}, (_, l) => tensors[`${name}.${l}.${kind}`].data as Float32Array);
			return {rows, length: tensors[`${name}.0.key`].dims[3], keys: of('key'), values: of('value')};
		},

		/** A prefix grows by what runs return. */
		growth: Array.from({length: layers}, (_, l): Growth[] => [
			{input: `prefix.${l}.key`, output: `present.${l}.key`, axis: 3},
			{input: `prefix.${l}.value`, output: `present.${l}.value`, axis: 2},
		]).flat(),

		/** The first `length` positions. */
		truncate(cache: KvCache, length: number): KvCache {
			if (length === cache.length) return cache;
			if (length === 0) return empty(cache.rows);
			return {
				rows: cache.rows,
				length,
				keys: cache.keys.map(key => firstOfLines(key, cache.rows * heads * dh, length)),
				values: cache.values.map(value => firstOfLines(value, cache.rows * heads, length * dh)),
			};
		},

		/** These rows, in this order. */
		select(cache: KvCache, rows: readonly number[]): KvCache {
			const same = rows.length === cache.rows && rows.every((row, at) => row === at);
			if (same || cache.length === 0) return {...cache, rows: rows.length};
			const pick = (array: Float32Array) => pickLines(array, cache.rows, rows);
			return {rows: rows.length, length: cache.length, keys: cache.keys.map(pick), values: cache.values.map(pick)};
		},
	};
}

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
