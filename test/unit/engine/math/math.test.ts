import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {
	argmax,
	entropy,
	isEmpty,
	logSoftmax,
	logSumExp,
	rankClasses,
	rankOf,
	softmax,
	topClasses,
} from '../../../../src/engine/math/math.ts';
import {sumOfExp} from '../../../../src/engine/math/sum-of-exp.ts';

const sum = (values: Iterable<number>) => [...values].reduce((total, value) => total + value, 0);

/** Logits as models give them, with equal ones among them and removed classes; at least one class is kept. */
const logits = fc
	.tuple(
		fc.array(
			fc.oneof(fc.float({min: -200, max: 200, noNaN: true}), fc.constantFrom(0, -0, 1, -1, Number.NEGATIVE_INFINITY)),
			{maxLength: 300},
		),
		fc.float({min: -200, max: 200, noNaN: true}),
	)
	.map(([some, one]) => Float32Array.from([...some, one]));

const byDefinition = (scores: Float32Array) =>
	[...scores.keys()].filter(id => scores[id] !== -Infinity).sort((a, b) => scores[b] - scores[a] || a - b);

describe('softmax and its relatives', () => {
	it('gives ln(2 + e) for the logits 0, 0 and 1', () => {
		expect(logSumExp(Float32Array.of(0, 0, 1))).toBeCloseTo(Math.log(2 + Math.E), 12);
	});

	it('does not overflow or vanish for logits of any size', () => {
		expect(logSumExp(Float32Array.of(10_000, 10_000))).toBeCloseTo(10_000 + Math.LN2, 9);
		expect(Array.from(logSoftmax(Float32Array.of(-10_000, -10_000)))).toEqual([
			Math.fround(-Math.LN2),
			Math.fround(-Math.LN2),
		]);
	});

	it('adds up powers of e that are right to the last bit but one', () => {
		fc.assert(
			fc.property(fc.float({min: -700, max: 0, noNaN: true}), logit => {
				const power = sumOfExp(Float32Array.of(logit), 0);
				expect(Math.abs(power / Math.exp(logit) - 1)).toBeLessThanOrEqual(2 * Number.EPSILON);
			}),
			{numRuns: 2000},
		);
	});

	it('is -Infinity where every class is removed', () => {
		expect(logSumExp(Float32Array.of(-Infinity, -Infinity))).toBe(-Infinity);
	});

	it('always sums to 1, and gives nothing to a removed class', () => {
		fc.assert(
			fc.property(logits, scores => {
				const probabilities = softmax(scores);
				expect(sum(probabilities)).toBeCloseTo(1, 5);
				for (const [id, score] of scores.entries()) if (score === -Infinity) expect(probabilities[id]).toBe(0);
			}),
		);
	});

	it('has the entropy ln n for n equal classes and 0 for a single one', () => {
		expect(entropy(new Float32Array(8))).toBeCloseTo(Math.log(8), 12);
		expect(entropy(Float32Array.of(3, -Infinity, -Infinity))).toBe(0);
	});
});

describe('ranking', () => {
	it('orders by logit, equal logits by token id, and leaves removed classes out', () => {
		expect(Array.from(rankClasses(Float32Array.of(1, 2, -0, 2, -Infinity, 0, -3)))).toEqual([1, 3, 0, 2, 5, 6]);
	});

	it('orders long lists as short ones, whatever the size of the logits', () => {
		// Longer than a list that is sorted by comparison; every sign, size and kind of tie that float32 has.
		const values = [0, -0, 1, -1, 1e-45, -1e-45, 1e-38, -1e-38, 3.4e38, -3.4e38, -Infinity, 0.1, -0.1, 1e-3, 50, 50];
		for (const length of [127, 128, 129, 130, 1000, 5000]) {
			const scores = Float32Array.from({length}, (_, id) =>
				id % 3 === 0 ? values[(id / 3) % values.length] : 20 * Math.sin(id * id),
			);
			const expected = byDefinition(scores);
			expect(Array.from(rankClasses(scores))).toEqual(expected);
			for (const k of [1, 127, 128, 129, length]) {
				expect(Array.from(topClasses(scores, k))).toEqual(expected.slice(0, k));
			}
		}
	});

	it('agrees with a comparison sort for any logits', () => {
		fc.assert(
			fc.property(logits, scores => {
				const expected = byDefinition(scores);
				expect(Array.from(rankClasses(scores))).toEqual(expected);
				expect(argmax(scores)).toBe(expected[0]);
			}),
		);
	});

	it('takes the first k of it, by the short way and by the long one', () => {
		fc.assert(
			fc.property(logits, fc.integer({min: 1, max: 320}), (scores, k) => {
				expect(Array.from(topClasses(scores, k))).toEqual(byDefinition(scores).slice(0, k));
			}),
		);
	});

	it('compares what is not a number as JavaScript does: with nothing', () => {
		const plain = (scores: Float32Array, id: number) =>
			1 + [...scores.keys()].filter(i => scores[i] > scores[id] || (scores[i] === scores[id] && i < id)).length;
		const values = fc.array(fc.constantFrom(Number.NaN, -Infinity, Infinity, 0, -0, 1, 2), {
			minLength: 1,
			maxLength: 12,
		});
		fc.assert(
			fc.property(values, some => {
				const scores = Float32Array.from(some);
				for (const id of scores.keys()) expect(rankOf(scores, id)).toBe(plain(scores, id));
				expect(argmax(scores)).toBe(some.reduce((best, value, i) => (value > some[best] ? i : best), 0));
				expect(isEmpty(scores)).toBe(some.every(value => value === -Infinity));
			}),
		);
	});

	it('numbers each class by its place in it', () => {
		fc.assert(
			fc.property(logits, scores => {
				byDefinition(scores).forEach((id, place) => {
					expect(rankOf(scores, id)).toBe(place + 1);
				});
			}),
		);
	});
});
