import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {type KvCache, kvOperations} from '../../../../src/engine/model/kv-cache.ts';
import {type Feeds, float32} from '../../../../src/engine/model/tensors.ts';
import {growingSession} from '../../../helpers/growing-session.ts';

/** A cache as its definition has it: for each row and position, one key and one value per layer, head and dimension. */
type Positions = {key: number[]; value: number[]}[][];

const [layers, heads, dh] = [2, 2, 3];
const config = {
	vocabSize: 5,
	contextLength: 16,
	layers,
	heads,
	hiddenSize: heads * dh,
	layerNormEpsilon: 1e-5,
	bosTokenId: 4,
	eosTokenIds: [4],
};
const kv = kvOperations(config);
const perPosition = layers * heads * dh;

/** Numbers for `rows` rows of `length` positions, no two alike. */
let next = 0;
const positions = (rows: number, length: number): Positions =>
	Array.from({length: rows}, () =>
		Array.from({length}, () => ({
			key: Array.from({length: perPosition}, () => ++next),
			value: Array.from({length: perPosition}, () => ++next),
		})),
	);

/** Laid out as the graph has them: keys [B, H, dh, n], values [B, H, n, dh], one array a layer. */
function asOutputs(rows: Positions): Feeds {
	const length = rows[0].length;
	const outputs: Feeds = {};
	for (let l = 0; l < layers; l++) {
		const key: number[] = [];
		const value: number[] = [];
		for (const row of rows) {
			for (let h = 0; h < heads; h++) {
				const first = (l * heads + h) * dh;
				for (let d = 0; d < dh; d++) for (const position of row) key.push(position.key[first + d]);
				for (const position of row) for (let d = 0; d < dh; d++) value.push(position.value[first + d]);
			}
		}
		outputs[`present.${l}.key`] = float32(Float32Array.from(key), [rows.length, heads, dh, length]);
		outputs[`present.${l}.value`] = float32(Float32Array.from(value), [rows.length, heads, length, dh]);
	}
	return outputs;
}
const cacheOf = (rows: Positions): KvCache => kv.fromTensors('present', asOutputs(rows), rows.length);

const sizes = fc.record({
	rows: fc.integer({min: 1, max: 4}),
	a: fc.integer({min: 1, max: 5}),
	b: fc.integer({min: 1, max: 5}),
});

describe('the cache of keys and values', () => {
	test('is fed to the graph as the graph gave it', () => {
		const rows = positions(2, 3);
		const feeds = kv.feeds('suffix', cacheOf(rows));
		const outputs = asOutputs(rows);
		expect(Object.keys(feeds)).toHaveLength(2 * layers);
		for (let l = 0; l < layers; l++) {
			for (const kind of ['key', 'value']) {
				expect(feeds[`suffix.${l}.${kind}`].data).toEqual(outputs[`present.${l}.${kind}`].data);
				expect(feeds[`suffix.${l}.${kind}`].dims).toEqual(outputs[`present.${l}.${kind}`].dims);
			}
		}
	});

	test('begins empty, with every row of no length', () => {
		const feeds = kv.feeds('prefix', kv.empty(3));
		expect(feeds['prefix.0.key'].dims).toEqual([3, heads, dh, 0]);
		expect(feeds['prefix.1.value'].dims).toEqual([3, heads, 0, dh]);
	});

	test('of one row grows by the positions that runs return', async () => {
		await fc.assert(
			fc.asyncProperty(sizes, async ({a, b}) => {
				const [first, second] = [positions(1, a), positions(1, b)];
				const parts = [first, second];
				const session = growingSession({run: async () => asOutputs(parts.shift()!), dispose: async () => {}});
				const growing = session.grow(kv.growth, kv.feeds('prefix', kv.empty(1)), a + b);
				for (let i = 0; i < 2; i++) await session.run({}, [], undefined, growing);
				const grown = kv.fromTensors('prefix', session.take(growing), 1);
				expect(grown).toEqual(cacheOf([[...first[0], ...second[0]]]));
			}),
		);
	});

	test('truncated has the first positions, and none of the others', () => {
		fc.assert(
			fc.property(sizes, fc.nat(5), ({rows, a}, cut) => {
				const all = positions(rows, a);
				const length = cut % (a + 1);
				const expected = length === 0 ? kv.empty(rows) : cacheOf(all.map(row => row.slice(0, length)));
				expect(kv.truncate(cacheOf(all), length)).toEqual(expected);
			}),
		);
	});

	test('selected has these rows, in this order, as often as they are named', () => {
		fc.assert(
			fc.property(sizes, fc.array(fc.nat(3), {minLength: 1, maxLength: 6}), ({rows, a}, wanted) => {
				const all = positions(rows, a);
				const picked = wanted.map(row => row % rows);
				expect(kv.select(cacheOf(all), picked)).toEqual(cacheOf(picked.map(row => all[row])));
				expect(kv.select(kv.empty(rows), picked)).toEqual(kv.empty(picked.length));
			}),
		);
	});

	test('is not copied where nothing changes', () => {
		const cache = cacheOf(positions(2, 3));
		expect(kv.truncate(cache, 3)).toBe(cache);
		expect(kv.select(cache, [0, 1]).keys).toBe(cache.keys);
	});
});
