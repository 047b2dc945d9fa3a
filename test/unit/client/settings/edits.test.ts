import fc from 'fast-check';
import {expect, test} from 'vitest';
import {applyEdits, editsBetween} from '../../../../src/client/settings/edits.ts';
import {DEFAULT_SETTINGS, type Settings} from '../../../../src/client/settings/settings.ts';

/** Settings that go together whatever they are. */
const settings: fc.Arbitrary<Settings> = fc
	.record({
		classesListed: fc.integer({min: 5, max: 9}),
		seedMode: fc.constantFrom('fresh' as const, 'fixed' as const),
		temperature: fc.constantFrom(0.5, 0.8, 1),
		topK: fc.integer({min: 0, max: 3}),
		stopStrings: fc.array(fc.constantFrom('a', 'b'), {maxLength: 2}),
	})
	.map(changes => ({...DEFAULT_SETTINGS, ...changes}));

test('the edits between two settings make one of the other', () => {
	fc.assert(
		fc.property(settings, settings, (before, after) => {
			expect(applyEdits(before, editsBetween(before, after), after)).toEqual(after);
		}),
	);
});

test('edits on top of others do what both do, one after the other', () => {
	fc.assert(
		fc.property(settings, settings, settings, settings, (start, a, b, c) => {
			const [first, second] = [editsBetween(a, b), editsBetween(b, c)];
			const oneByOne = applyEdits(applyEdits(start, first, b), second, c);
			expect(applyEdits(start, {...first, ...second}, c)).toEqual(oneByOne);
		}),
	);
});

test('equal settings have no edits between them', () => {
	expect(editsBetween(DEFAULT_SETTINGS, structuredClone(DEFAULT_SETTINGS))).toEqual({});
});
