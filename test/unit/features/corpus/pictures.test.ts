import {expect, test} from 'vitest';
import {histogramOf, regionMeans} from '../../../../src/features/corpus/state/pictures.ts';
import type {Result} from '../../../../src/features/corpus/state/results.ts';
import {sumsOf} from '../../../../src/features/corpus/state/sums.ts';
import {bareItem} from '../../../helpers/item.ts';

const result = (condition: string, regions: number[], totals: Partial<NonNullable<Result['totals']>> = {}): Result => ({
	item: bareItem({row: 2, condition, text: 'a'}),
	refusal: null,
	totals: {
		bits: 1,
		plainBits: 1,
		tokens: 1,
		characters: 1,
		bitsPerToken: 1,
		bitsPerCharacter: 1,
		perplexity: 2,
		...totals,
	},
	regions: regions.map((bits, i) => ({position: i + 1, bits})),
	pair: null,
	model: 0,
});

test('regions are averaged by place and condition, with the interval of the mean', () => {
	const means = regionMeans([result('b', [1, 10]), result('a', [2]), result('b', [3, 14])]);
	expect(means.map(({position, condition, n, mean}) => [position, condition, n, mean])).toEqual([
		[1, 'b', 2, 2],
		[1, 'a', 1, 2],
		[2, 'b', 2, 12],
	]);
	// Of 1 and 3 the standard deviation is the root of 2, and the standard error 1.
	expect(means[0].low).toBeCloseTo(2 - 1.959964, 5);
	expect(means[1].low).toBeNull();
});

test('every text is in one bin of the histogram, the largest too', () => {
	const values = [0, 1.5, 2, 3, 10];
	const histogram = histogramOf(
		values.map(bits => result('', [], {bits})),
		'bits',
	)!;
	expect(histogram.bins.reduce((sum, {count}) => sum + count, 0)).toBe(5);
	for (const {from, to, count} of histogram.bins.slice(0, -1))
		expect(values.filter(value => value >= from && value < to).length).toBe(count);
	expect(histogram.bins.at(-1)).toMatchObject({to: 10, count: 1});
	expect(histogram.median).toBe(2);
});

test('texts that are all alike have a histogram, and none have none', () => {
	expect(histogramOf([result('', []), result('', [])], 'perplexity')).toMatchObject({n: 2, median: 2});
	expect(histogramOf([], 'bits')).toBeNull();
});

test('the sums are those of one long text', () => {
	const sums = sumsOf([
		result('', [], {plainBits: 10, tokens: 2, characters: 5}),
		result('', [], {plainBits: 20, tokens: 8, characters: 15}),
		{...result('', []), totals: null},
	]);
	expect(sums).toEqual({texts: 2, tokens: 10, bitsPerToken: 3, bitsPerCharacter: 1.5, perplexity: 8});
});
