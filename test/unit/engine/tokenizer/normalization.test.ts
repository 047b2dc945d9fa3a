import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {joined, normalized} from '../../../../src/engine/tokenizer/normalization.ts';

const NFC = {nfc: true, prepend: '', marksSpaces: false};
const LLAMA = {nfc: false, prepend: '▁', marksSpaces: true};

describe('canonical composition, with a way back', () => {
	test('changes what it changes, and names where that was', () => {
		expect(normalized('cafe\u0301 au', NFC)).toEqual([
			{text: 'caf', start: 0, end: 3, same: true},
			{text: 'é', start: 3, end: 5, same: false},
			{text: ' au', start: 5, end: 8, same: true},
		]);
		// A kelvin sign becomes a letter, and Hangul's parts a syllable.
		expect(normalized('5 \u212a', NFC).at(-1)).toEqual({text: 'K', start: 2, end: 3, same: false});
		expect(normalized('\u1100\u1161\u11a8', NFC)).toEqual([{text: '각', start: 0, end: 3, same: false}]);
	});

	test('leaves a text that is composed as it is, in one piece', () => {
		expect(normalized('café 각', NFC)).toEqual([{text: 'café 각', start: 0, end: 6, same: true}]);
		expect(normalized('', NFC)).toEqual([]);
	});

	test('gives any text its NFC, and covers it without a gap', () => {
		const unit = fc.oneof(
			fc.constantFrom(
				'a',
				'e\u0301',
				'\u0301',
				'\u0327',
				'\u1100',
				'\u1161',
				'\u11a8',
				'\u212b',
				'\u0958',
				' ',
				'\u09c7\u09be',
			),
			fc.string({unit: 'binary', minLength: 1, maxLength: 2}),
		);
		fc.assert(
			fc.property(fc.array(unit, {maxLength: 30}), parts => {
				const text = parts.join('').toWellFormed();
				const pieces = normalized(text, NFC);
				expect(joined(pieces)).toBe(text.normalize('NFC'));
				let at = 0;
				for (const {text: made, start, end, same} of pieces) {
					expect(start).toBe(at);
					if (same) expect(made).toBe(text.slice(start, end));
					at = end;
				}
				expect(at).toBe(text.length);
			}),
			{numRuns: 500},
		);
	});

	test('composes every pair that Unicode composes', () => {
		for (let code = 0xc0; code < 0x3000; code++) {
			const character = String.fromCodePoint(code);
			const pieces = normalized(`${character.normalize('NFD')}x`, NFC);
			expect(joined(pieces)).toBe(`${character.normalize('NFC')}x`);
			// The letter after it is never part of what changed.
			expect(pieces.at(-1)!.same).toBe(true);
		}
	});
});

describe('SentencePiece’s way', () => {
	test('marks spaces, and puts a mark before the text that is nowhere in it', () => {
		expect(normalized('a b', LLAMA)).toEqual([
			{text: '▁', start: 0, end: 0, same: false},
			{text: 'a▁b', start: 0, end: 3, same: true},
		]);
		expect(normalized('', LLAMA)).toEqual([]);
	});
});
