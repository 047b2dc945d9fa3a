import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {Tokenizer} from '../../../../../src/engine/tokenizer/tokenizer.ts';
import {
	cellAt,
	cellsOf,
	layOut,
	layOutStale,
	needsSpelling,
	type PromptStretch,
} from '../../../../../src/features/prompt/editor/cells.ts';
import type {Token} from '../../../../../src/protocol/values/prompt.ts';
import {FAMILIES, familyFiles, goldenTokens} from '../../../../helpers/family-tokenizers.ts';

const words = (text: string): Token[] => (text.match(/ ?\S+|\s/g) ?? []).map((word, id) => ({id, text: word}));
const textOf = (stretch: PromptStretch) => (stretch.kind === 'cell' ? stretch.cell.text : stretch.text);
const joined = (stretches: readonly PromptStretch[]) => stretches.map(textOf).join('');

describe('an edit between tokens that look alike', () => {
	/** The stretches of a text made of these words, as they were before an edit. */
	const asTokens = (text: string) => layOut(text, cellsOf(words(text)));

	test('deleting one of two equal words keeps no cell twice', () => {
		const edited = layOutStale('a a', asTokens('a a a'));
		expect(joined(edited)).toBe('a a');
		expect(edited.filter(({kind}) => kind === 'cell')).toHaveLength(2);
	});

	test('typing one of them again waits in its place alone', () => {
		const edited = layOutStale('a a a a', asTokens('a a a'));
		expect(joined(edited)).toBe('a a a a');
		expect(edited.filter(({kind}) => kind === 'pending').map(textOf)).toEqual([' a']);
	});

	test('a letter shared by the cells before and after the edit is counted once', () => {
		// Before: `xy`, `yx`. Both are still there at the ends of `xyx`, but they share its middle.
		const old = layOut(
			'xyyx',
			cellsOf([
				{id: 1, text: 'xy'},
				{id: 2, text: 'yx'},
			]),
		);
		const edited = layOutStale('xyx', old);
		expect(joined(edited)).toBe('xyx');
		expect(edited.map(({kind}) => kind)).toEqual(['cell', 'pending']);
	});
});

describe('tokens on their text', () => {
	test('the tokens of an emoji share a cell', () => {
		const cells = cellsOf([
			{id: 1, text: 'Hi'},
			{id: 12520, bytes: [0x20, 0xf0, 0x9f]},
			{id: 246, bytes: [0x98]},
			{id: 222, bytes: [0x80]},
			{id: 0, text: '!'},
		]);
		expect(cells.map(({text, tokens}) => [text, tokens.length])).toEqual([
			['Hi', 1],
			[' 😀', 3],
			['!', 1],
		]);
		// It is drawn once, as the character it is.
		expect(cells.map(needsSpelling)).toEqual([false, false, false]);
	});

	test('bytes that never become a character keep their place', () => {
		const cells = cellsOf([
			{id: 1, bytes: [0xf0]},
			{id: 2, text: 'a'},
			{id: 3, bytes: [0x9f]},
		]);
		expect(cells.map(({text}) => text)).toEqual(['', 'a', '']);
		expect(joined(layOut('a', cells))).toBe('a');
		expect(layOut('a', cells)).toHaveLength(3);
		// Nobody could see them otherwise.
		expect(cells.map(needsSpelling)).toEqual([true, false, true]);
	});

	test('text before the context has no tokens', () => {
		const stretches = layOut('long ago there lived', cellsOf(words(' there lived')));
		expect(stretches.map(stretch => [stretch.kind, textOf(stretch)])).toEqual([
			['unread', 'long ago'],
			['cell', ' there'],
			['cell', ' lived'],
		]);
	});

	test('tokens before what the editor shows are left out', () => {
		expect(joined(layOut('lived here', cellsOf(words('there lived here'))))).toBe('lived here');
	});

	test('the token that starts an empty text has no characters', () => {
		expect(layOut('', cellsOf([{id: 50256, text: '<|endoftext|>'}]))).toEqual([]);
	});

	test('controls are spelled, spaces and line breaks are drawn in place', () => {
		expect(cellsOf([{id: 1, text: ' a\n\tb'}]).map(needsSpelling)).toEqual([false]);
		expect(cellsOf([{id: 1, text: 'z\u0000'}]).map(needsSpelling)).toEqual([true]);
		expect(cellsOf([{id: 1, text: '\u200b'}]).map(needsSpelling)).toEqual([true]);
	});
});

describe('tokens that do not spell their text', () => {
	const placed = (text: string, tokens: readonly string[]) =>
		layOut(text, cellsOf(tokens.map((text, id) => ({id, text})))).map(stretch => [
			stretch.kind,
			textOf(stretch),
			...(stretch.kind === 'cell' ? stretch.cell.tokens.map(({index}) => index) : []),
		]);

	test('a space that the tokenizer has put before a text has no place: it all was read', () => {
		expect(placed('The cat', [' The', ' cat'])).toEqual([
			['cell', 'The', 0],
			['cell', ' cat', 1],
		]);
		// Before every stretch between marks, be it a token of its own.
		expect(placed('Hi</s>\nYes', [' Hi', '</s>', ' ', '\n', 'Yes'])).toEqual([
			['cell', 'Hi', 0],
			['cell', '</s>', 1],
			['cell', '\n', 3],
			['cell', 'Yes', 4],
		]);
		expect(placed(' a', [' ', ' a'])).toEqual([['cell', ' a', 1]]);
	});

	test('characters in parts are those of the token that composes them', () => {
		expect(placed('A cafe\u0301 is', ['A', ' café', ' is'])).toEqual([
			['cell', 'A', 0],
			['cell', ' cafe\u0301', 1],
			['cell', ' is', 2],
		]);
		expect(placed('\u1112\u1161\u11ab', ['한'])).toEqual([['cell', '\u1112\u1161\u11ab', 0]]);
	});

	test('a character that is read as two, and marks that are read in another order, are shared', () => {
		expect(placed('a\u0958', ['a', 'क', '\u093c'])).toEqual([
			['cell', 'a', 0],
			['cell', '\u0958', 1, 2],
		]);
		expect(placed('x\u05b0\u0592', ['x', '\u05b0', '\u0592'])).toHaveLength(3);
		expect(placed('x\u0592\u05b0', ['x', '\u05b0', '\u0592'])).toEqual([
			['cell', 'x', 0],
			['cell', '\u0592\u05b0', 1, 2],
		]);
	});

	test.each(FAMILIES)('%s has all of every string in its tokens, also where that is decomposed', name => {
		const {tokenizer: file, config} = familyFiles(name);
		const tokenizer = new Tokenizer(file, config);
		for (const text of goldenTokens.strings.flatMap(one => [one, one.normalize('NFD')])) {
			const stretches = layOut(text, cellsOf(tokenizer.encode(text).map(id => tokenizer.token(id))));
			expect(joined(stretches)).toBe(text);
			expect({text, kinds: [...new Set(stretches.map(({kind}) => kind))]}).toEqual({
				text,
				kinds: text === '' ? [] : ['cell'],
			});
		}
	});
});

describe('while new tokens are on their way', () => {
	test('only the typed characters wait', () => {
		const old = layOut('there lived a man', cellsOf(words('there lived a man')));
		const stretches = layOutStale('there lived xx a man', old);
		expect(stretches.map(stretch => [stretch.kind, textOf(stretch)])).toEqual([
			['cell', 'there'],
			['cell', ' lived'],
			['pending', ' xx'],
			['cell', ' a'],
			['cell', ' man'],
		]);
	});

	test('deleting a token leaves the others as they were, and nothing waits', () => {
		const old = layOut('a b c', cellsOf(words('a b c')));
		expect(layOutStale(' b c', old)).toEqual(old.slice(1));
		expect(layOutStale('a c', old)).toEqual([old[0], old[2]]);
		expect(layOutStale('a b', old)).toEqual(old.slice(0, 2));
		expect(layOutStale('a b c', old)).toEqual(old);
	});

	test('a second key press before the tokens come waits too, and the caret there is in no token', () => {
		const first = layOutStale('a x man', layOut('a man', cellsOf(words('a man'))));
		const second = layOutStale('a xy man', first);
		expect(second.map(stretch => [stretch.kind, textOf(stretch)])).toEqual([
			['cell', 'a'],
			['pending', ' x'],
			['pending', 'y'],
			['cell', ' man'],
		]);
		expect(cellAt(second, 3)).toBeNull();
		expect(cellAt(second, 8)?.text).toBe(' man');
	});

	test('the stretches spell the text after every edit', () => {
		const text = fc.array(fc.constantFrom('a', 'b', ' ', 'ab', '\n'), {maxLength: 12}).map(parts => parts.join(''));
		fc.assert(
			fc.property(text, text, (before, after) => {
				const old = layOut(before, cellsOf(words(before)));
				expect(joined(old)).toBe(before);
				expect(joined(layOutStale(after, old))).toBe(after);
			}),
		);
	});
});

test('the caret belongs to the token before it', () => {
	const stretches = layOut('a man', cellsOf(words('a man')));
	expect(cellAt(stretches, 0)).toBeNull();
	expect(cellAt(stretches, 1)?.text).toBe('a');
	expect(cellAt(stretches, 2)?.text).toBe(' man');
	expect(cellAt(stretches, 5)?.text).toBe(' man');
});
