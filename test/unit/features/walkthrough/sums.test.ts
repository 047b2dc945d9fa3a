import fc from 'fast-check';
import {expect, test} from 'vitest';
import {largestParts} from '../../../../src/features/walkthrough/head/sums.ts';
import {fullColour} from '../../../../src/features/walkthrough/shared/full-colour.ts';

test('the largest parts and the others add up to the whole, each from where the last ended', () => {
	const values = fc.array(fc.double({min: -10, max: 10, noNaN: true}), {minLength: 1, maxLength: 40});
	fc.assert(
		fc.property(values, contributions => {
			const {parts, total, others} = largestParts(contributions, 10);
			expect(total).toBeCloseTo(
				contributions.reduce((sum, value) => sum + value, 0),
				9,
			);
			expect(parts.length).toBe(Math.min(10, contributions.length) + (others > 0 ? 1 : 0));
			for (const [i, part] of parts.entries())
				expect(part.from).toBeCloseTo(i === 0 ? 0 : parts[i - 1].from + parts[i - 1].value, 9);
			const named = parts.filter(part => part.dimension !== null).map(part => Math.abs(part.value));
			expect(named).toEqual([...named].sort((a, b) => b - a));
		}),
	);
});

test('one huge number does not wash the others out', () => {
	expect(fullColour([...Array.from({length: 99}, () => 1), 1000])).toBe(1);
	expect(fullColour([0, 0])).toBe(1);
});
