import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {spell, tokenBytes} from '../../../../src/protocol/values/spell.ts';
import {charactersOf, completed} from '../../../../src/ui/tokens/characters.ts';
import {visibleToken} from '../../../../src/ui/tokens/token-text.ts';

const QUOTE = [{bytes: [0x20, 0xe2, 0x80]}, {bytes: [0x9c]}, {text: 'The'}];

describe('tokens that share characters', () => {
	test('are one run, which spells them: “The is never ⟨20 E2 80⟩⟨9C⟩The', () => {
		expect(charactersOf(QUOTE).map(({text, tokens}) => [text, tokens.map(({index}) => index)])).toEqual([
			[' “', [0, 1]],
			['The', [2]],
		]);
	});

	test('keep their bytes where those never become a character, and keep no others from it', () => {
		const tokens = [{bytes: [0x9c]}, ...QUOTE, {bytes: [0xe2, 0x80]}, {text: 'x'}];
		expect(charactersOf(tokens).map(({text}) => text)).toEqual([null, ' “', 'The', null, 'x']);
	});

	test('spell the same text, and are all there, however the bytes are cut', () => {
		fc.assert(
			fc.property(fc.string({unit: 'grapheme'}), fc.array(fc.integer({min: 1, max: 3})), (any, cuts) => {
				const text = any.replace(/\p{Cs}/gu, '');
				const bytes = [...tokenBytes({text})];
				const tokens: {bytes: number[]}[] = [];
				for (let i = 0; bytes.length > 0; i++) tokens.push({bytes: bytes.splice(0, cuts[i] ?? 1)});
				const runs = charactersOf(tokens);
				expect(runs.flatMap(run => run.tokens.map(({index}) => index))).toEqual(tokens.map((_, i) => i));
				expect(spell(runs.flatMap(run => run.tokens.map(({token}) => token)))).toBe(text);
			}),
		);
	});
});

describe('a class after tokens that have begun a character', () => {
	test('is shown as the character it makes', () => {
		expect(visibleToken(completed([QUOTE[0]], {bytes: [0x9d]}))).toBe('”');
		expect(visibleToken(completed([], {bytes: [0x9d]}))).toBe('⟨9D⟩');
		expect(visibleToken(completed([QUOTE[0]], {bytes: [0xff]}))).toBe('⟨FF⟩');
	});
});

test('bytes before a part of a character are shown as bytes', () => {
	expect(visibleToken({bytes: [0x20, 0xe2, 0x80]})).toBe('·⟨E2 80⟩');
});
