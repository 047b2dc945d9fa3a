import fc from 'fast-check';
import {beforeAll, describe, expect, test} from 'vitest';
import {spell, tokenBytes} from '../../../../src/protocol/values/spell.ts';
import {spokenToken, visibleToken} from '../../../../src/ui/tokens/token-text.ts';
import {installI18n} from '../../../helpers/fake-i18n.ts';

beforeAll(installI18n);

describe('a token made visible', () => {
	test.each([
		[' Paris', '·Paris'],
		['\n\n', '↵↵'],
		['\tif', '⇥if'],
		['\u0000', '⟨NUL⟩'],
		['\u001b', '⟨ESC⟩'],
		['\u007f', '⟨DEL⟩'],
		['\u200d', '⟨U+200D⟩'],
		['\u00a0', '⟨U+00A0⟩'],
		['\u202eabc', '⟨U+202E⟩abc'],
		['\ufffd', '⟨U+FFFD⟩'],
		['❤\ufe0f', '❤⟨U+FE0F⟩'],
		['\u3164', '⟨U+3164⟩'],
		['\u2800', '⟨U+2800⟩'],
		['a\u034f', 'a⟨U+034F⟩'],
		['\u{e0100}', '⟨U+E0100⟩'],
		['\ud83d', '⟨U+D83D⟩'],
		['\u0301', '◌\u0301'],
		['שלום', 'שלום'],
		['<b>&amp;', '<b>&amp;'],
	])('%j is %s', (text, shown) => {
		expect(visibleToken({text})).toBe(shown);
	});

	test('part of a character is its bytes', () => {
		expect(visibleToken({bytes: [0xf0, 0x9f]})).toBe('⟨F0 9F⟩');
		expect(visibleToken({bytes: [0x0a]})).toBe('⟨0A⟩');
	});

	test('no replacement character and no bare control ever shows', () => {
		fc.assert(
			fc.property(fc.string({unit: 'binary'}), text => {
				expect(visibleToken({text})).not.toMatch(/[\ufffd\p{Cc}\p{Cs}]/u);
			}),
		);
	});
});

test('a screen reader hears the space, which is part of the class', () => {
	expect(spokenToken({text: ' man'})).toBe('space man');
	expect(spokenToken({text: '\n'})).toBe('new line');
	expect(spokenToken({bytes: [0x98]})).toContain('⟨98⟩');
});

describe('tokens spelled together', () => {
	test('parts of a character become the character', () => {
		expect(spell([{text: 'a'}, {bytes: [0x20, 0xf0, 0x9f]}, {bytes: [0x98]}, {bytes: [0x80]}])).toBe('a 😀');
	});

	test('bytes that never become a character are left out, a true U+FFFD is not', () => {
		expect(spell([{text: 'a\ufffd'}, {bytes: [0xf0, 0x9f]}])).toBe('a\ufffd');
		expect(spell([{bytes: [0xf0, 0x9f]}, {text: 'b'}])).toBe('b');
	});

	test('any text cut anywhere between its bytes is itself again', () => {
		fc.assert(
			fc.property(fc.string({unit: 'binary'}), fc.array(fc.nat(40)), (any, cuts) => {
				const text = any.replace(/\p{Cs}/gu, '');
				const all = [...tokenBytes({text})];
				const tokens: {bytes: number[]}[] = [];
				for (const cut of cuts) tokens.push({bytes: all.splice(0, cut)});
				expect(spell([...tokens, {bytes: all}])).toBe(text);
			}),
		);
	});
});
