import {describe, expect, test} from 'vitest';
import type {TokenChoice} from '../../../../src/engine/generation/continuation.ts';
import {BeamHypotheses} from '../../../../src/engine/generation/strategies/beam-hypotheses.ts';

const tokens = (length: number) => Array.from({length}, (_, id) => ({id}) as TokenChoice);

/** Hypotheses of which one has ended, with the score -2 / 2 ** lengthPenalty. */
const ended = (earlyStopping: boolean | 'never', lengthPenalty: number, size = 1, budget = 8) => {
	const hypotheses = new BeamHypotheses(size, {earlyStopping, lengthPenalty}, budget);
	hypotheses.add(tokens(2), -2, 'end-of-text');
	return hypotheses;
};

describe('early stopping', () => {
	test('nothing is done before there are as many as were asked for', () => {
		for (const earlyStopping of [true, false, 'never'] as const)
			expect(ended(earlyStopping, 1, 2).isDone(-1000, 2)).toBe(false);
	});

	test('true: done at once, however good the contender', () => {
		expect(ended(true, 1).isDone(0, 2)).toBe(true);
	});

	test('false: done once the contender would not win at the length it has now; a tie is no win', () => {
		expect(ended(false, 1).isDone(-3.9, 4)).toBe(false);
		expect(ended(false, 1).isDone(-4, 4)).toBe(true);
		expect(ended(false, 1).isDone(-4.1, 4)).toBe(true);
		expect(ended(false, 0).isDone(-1.9, 4)).toBe(false);
		expect(ended(false, 0).isDone(-2, 4)).toBe(true);
	});

	test('never: done once it could not win at any length, which a positive penalty measures at the longest', () => {
		// -4.1 / 4 loses against -1, and -4.1 / 8 would win.
		expect(ended('never', 1).isDone(-4.1, 4)).toBe(false);
		expect(ended('never', 1).isDone(-7.9, 4)).toBe(false);
		expect(ended('never', 1).isDone(-8, 4)).toBe(true);
	});

	test('never: without a positive penalty the contender is at its best now', () => {
		expect(ended('never', 0).isDone(-1.9, 4)).toBe(false);
		expect(ended('never', 0).isDone(-2, 4)).toBe(true);
		// -2 * 2 = -4, and the contender's -0.9 * 4 = -3.6 wins now; at 8 tokens it would lose.
		expect(ended('never', -1).isDone(-0.9, 4)).toBe(false);
		expect(ended('never', -1).isDone(-1, 4)).toBe(true);
	});
});

describe('the best', () => {
	test('are kept in order; a worse one and an equal one that comes later are not', () => {
		const hypotheses = new BeamHypotheses(2, {earlyStopping: false, lengthPenalty: 0}, 8);
		expect(hypotheses.add(tokens(1), -3, 'end-of-text')).toBe(true);
		expect(hypotheses.add(tokens(2), -1, 'end-of-text')).toBe(true);
		expect(hypotheses.add(tokens(3), -2, 'end-of-text')).toBe(true);
		expect(hypotheses.best.map(({score}) => score)).toEqual([-1, -2]);
		expect(hypotheses.add(tokens(4), -2, 'length')).toBe(false);
		expect(hypotheses.add(tokens(4), -2.5, 'length')).toBe(false);
		expect(hypotheses.best.map(({tokens}) => tokens.length)).toEqual([2, 3]);
	});

	test('of equal scores the one found first comes first', () => {
		const hypotheses = new BeamHypotheses(3, {earlyStopping: false, lengthPenalty: 0}, 8);
		for (const length of [3, 1, 2]) hypotheses.add(tokens(length), -1, 'end-of-text');
		expect(hypotheses.best.map(({tokens}) => tokens.length)).toEqual([3, 1, 2]);
	});
});
