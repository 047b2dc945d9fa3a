import {expect, test} from 'vitest';
import {patternOf} from '../../../../src/service/answers/head-patterns.ts';

/** What a head does, told from its attention. */

const IDS = [1, 2, 3, 1, 2, 3];

/** Attention that gives nine tenths to one place, where there is one, and shares out the rest evenly. */
function grid(to: (i: number) => number | null): Float32Array {
	const s = IDS.length;
	const all = new Float32Array(s * s);
	for (let i = 0; i < s; i++) {
		const at = to(i);
		for (let j = 0; j <= i; j++) all[i * s + j] = at === null ? 1 / (i + 1) : 0.1 / (i + 1) + (j === at ? 0.9 : 0);
	}
	return all;
}

test.each([
	['previous', (i: number) => Math.max(0, i - 1)],
	['first', () => 0],
	['self', (i: number) => i],
	['same', (i: number) => (i >= 3 ? i - 3 : null)],
	['induction', (i: number) => (i >= 3 ? i - 2 : null)],
] as const)('%s', (pattern, to) => {
	const found = patternOf(grid(to), IDS);
	expect(found.pattern).toBe(pattern);
	expect(found.share).toBeGreaterThan(0.9);
});

test('a head without a pattern is spread out, as evenly as could be', () => {
	expect(
		patternOf(
			grid(() => null),
			IDS,
		),
	).toEqual({pattern: 'spread', share: expect.closeTo(1, 5)});
	expect(patternOf(new Float32Array([1]), [7])).toEqual({pattern: 'spread', share: 1});
});
