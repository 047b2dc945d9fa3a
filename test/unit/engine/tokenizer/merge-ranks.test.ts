import fc from 'fast-check';
import {expect, test} from 'vitest';
import {MergeRanks} from '../../../../src/engine/tokenizer/merge-ranks.ts';

const SYMBOLS = Array.from({length: 40}, (_, id) => `s${id}`);
const IDS = new Map(SYMBOLS.map((symbol, id) => [symbol, id * 6007]));
const ranksOf = (merges: readonly (readonly string[])[]) =>
	new MergeRanks(
		Int32Array.from(merges.flat(), symbol => IDS.get(symbol)!),
		IDS,
	);
const symbol = fc.constantFrom(...SYMBOLS);

test('every merge has its place in the list, of equal ones the last, and no other pair has any', () => {
	fc.assert(
		fc.property(fc.array(fc.tuple(symbol, symbol), {maxLength: 300}), merges => {
			const ranks = ranksOf(merges);
			const expected = new Map(merges.map(([left, right], rank) => [`${left} ${right}`, rank]));
			expect(ranks.size).toBe(expected.size);
			for (const left of SYMBOLS)
				for (const right of SYMBOLS) expect(ranks.of(left, right)).toBe(expected.get(`${left} ${right}`));
		}),
		{numRuns: 10},
	);
});

test('what is no token merges with nothing', () => {
	const ranks = ranksOf([['s0', 's1']]);
	expect([ranks.of('s0', 's1'), ranks.of('s0', 'x'), ranks.of('x', 's1')]).toEqual([0, undefined, undefined]);
});
