import {readFileSync} from 'node:fs';
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {Tokenizer} from '../../../src/engine/tokenizer.ts';
import {BUNDLED_MODEL} from '../../helpers/bundled-model.ts';

const json = (name: string) => JSON.parse(readFileSync(BUNDLED_MODEL + name, 'utf8'));
const tokenizer = new Tokenizer(json('tokenizer.json'), json('tokenizer_config.json'));

describe('known encodings of GPT-2', () => {
	test.each([
		['Hello world', [15496, 995]],
		['Once upon a time', [7454, 2402, 257, 640]],
		['', []],
		[' ', [220]],
		['<|endoftext|>', [50256]],
		["don't", [9099, 470]],
		['\u0000', [188]],
	])('%j', (text, ids) => {
		expect(tokenizer.encode(text)).toEqual(ids);
	});

	test('there are 50,257', () => {
		expect(tokenizer.size).toBe(50257);
	});
});

test('decoding undoes encoding for any text', () => {
	fc.assert(
		fc.property(fc.string({unit: 'binary', maxLength: 60}), text => {
			expect(tokenizer.decode(tokenizer.encode(text))).toBe(text.toWellFormed());
		}),
	);
});

describe('tokens', () => {
	test('a whole token is text, a part of a character is bytes', () => {
		expect(tokenizer.token(15496)).toEqual({id: 15496, text: 'Hello'});
		const emoji = tokenizer.encode('😀').map(id => tokenizer.token(id));
		expect(emoji.every(token => token.text === undefined)).toBe(true);
		expect(Buffer.from(emoji.flatMap(token => token.bytes!)).toString()).toBe('😀');
	});

	test('an incomplete character at the end of a text is left out', () => {
		const ids = tokenizer.encode('so 😀');
		expect(tokenizer.decode(ids)).toBe('so 😀');
		expect(tokenizer.decode(ids.slice(0, -1))).toBe('so ');
	});

	test('an id outside the vocabulary is refused by name', () => {
		expect(() => tokenizer.token(50257)).toThrow(/no token with the id 50257/);
	});

	test('classes that contain a text are found', () => {
		const ids = tokenizer.containing('Paris');
		expect(ids.map(id => tokenizer.token(id).text)).toContain(' Paris');
		expect(ids.every(id => tokenizer.token(id).text!.includes('Paris'))).toBe(true);
	});
});

describe('spans', () => {
	test('whole tokens spell the text', () => {
		const text = 'The cat — sat.\n\nOn';
		const ids = tokenizer.encode(text);
		const spans = tokenizer.spans(text, ids);
		for (const [i, {start, end}] of spans.entries()) {
			const {text: whole} = tokenizer.token(ids[i]);
			if (whole !== undefined) expect(text.slice(start, end)).toBe(whole);
		}
	});

	test('cover any text without a gap, and tokens within a character span all of it', () => {
		fc.assert(
			fc.property(fc.string({unit: 'binary', maxLength: 40}), text => {
				const ids = tokenizer.encode(text);
				const spans = tokenizer.spans(text, ids);
				let reached = 0;
				for (const [i, {start, end}] of spans.entries()) {
					expect(start).toBeLessThanOrEqual(reached);
					expect(end).toBeGreaterThan(start);
					const {text: whole} = tokenizer.token(ids[i]);
					if (whole !== undefined) expect(text.slice(start, end).toWellFormed()).toBe(whole);
					reached = Math.max(reached, end);
				}

				expect(reached).toBe(text.length);
			}),
		);
	});

	test('a lone surrogate takes one place', () => {
		const text = 'a\ud800b';
		const ids = tokenizer.encode(text);
		expect(tokenizer.spans(text, ids).at(-1)).toEqual({start: 2, end: 3});
	});
});

test('what is remembered of a long text is its own, and stays as it is', () => {
	const [long, other] = ['The cat sat. '.repeat(400), 'The dog ran. '.repeat(400)];
	for (const text of [long, long, ' Paris', other, long, other, '', long]) {
		const ids = tokenizer.encode(text);
		expect(tokenizer.decode(ids)).toBe(text);
		ids.fill(0);
	}
});

describe('white space is what Unicode says it is, not what JavaScript does', () => {
	// In each text, the parts that GPT-2's own pattern makes of it; U+0085 is white space, U+FEFF is not.
	test.each([
		['x', ' ', '\u0085', 'y'],
		['\u0085', '\u0085', 'a'],
		['end', '.', '\u0085', ' \u00c2'],
		['a', ' \ufeff', 'b'],
		['\ufeff"', 'Hello', '"'],
		['one', '\ufeff', '  ', ' two'],
	])('%j %j %j', (...parts) => {
		const each = parts.flatMap(part => tokenizer.encode(part));
		expect(tokenizer.encode(parts.join(''))).toEqual(each);
	});
});

test('what is no tokenizer is refused', () => {
	expect(() => new Tokenizer({}, {})).toThrow(/tokenizer\.json cannot be read/);
});

test.each([
	['a vocabulary of another kind: SentencePiece marks spaces with U+2581', {a: 0, '\u2581a': 1}],
	['a vocabulary with a hole', {a: 0, b: 2}],
])('%s is refused', (_, vocab) => {
	const whole = json('tokenizer.json');
	const file = (vocab: object) => ({...whole, model: {...whole.model, vocab, merges: []}, added_tokens: []});
	expect(new Tokenizer(file({a: 0, b: 1}), {}).size).toBe(2);
	expect(() => new Tokenizer(file(vocab), {})).toThrow(/tokenizer\.json cannot be read/);
});
