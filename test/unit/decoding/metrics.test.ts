import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {distinct, metricsOf, perplexity, repetition} from '../../../src/engine/decoding/metrics.ts';

describe('distinct', () => {
	it('is the share of different n-grams', () => {
		const ids = [1, 2, 1, 2, 1];
		expect(distinct(ids, 1)).toBe(2 / 5);
		expect(distinct(ids, 2)).toBe(2 / 4); // 12 21 12 21
		expect(distinct(ids, 3)).toBe(2 / 3); // 121 212 121
	});

	it('does not take [1, 12] for [11, 2]', () => {
		expect(distinct([1, 12, 11, 2], 2)).toBe(1);
	});

	it('is 1 for a text shorter than n', () => {
		expect(distinct([], 1)).toBe(1);
		expect(distinct([4], 2)).toBe(1);
	});
});

describe('repetition', () => {
	it('is the share of tokens that end a 4-gram seen before', () => {
		expect(repetition([1, 2, 3, 4, 5, 6])).toBe(0);
		expect(repetition([7, 7, 7, 7, 7, 7])).toBeCloseTo(2 / 3, 12); // 3 of them, all but the first seen before
		expect(repetition([1, 2, 3, 4, 1, 2, 3, 4])).toBeCloseTo(1 / 5, 12);
	});

	it('agrees with counting them one by one', () => {
		fc.assert(
			fc.property(fc.array(fc.integer({min: 0, max: 2}), {minLength: 4, maxLength: 40}), ids => {
				let repeated = 0;
				for (let end = 4; end <= ids.length; end++) {
					const gram = ids.slice(end - 4, end).join();
					repeated += ids
						.slice(0, end - 1)
						.some((_, start) => ids.slice(start, start + 4).join() === gram && start < end - 4)
						? 1
						: 0;
				}
				expect(repetition(ids)).toBeCloseTo(repeated / (ids.length - 3), 12);
			}),
		);
	});
});

describe('perplexity', () => {
	it('is the number of equally probable classes', () => {
		expect(perplexity(3 * Math.log(1 / 8), 3)).toBeCloseTo(8, 10);
		expect(perplexity(0, 0)).toBe(1);
	});
});

describe('metricsOf', () => {
	it('sums up a continuation', () => {
		const tokens = [3, 3, 5].map(id => ({id, logProb: Math.log(0.25)}));
		expect(metricsOf(tokens)).toEqual({
			tokenCount: 3,
			logProb: expect.closeTo(3 * Math.log(0.25), 10),
			perplexity: expect.closeTo(4, 10),
			distinct: [2 / 3, 1, 1],
			repetition: 0,
		});
	});
});
