import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {distinctN, loopOf, metricsOf, tokensPerSecond} from '../../../../src/features/strategies/metrics.ts';
import {token, tokens} from './fixtures.ts';

describe('distinct-n', () => {
	it('is different n-grams over all n-grams', () => {
		// a b a b a: bigrams ab ba ab ba, two different ones of four.
		expect(distinctN([1, 2, 1, 2, 1], 1)).toBe(2 / 5);
		expect(distinctN([1, 2, 1, 2, 1], 2)).toBe(2 / 4);
		expect(distinctN([1, 2, 1, 2, 1], 3)).toBe(2 / 3);
	});

	it('does not take 1,12 and 11,2 for the same bigram', () => {
		expect(distinctN([1, 12, 11, 2], 2)).toBe(1);
	});

	it('has no value for a text shorter than n', () => {
		expect(distinctN([5, 6], 3)).toBeNull();
	});

	it('is 1 for tokens that are all different, and never 0', () => {
		fc.assert(
			fc.property(fc.uniqueArray(fc.nat(50_256), {minLength: 3}), ids => {
				expect(distinctN(ids, 2)).toBe(1);
			}),
		);
		fc.assert(
			fc.property(fc.array(fc.nat(3), {minLength: 2}), ids => {
				expect(distinctN(ids, 2)).toBeGreaterThan(0);
			}),
		);
	});
});

describe('metrics of a continuation', () => {
	it('gives perplexity as exp of minus the mean log-probability', () => {
		const metrics = metricsOf([token(1, {logProb: -1}), token(2, {logProb: -3})]);
		expect(metrics.logProb).toBe(-4);
		expect(metrics.logProbPerToken).toBe(-2);
		expect(metrics.perplexity).toBeCloseTo(Math.exp(2), 12);
	});

	it('counts the tokens of all continuations per second', () => {
		const continuation = {
			tokens: tokens(1, 2, 3, 4),
			text: '',
			finishReason: 'length',
			logProb: -4,
			beamScore: null,
		} as const;
		const answer = {continuations: [continuation, continuation], dropped: 0, trace: null, decodeMilliseconds: 400};
		expect(tokensPerSecond(answer)).toBe(20);
		expect(tokensPerSecond({...answer, decodeMilliseconds: 0})).toBeNull();
	});

	it('counts 4-grams seen before as repetition', () => {
		// 1 2 3 4 1 2 3 4: five 4-grams, the last is the first again.
		expect(metricsOf(tokens(1, 2, 3, 4, 1, 2, 3, 4)).repetition).toBeCloseTo(1 / 5, 12);
	});

	it('counts them as one by one', () => {
		const texts = fc.array(fc.nat(2), {minLength: 4, maxLength: 40});
		fc.assert(
			fc.property(texts, ids => {
				const grams = ids.slice(3).map((_, start) => ids.slice(start, start + 4).join());
				const repeated = grams.filter((gram, at) => grams.indexOf(gram) < at).length;
				expect(metricsOf(tokens(...ids)).repetition).toBeCloseTo(repeated / grams.length, 12);
			}),
		);
	});

	it('has no means without tokens', () => {
		expect(metricsOf([])).toMatchObject({logProbPerToken: null, perplexity: null, repetition: null});
	});
});

describe('a loop', () => {
	it('is the shortest phrase the end repeats three times', () => {
		expect(loopOf([9, 1, 2, 1, 2, 1, 2])).toEqual({period: 2, times: 3});
		expect(loopOf([1, 2, 7, 7, 7])).toEqual({period: 1, times: 3});
		expect(loopOf([1, 2, 1, 2])).toBeNull();
		expect(loopOf([1, 2, 1, 2, 1, 2, 9])).toBeNull();
	});

	it('is found at the end of any text', () => {
		const phrase = fc.array(fc.nat(9), {minLength: 1, maxLength: 5});
		fc.assert(
			fc.property(fc.array(fc.nat(9)), phrase, fc.integer({min: 3, max: 6}), (start, loop, times) => {
				const found = loopOf([...start, ...Array(times).fill(loop).flat()]);
				expect(found!.period).toBeLessThanOrEqual(loop.length);
			}),
		);
	});
});
