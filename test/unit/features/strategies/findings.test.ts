import {beforeAll, describe, expect, it} from 'vitest';
import {findingsOf} from '../../../../src/features/strategies/findings.ts';
import {installI18n} from '../../../helpers/fake-i18n.ts';
import {token, tokens} from './fixtures.ts';

beforeAll(installI18n);

const likely = (...ids: number[]) => ids.map(id => token(id, {logProb: -0.2, rank: 1}));
const rare = (...ids: number[]) => ids.map(id => token(id, {logProb: -8, rank: 3000 + id}));

describe('findings about results', () => {
	it('names the strategy that ended in a loop, and the loop', () => {
		const findings = findingsOf([
			{name: 'Greedy', tokens: likely(1, 2, 3, 2, 3, 2, 3)},
			{name: 'Sampling', tokens: rare(4, 5, 6, 7, 8, 9, 10)},
		]);
		expect(findings).toContain('Greedy ended in a loop: a phrase of 2 tokens, 3 times in a row.');
	});

	it('names the one that repeated most where none loops', () => {
		const findings = findingsOf([
			{name: 'A', tokens: tokens(1, 2, 3, 4, 5, 1, 2, 3, 4, 6)},
			{name: 'B', tokens: tokens(1, 2, 3, 4, 5, 6, 7, 8, 9, 10)},
		]);
		expect(findings[0]).toMatch(/^A repeated itself most: 14\.3\s% of its 4-token sequences/u);
	});

	it('tells the likeliest text from the one that wandered', () => {
		const findings = findingsOf([
			{name: 'Sampling', tokens: rare(4, 5)},
			{name: 'Beam', tokens: likely(1, 2)},
		]);
		expect(findings).toEqual([
			expect.stringMatching(
				/^Beam found the likeliest text \(−0\.20 nats per token\): 2 of 2 tokens come .* so little/,
			),
			expect.stringMatching(
				/^Sampling wandered furthest \(−8\.00 .*: 2 of 2 tokens are beyond .*·t5\u2069, ranked 3,005/,
			),
		]);
	});

	it('says when two wrote the same', () => {
		const findings = findingsOf([
			{name: 'Greedy', tokens: likely(1, 2)},
			{name: 'Speculative', tokens: likely(1, 2)},
			{name: 'Sampling', tokens: rare(3, 4)},
		]);
		expect(findings).toContain('Greedy and Speculative wrote the same text, token for token.');
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
