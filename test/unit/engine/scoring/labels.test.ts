import fc from 'fast-check';
import {expect, test} from 'vitest';
import {logSoftmax} from '../../../../src/engine/math/math.ts';
import {bestOf, calibrated, evaluate, restrictedSoftmax} from '../../../../src/engine/scoring/calibration.ts';
import {continuationScores, sumOfLogProbs} from '../../../../src/engine/scoring/continuation-scores.ts';
import {syntheticModel} from '../../../helpers/synthetic-model.ts';

const logProbs = fc.array(fc.double({min: -60, max: 0, noNaN: true}), {minLength: 2, maxLength: 8});

test('a softmax restricted to some classes is the full one renormalised', () => {
	fc.assert(
		fc.property(fc.array(fc.float({min: -20, max: 20, noNaN: true}), {minLength: 6, maxLength: 12}), values => {
			const full = logSoftmax(Float32Array.from(values));
			const kept = [0, 2, 5];
			const sum = kept.reduce((mass, id) => mass + Math.exp(full[id]), 0);
			const restricted = restrictedSoftmax(kept.map(id => full[id]));
			for (const [i, id] of kept.entries()) expect(restricted[i]).toBeCloseTo(Math.exp(full[id]) / sum, 6);
		}),
	);
});

test('calibration makes the content-free prompt uniform, and is a quotient of probabilities elsewhere', () => {
	fc.assert(
		fc.property(logProbs, free => {
			for (const probability of calibrated(free, free)) expect(probability).toBeCloseTo(1 / free.length, 12);
		}),
	);
	const quotients = [0.8 / 0.5, 0.2 / 0.5];
	expect(calibrated([0.8, 0.2].map(Math.log), [0.5, 0.5].map(Math.log))[0]).toBeCloseTo(
		quotients[0] / (quotients[0] + quotients[1]),
		12,
	);
	expect(bestOf(calibrated([0.7, 0.3].map(Math.log), [0.9, 0.1].map(Math.log)))).toBe(1);
});

test('continuations of any lengths are scored as if each were read alone', async () => {
	const lm = syntheticModel({vocabSize: 11});
	const prefix = await lm.prefill([3, 1, 4]);
	const continuations = [[1], [5, 9], [2, 6, 5], [5, 9], [3], [10, 0, 7], ...Array.from({length: 9}, (_, i) => [i, 4])];
	const scores = await continuationScores(lm, prefix, continuations);
	for (const [i, ids] of continuations.entries()) {
		const alone = ids.map((id, t) => logSoftmax(lm.logitsAfter([3, 1, 4, ...ids.slice(0, t)]))[id]);
		expect(scores[i]).toHaveLength(ids.length);
		expect(sumOfLogProbs(scores[i])).toBeCloseTo(sumOfLogProbs(alone), 5);
	}
});

test('predictions are held against the truth where it is known', () => {
	expect(evaluate([0, 1, 1, 0], [0, 1, 0, null], 2)).toEqual({
		known: 3,
		correct: 2,
		confusion: [
			[1, 1],
			[0, 1],
		],
	});
});

test('labels of any probability, however small, are compared without over- or underflow', () => {
	expect(restrictedSoftmax([-2000, -2000 + Math.log(3)])).toEqual([expect.closeTo(0.25, 9), expect.closeTo(0.75, 9)]);
	expect(restrictedSoftmax([0, -2000])).toEqual([1, 0]);
	expect(restrictedSoftmax([-2000, 0])).toEqual([0, 1]);
});

test('the best label is the most probable one, the first of equals', () => {
	expect(bestOf([0.2, 0.5, 0.3])).toBe(1);
	expect(bestOf([0.4, 0.2, 0.4])).toBe(0);
});

test('the log-probability of a continuation is the sum of its tokens’', () => {
	expect(sumOfLogProbs([-1, -2.5])).toBe(-3.5);
	expect(sumOfLogProbs([])).toBe(0);
});
