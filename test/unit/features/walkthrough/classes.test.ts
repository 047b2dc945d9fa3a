import fc from 'fast-check';
import {expect, test} from 'vitest';
import {readClasses, writeClasses} from '../../../../src/features/walkthrough/state/classes.ts';

/** Classes in the walk's address. */

const token = fc.oneof(
	fc.record({id: fc.nat(9_999_999), text: fc.string({unit: 'grapheme'}).filter(text => text.isWellFormed())}),
	fc.record({id: fc.nat(9_999_999), bytes: fc.array(fc.nat(255), {minLength: 1, maxLength: 4})}),
	fc.record({id: fc.nat(9_999_999)}),
);

test('what an address says of classes is read back, through the address itself', () => {
	fc.assert(
		fc.property(fc.array(token, {minLength: 1}), classes => {
			const query = new URLSearchParams({chosen: writeClasses(classes)}).toString();
			expect(readClasses(new URLSearchParams(query).get('chosen')!)).toEqual(classes);
		}),
	);
});

test('an address from before has ids alone, and what names no class is left out', () => {
	expect(readClasses('7,8,x')).toEqual([{id: 7}, {id: 8}]);
	expect(readClasses('')).toEqual([]);
	expect(readClasses('0:!,11:%2C')).toEqual([
		{id: 0, text: '!'},
		{id: 11, text: ','},
	]);
	expect(readClasses('7:%E0%A4%A,-1,99999999,8!zz,9!e2,1:a b')).toEqual([
		{id: 9, bytes: [0xe2]},
		{id: 1, text: 'a b'},
	]);
});
