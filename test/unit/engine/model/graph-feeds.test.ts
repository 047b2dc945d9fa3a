import fc from 'fast-check';
import {expect, test} from 'vitest';
import {graphFeeds, SCORES, windowScores} from '../../../../src/engine/model/graph-feeds.ts';
import {kvOperations} from '../../../../src/engine/model/kv-cache.ts';
import {type Feeds, float32} from '../../../../src/engine/model/tensors.ts';

const kv = kvOperations({
	vocabSize: 5,
	contextLength: 64,
	layers: 1,
	heads: 1,
	hiddenSize: 2,
	layerNormEpsilon: 1e-5,
	bosTokenId: 4,
	eosTokenIds: [4],
});
const cache = (rows: number, length: number) => ({
	rows,
	length,
	keys: [float32(new Float32Array(rows * 2 * length), [rows, 1, 2, length])],
	values: [float32(new Float32Array(rows * 2 * length), [rows, 1, length, 2])],
});

test('a position sees itself and all before it, in the prompt, in its branch and in the chunk, and nothing after', () => {
	const lengths = fc.record({prefix: fc.nat(20), suffix: fc.nat(20), s: fc.integer({min: 1, max: 9})});
	fc.assert(
		fc.property(lengths, fc.boolean(), ({prefix, suffix, s}, oneByOne) => {
			const tokens = [Array.from({length: s}, (_, i) => i), Array.from({length: s}, (_, i) => i + 1)];
			const together = oneByOne ? 1 : s;
			const {bias, position_ids, input_ids} = graphFeeds(
				kv,
				tokens,
				cache(1, prefix),
				cache(2, suffix),
				s,
				[],
				together,
			);
			const past = prefix + suffix;
			const width = bias.dims[2];
			expect(bias.dims.slice(0, 2)).toEqual([s / together, together]);
			// Columns come in sixteens; those beyond the text are seen by nobody.
			expect(width % 16).toBe(0);
			expect(width).toBeGreaterThanOrEqual(past + s);
			expect(width).toBeLessThan(past + s + 16);
			const data = bias.data as Float32Array;
			for (let i = 0; i < s; i++) {
				for (let at = 0; at < width; at++) {
					const weight = Math.exp(data[i * width + at]);
					expect(weight).toBe(at <= past + i ? 1 : 0);
				}
			}
			expect(input_ids.dims).toEqual([2, s]);
			expect(Array.from(input_ids.data as BigInt64Array, Number)).toEqual(tokens.flat());
			const places = Array.from({length: s}, (_, i) => past + i);
			expect(Array.from(position_ids.data as BigInt64Array, Number)).toEqual([...places, ...places]);
		}),
	);
});

test('all positions of a prompt are computed together unless asked otherwise; targets and the first wanted logits are told', () => {
	const feeds = graphFeeds(kv, [[1, 2, 3]], cache(1, 2), cache(1, 0), 1, [2, 3]);
	expect(feeds.bias.dims).toEqual([1, 3, 16]);
	expect(feeds.logits_from).toMatchObject({dims: [1], data: BigInt64Array.of(1n)});
	expect(feeds.targets).toMatchObject({dims: [1, 2], data: BigInt64Array.of(2n, 3n)});
	expect(feeds['prefix.0.key'].dims).toEqual([1, 1, 2, 2]);
	expect(feeds['suffix.0.value'].dims).toEqual([1, 1, 0, 2]);
});

test('a prefix that the session has already is told by its length alone', () => {
	const tokens = [[1, 2, 3]];
	const {
		'prefix.0.key': _key,
		'prefix.0.value': _value,
		...rest
	} = graphFeeds(kv, tokens, cache(1, 7), cache(1, 2), 1, [2]);
	expect(graphFeeds(kv, tokens, 7, cache(1, 2), 1, [2])).toEqual(rest);
});

test('scores of the graph become ranks from 1 and log-probabilities of each position’s own top classes', () => {
	const k = 10;
	const outputs = {
		log_sum_exp: {data: Float32Array.of(5, 7)},
		target_log_prob: {data: Float32Array.of(-1, -2)},
		entropy: {data: Float32Array.of(0.5, 0.25)},
		rank_before: {data: Int32Array.of(0, 41)},
		top_logits: {data: Float32Array.from({length: 2 * k}, (_, i) => 4 - (i % k))},
		top_ids: {data: BigInt64Array.from({length: 2 * k}, (_, i) => BigInt(i))},
	} as unknown as Feeds;
	expect(windowScores(outputs, SCORES)).toEqual({
		rank: Int32Array.of(1, 42),
		logProb: Float32Array.of(-1, -2),
		logSumExp: Float32Array.of(5, 7),
		entropy: Float32Array.of(0.5, 0.25),
		topIds: Int32Array.from({length: 2 * k}, (_, i) => i),
		topLogProbs: Float32Array.from({length: 2 * k}, (_, i) => 4 - (i % k) - (i < k ? 5 : 7)),
		k,
	});
});
