import {describe, expect, test} from 'vitest';
import {drawCandidates, rankCandidates} from '../../../../src/engine/generation/strategies/beam-candidates.ts';
import {randomStream} from '../../../../src/engine/math/random.ts';
import {chiSquared, chiSquaredLimit, logitsOf} from './helpers.ts';

describe('the best extensions of some beams', () => {
	test('come in order of their score, equal ones by beam and then by token id', () => {
		const scores = [Float32Array.of(-1, -3, -1), Float32Array.of(-0.5, -2, -0.5)];
		expect(rankCandidates(scores, [-1, -1.5], 5)).toEqual([
			{beam: 0, id: 0, score: -2, place: 0},
			{beam: 0, id: 2, score: -2, place: 1},
			{beam: 1, id: 0, score: -2, place: 2},
			{beam: 1, id: 2, score: -2, place: 3},
			{beam: 1, id: 1, score: -3.5, place: 4},
		]);
		// The second beam is ahead.
		expect(rankCandidates(scores, [-9, -1.5], 3).map(({beam, id}) => [beam, id])).toEqual([
			[1, 0],
			[1, 2],
			[1, 1],
		]);
	});

	test('are as many as there are, where fewer are possible', () => {
		expect(rankCandidates([Float32Array.of(-1, -Infinity)], [0], 4)).toHaveLength(1);
	});
});

describe('drawn extensions', () => {
	/** Two beams of 0.3 and 0.7 of the probability. */
	const scores = [logitsOf([0.5, 0.5, 0]), logitsOf([0.1, 0.2, 0.7])];
	const sums = [0.3, 0.7].map(Math.log);
	const joint = [0.15, 0.15, 0, 0.07, 0.14, 0.49];

	/** Every beam's sum as far below 0 as a long text has it. */
	test.each([0, -2000])('come first as often as they are probable among all beams together (sums from %d)', offset => {
		const counts = joint.map(() => 0);
		for (let seed = 0; seed < 3000; seed++) {
			const drawn = drawCandidates(
				scores,
				sums.map(sum => sum + offset),
				1,
				randomStream(seed),
			);
			expect(drawn).toHaveLength(1);
			counts[3 * drawn[0].beam + drawn[0].id]++;
		}
		expect(counts[2]).toBe(0);
		const possible = [0, 1, 3, 4, 5];
		const statistic = chiSquared(
			possible.map(i => counts[i]),
			possible.map(i => joint[i] * 3000),
		);
		// Float32 sums near -2000 have steps of 0.0001.
		expect(statistic).toBeLessThan(chiSquaredLimit(4));
	});

	test('are all different, the best first, each with its score and the place at which it was drawn', () => {
		const places = new Set<string>();
		for (let seed = 0; seed < 50; seed++) {
			const drawn = drawCandidates(scores, sums, 9, randomStream(seed));
			// Five have a probability.
			expect(drawn.map(({place}) => place).sort()).toEqual([0, 1, 2, 3, 4]);
			expect(new Set(drawn.map(({beam, id}) => 3 * beam + id)).size).toBe(5);
			const inOrder = drawn.map(({score}) => score);
			expect(inOrder).toEqual(inOrder.toSorted((a, b) => b - a));
			for (const {beam, id, score} of drawn) expect(score).toBeCloseTo(Math.log(joint[3 * beam + id]), 5);
			places.add(String(drawn.map(({place}) => place)));
		}
		expect(places.size).toBeGreaterThan(1);
	});
});
