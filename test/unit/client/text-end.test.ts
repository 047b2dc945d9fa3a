import fc from 'fast-check';
import {expect, test} from 'vitest';
import {endOf} from '../../../src/client/text-end.ts';

test('the end of a text is as long as asked, and never starts with half a character', () => {
	fc.assert(
		fc.property(fc.string({unit: 'grapheme'}), fc.nat({max: 20}), (text, length) => {
			const end = endOf(text, length);
			expect(text.endsWith(end)).toBe(true);
			expect(end.length).toBeLessThanOrEqual(length);
			expect(end.length).toBeGreaterThanOrEqual(Math.min(length, text.length) - 1);
			expect(end.isWellFormed()).toBe(true);
		}),
	);
});
