import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {requestOf, withClass} from '../../../../src/features/loop/prompt.ts';
import {
	addedText,
	editPrompt,
	promptKey,
	promptOf,
	pushUndo,
	SHOWN_CHARACTERS,
	shownText,
	type UndoEntry,
	undoStep,
	wholeText,
} from '../../../../src/features/prompt/prompt.ts';
import {MAX_TEXT_LENGTH} from '../../../../src/protocol/values/prompt.ts';

const MAN = {id: 582, text: ' man'};
const EMOJI = [
	{id: 12520, bytes: [0x20, 0xf0, 0x9f]},
	{id: 246, bytes: [0x98]},
	{id: 222, bytes: [0x80]},
];

test('a short text is shown whole', () => {
	expect(shownText(promptOf('Once upon a time'))).toBe('Once upon a time');
});

describe('a text of 200,000 characters', () => {
	const text = 'All work and no play. '.repeat(9091).slice(0, 200_000);

	test('is asked whole, and its end is shown', () => {
		const prompt = promptOf(text);
		expect(requestOf(prompt).text).toBe(text);
		expect(shownText(prompt)).toBe(text.slice(-SHOWN_CHARACTERS));
	});

	test('stays where it is cut while one types', () => {
		const prompt = promptOf(text);
		const edited = editPrompt(prompt, `${shownText(prompt)}!`);
		expect(edited.head).toBe(prompt.head);
		expect(edited.text).toBe(`${text}!`);
	});

	test('shows more of itself when the shown part is deleted', () => {
		const prompt = promptOf(text);
		const edited = editPrompt(prompt, 'the end');
		expect(edited.text).toBe(`${text.slice(0, -SHOWN_CHARACTERS)}the end`);
		expect(shownText(edited)).toHaveLength(SHOWN_CHARACTERS);
	});

	test('pasted into the editor is cut there', () => {
		const prompt = editPrompt(promptOf('Dear '), `Dear ${text}`);
		expect(requestOf(prompt).text).toBe(`Dear ${text}`);
		expect(shownText(prompt)).toHaveLength(SHOWN_CHARACTERS);
	});
});

test('of a text longer than a request may be, the end is kept', () => {
	const prompt = promptOf(`${'x'.repeat(MAX_TEXT_LENGTH)}end`);
	expect(prompt.text).toHaveLength(MAX_TEXT_LENGTH);
	expect(prompt.text.endsWith('xend')).toBe(true);
});

test('no cut halves a character, and no lone surrogate is asked', () => {
	fc.assert(
		fc.property(fc.nat(3), offset => {
			const prompt = promptOf('x'.repeat(offset) + '😀'.repeat(SHOWN_CHARACTERS));
			expect(shownText(prompt)).not.toMatch(/\p{Cs}/u);
		}),
	);
	expect(requestOf(promptOf('a\ud83d b')).text).toBe('a\ufffd b');
});

describe('appending classes', () => {
	test('asks with ids, which may not be how the whole text would be cut', () => {
		const prompt = withClass(withClass(promptOf('there lived a'), MAN), EMOJI[0]);
		expect(requestOf(prompt)).toEqual({text: 'there lived a', appended: [MAN, EMOJI[0]]});
	});

	test('shows whole characters only', () => {
		let prompt = promptOf('Hi');
		for (const [i, token] of EMOJI.entries()) {
			prompt = withClass(prompt, token);
			expect(shownText(prompt)).toBe(i < 2 ? 'Hi ' : 'Hi 😀');
		}
	});

	test('an edit makes them text', () => {
		const prompt = editPrompt(withClass(promptOf('a'), MAN), 'a man!');
		expect(requestOf(prompt)).toEqual({text: 'a man!', appended: []});
	});

	test('another question has another key', () => {
		const text = promptOf('a man');
		const chosen = withClass(promptOf('a'), MAN);
		expect(wholeText(chosen)).toBe(wholeText(text));
		expect(promptKey(chosen)).not.toBe(promptKey(text));
		expect(promptKey(withClass(promptOf('a'), MAN))).toBe(promptKey(chosen));
	});
});

describe('what was added to the given text', () => {
	const given = promptOf('I hope you and your family');

	test.each([
		['nothing', 'I hope you and your family', ''],
		['typed after it', 'I hope you and your family are happy', ' are happy'],
		['typed after it, and the given text mended', 'We hope you and your family are happy', ' are happy'],
		['the end of the given text taken away, and more typed', 'I hope you and all are glad', 'all are glad'],
		['the given text shortened', 'I hope you', ''],
	])('%s', (_, text, added) => {
		let prompt = given;
		// Typed after the given text first, as a person would.
		if (added === ' are happy') prompt = editPrompt(prompt, `${shownText(given)} are happy`);
		expect(addedText(editPrompt(prompt, text))).toBe(added);
	});

	test('classes count, also once they are text', () => {
		const chosen = withClass(withClass(given, {id: 389, text: ' are'}), {id: 3772, text: ' happy'});
		expect(addedText(chosen)).toBe(' are happy');
		expect(addedText(editPrompt(chosen, `${shownText(chosen)}, too`))).toBe(' are happy, too');
	});
});

describe('undo', () => {
	test('takes back one class at a time, then the text before', () => {
		const first = promptOf('first');
		let prompt = promptOf('second');
		let stack: UndoEntry[] = pushUndo([], {kind: 'replace', prompt: first});
		for (const token of [MAN, MAN]) {
			prompt = withClass(prompt, token);
			stack = pushUndo(stack, {kind: 'append'});
		}
		const seen: string[] = [];
		for (let step = undoStep(prompt, stack); step; step = undoStep(step.prompt, step.stack)) {
			seen.push(wholeText(step.prompt));
		}
		expect(seen).toEqual(['second man', 'second', 'first']);
	});

	test('keeps only a few of the texts before, and with each the classes that followed it', () => {
		let stack: UndoEntry[] = [];
		for (let i = 0; i < 20; i++) {
			stack = pushUndo(stack, {kind: 'replace', prompt: promptOf(`text ${i}`)});
			stack = pushUndo(stack, {kind: 'append'});
		}
		const kinds = stack.map(({kind}) => kind).join(' ');
		expect(kinds.match(/replace/g)!.length).toBeLessThanOrEqual(5);
		expect(kinds.startsWith('append replace') || kinds.startsWith('replace')).toBe(true);
	});
});
