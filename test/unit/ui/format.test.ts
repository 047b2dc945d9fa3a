import fc from 'fast-check';
import {beforeAll, describe, expect, test} from 'vitest';
import {
	bits,
	bytes,
	count,
	decimal,
	exactProbability,
	nats,
	ordinal,
	percent,
	percentagePoints,
	share,
	significant,
} from '../../../src/ui/format.ts';
import {installI18n} from '../../helpers/fake-i18n.ts';

beforeAll(installI18n);

test('a share is shown as 1 only if it is exactly 1, and as 0 only if it is exactly 0', () => {
	const shares = [0, 0.001, 0.01, 0.5, 2 / 3, 0.99, 0.996, 299 / 300, 1];
	expect(shares.map(share)).toEqual(['0.00', '<0.01', '0.01', '0.50', '0.67', '0.99', '>0.99', '>0.99', '1.00']);
});

test('a measured number of any size has three significant digits', () => {
	const values = [51_523.7, 999.6, 265.2, 45.66, 2, 1.423, 0.0312, 0, -3.456];
	expect(values.map(significant)).toEqual(['51,500', '1,000', '265', '45.7', '2.00', '1.42', '0.0312', '0', '−3.46']);
	// A word that a model hardly foresees has such a probability.
	const tiny = [0.0001, 0.000_031_2, 4.12e-22, -9.999e-7, 5e-324].map(value =>
		significant(value).replaceAll('\u00a0', ' '),
	);
	expect(tiny).toEqual(['0.000100', '3.12 × 10⁻⁵', '4.12 × 10⁻²²', '−1.00 × 10⁻⁶', '4.94 × 10⁻³²⁴']);
});

describe('percent', () => {
	test.each([
		[0, '0 %'],
		[1e-9, '<0.01 %'],
		[0.000_099, '<0.01 %'],
		[0.0001, '0.0100 %'],
		[0.004_12, '0.412 %'],
		[0.1138, '11.4 %'],
		[0.9, '90.0 %'],
		[0.9989, '99.9 %'],
		[0.9999, '>99.9 %'],
		[1, '100 %'],
	])('%f is %s', (probability, text) => {
		expect(percent(probability).replace('\u00a0', ' ')).toBe(text);
	});

	test('says 0 % and 100 % only of exactly 0 and 1', () => {
		fc.assert(
			fc.property(fc.double({min: 0, max: 1, noNaN: true, minExcluded: true, maxExcluded: true}), probability => {
				const text = percent(probability);
				expect(text).not.toMatch(/^(0|0\.0+|100|100\.0+)\s/);
			}),
		);
	});
});

test('a change of a probability is in percentage points, with its sign', () => {
	const changes = [0.193, -0.104, 0.000_01, -0.000_01, 0];
	expect(changes.map(percentagePoints)).toEqual(['+19.3', '−10.4', '+<0.01', '−<0.01', '0']);
});

test('a minus is a minus sign, and nothing is minus zero', () => {
	expect(decimal(-31.024)).toBe('−31.02');
	expect(decimal(-0.001)).toBe('0.00');
	expect(decimal(-1234.5, 1)).toBe('−1,234.5');
	expect(nats(-2.312)).toBe('−2.31 nats');
	expect(bits(7.314)).toBe('7.31 bits');
});

test('thousands are separated', () => {
	expect(count(50_257)).toBe('50,257');
	expect(count(999)).toBe('999');
});

test.each([
	[1, '1st'],
	[2, '2nd'],
	[3, '3rd'],
	[4, '4th'],
	[11, '11th'],
	[112, '112th'],
	[22, '22nd'],
	[40_013, '40,013th'],
])('rank %i is %s', (rank, text) => {
	expect(ordinal(rank)).toBe(text);
});

test.each([
	[0, '0 B'],
	[999, '999 B'],
	[1000, '1.0 KB'],
	[19_200_000, '19.2 MB'],
	[124_000_000, '124 MB'],
	[999_600_000, '1.0 GB'],
])('%i bytes are %s', (value, text) => {
	expect(bytes(value).replace('\u00a0', ' ')).toBe(text);
});

test('a tiny probability keeps its size', () => {
	expect(exactProbability(2.1e-8)).toBe('2.1\u00a0×\u00a010⁻⁸');
	expect(exactProbability(9.96e-13)).toBe('1.0\u00a0×\u00a010⁻¹²');
	expect(exactProbability(0.114)).toBe('11.4\u00a0%');
	expect(exactProbability(0)).toBe('0\u00a0%');
});
