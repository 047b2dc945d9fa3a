import {describe, expect, it} from 'vitest';
import {findingsOf} from '../../../../src/app/views/strategies/findings.ts';
import {token, tokens} from './fixtures.ts';

const likely = (...ids: number[]) => ids.map(id => token(id, {logProb: -0.2, rank: 1}));
const rare = (...ids: number[]) => ids.map(id => token(id, {logProb: -8, rank: 3000 + id}));

describe('findings about results', () => {
	it('names the strategy that ended in a loop, and the loop', () => {
		const findings = findingsOf([
			{name: 'Greedy', tokens: likely(1, 2, 3, 2, 3, 2, 3)},
			{name: 'Sampling', tokens: rare(4, 5, 6, 7, 8, 9, 10)},
		]);
		expect(findings).toContainEqual({kind: 'loop', name: 'Greedy', loop: {period: 2, times: 3}});
	});

	it('names the one that repeated most where none loops', () => {
		const findings = findingsOf([
			{name: 'A', tokens: tokens(1, 2, 3, 4, 5, 1, 2, 3, 4, 6)},
			{name: 'B', tokens: tokens(1, 2, 3, 4, 5, 6, 7, 8, 9, 10)},
		]);
		expect(findings).toContainEqual({kind: 'repeats', name: 'A', repetition: expect.closeTo(1 / 7, 10)});
	});

	it('tells the likeliest text from the one that wandered', () => {
		const findings = findingsOf([
			{name: 'Sampling', tokens: rare(4, 5)},
			{name: 'Beam', tokens: likely(1, 2)},
		]);
		expect(findings).toContainEqual({kind: 'likeliest', name: 'Beam', logProbPerToken: -0.2, top10: 2, tokens: 2});
		expect(findings).toContainEqual(
			expect.objectContaining({
				kind: 'wanders',
				name: 'Sampling',
				beyond100: 2,
				worst: expect.objectContaining({id: 5}),
			}),
		);
	});

	it('says when two wrote the same', () => {
		const findings = findingsOf([
			{name: 'Greedy', tokens: likely(1, 2)},
			{name: 'Speculative', tokens: likely(1, 2)},
			{name: 'Sampling', tokens: rare(3, 4)},
		]);
		expect(findings).toContainEqual({kind: 'same', names: ['Greedy', 'Speculative']});
	});

	it('says nothing about one result, and nothing that is not so', () => {
		expect(findingsOf([{name: 'Greedy', tokens: likely(1, 1, 1, 1)}])).toEqual([]);
		const alike = findingsOf([
			{name: 'A', tokens: likely(1, 2, 3)},
			{name: 'B', tokens: likely(4, 5, 6)},
		]);
		expect(alike).toEqual([]);
	});
});
