import {readFileSync} from 'node:fs';
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {textPieces} from '../../../../src/engine/tokenizer/long-text.ts';
import {Tokenizer} from '../../../../src/engine/tokenizer/tokenizer.ts';
import {BUNDLED_MODEL} from '../../../helpers/bundled-model.ts';

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

	test('of a prompt, the ones that stand for no text are told apart', () => {
		expect(tokenizer.promptToken(50256)).toEqual({id: 50256, text: '<|endoftext|>', special: true});
		expect(tokenizer.promptToken(15496)).toEqual({id: 15496, text: 'Hello'});
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

test('the cached tokens of a long text cannot be changed from outside', () => {
	const [long, other] = ['The cat sat. '.repeat(400), 'The dog ran. '.repeat(400)];
	for (const text of [long, long, ' Paris', other, long, other, '', long]) {
		const ids = tokenizer.encode(text);
		expect(tokenizer.decode(ids)).toBe(text);
		ids.fill(0);
	}
});

describe('white space is Unicode’s, not JavaScript’s', () => {
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

test('a file that is no tokenizer is refused', () => {
	expect(() => new Tokenizer({}, {})).toThrow(/tokenizer\.json has no model/);
});

test.each([
	['a vocabulary of another kind: SentencePiece marks spaces with U+2581', {a: 0, '\u2581a': 1}],
	['a vocabulary with a hole', {a: 0, b: 2}],
])('%s is refused', (_, vocab) => {
	const whole = json('tokenizer.json');
	const file = (vocab: object) => ({...whole, model: {...whole.model, vocab, merges: []}, added_tokens: []});
	expect(new Tokenizer(file({a: 0, b: 1}), {}).size).toBe(2);
	expect(() => new Tokenizer(file(vocab), {})).toThrow(/tokenizer\.json (?:cannot be read|has no token with the id 1)/);
});

/** GPT-2's own pattern as a separate step. */
const splitBy = (behavior: string, invert: boolean) => ({
	type: 'Sequence',
	pretokenizers: [
		{
			type: 'Split',
			pattern: {Regex: "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+"},
			behavior,
			invert,
		},
		{type: 'ByteLevel', add_prefix_space: false, use_regex: false},
	],
});

test.each([
	['Isolated', false],
	['Removed', true],
])('words may be what a known pattern finds: %s, invert %s', (behavior, invert) => {
	const text = "They've 12 cats,\n\n  don't they? \u00a0\u4e2d\u6587";
	const other = new Tokenizer({...json('tokenizer.json'), pre_tokenizer: splitBy(behavior, invert)}, {});
	expect(other.encode(text)).toEqual(tokenizer.encode(text));
	expect(other.words(text)).toEqual(tokenizer.words(text));
});

describe('a tokenizer of another kind is refused by name, before it is built', () => {
	const whole = json('tokenizer.json');
	test.each([
		['WordPiece', {model: {type: 'WordPiece', vocab: {a: 0}}}, /of the kind "WordPiece"/],
		['Unigram', {model: {type: 'Unigram', vocab: [['a', 0]]}}, /of the kind "Unigram"/],
		['Lowercase', {normalizer: {type: 'Lowercase'}}, /changes the text before it is read \(Lowercase\)/],
		['a space before every text', {pre_tokenizer: {type: 'ByteLevel', add_prefix_space: true}}, /add_prefix_space/],
		[
			'a catastrophic pattern',
			{
				pre_tokenizer: {
					type: 'Sequence',
					pretokenizers: [
						{type: 'Split', pattern: {Regex: '(a+)+$'}},
						{type: 'ByteLevel', add_prefix_space: false},
					],
				},
			},
			/unknown pattern, "\(a\+\)\+\$"/,
		],
		[
			'a pattern whose matches are thrown away',
			{pre_tokenizer: splitBy('Removed', false)},
			/splits text with the behavior "Removed", invert false/,
		],
		[
			'a pattern whose matches join the text before them',
			{pre_tokenizer: splitBy('MergedWithPrevious', false)},
			/behavior "MergedWithPrevious"/,
		],
		[
			'bytes of bytes',
			{pre_tokenizer: {type: 'Sequence', pretokenizers: [{type: 'ByteLevel'}, {type: 'ByteLevel'}]}},
			/goes on splitting what is already bytes/,
		],
		['no bytes', {pre_tokenizer: {type: 'Whitespace'}}, /splits text by Whitespace/],
		[
			'special tokens that take spaces away',
			{added_tokens: [{id: 50256, content: '<|endoftext|>', lstrip: true}]},
			/lstrip/,
		],
	])('%s', (_, changes, message) => {
		expect(() => new Tokenizer({...whole, ...changes}, {})).toThrow(message);
	});

	test.each([
		['an id of four billion', {a: 0, b: 4_294_967_294}, [], /no token with the id 1/],
		['an id that is no number', {a: 0, b: 'x'}, [], /gives "b" the id x/],
		['two tokens with one id', {a: 0, b: 0}, [], /gives "b" and "a" the same id 0/],
		['a merge of a string that is no token', {a: 0, b: 1}, ['a b'], /merges "a b", of which not every part is a token/],
	])('%s', (_, vocab, merges, message) => {
		const file = {...whole, model: {...whole.model, vocab, merges}, added_tokens: []};
		expect(() => new Tokenizer(file, {})).toThrow(message);
	});

	test('merges left out at random', () => {
		const file = {...whole, model: {...whole.model, dropout: 0.1}};
		expect(() => new Tokenizer(file, {})).toThrow(/dropout/);
	});

	test('a space before every text, as the configuration asks for it', () => {
		expect(() => new Tokenizer(whole, {add_prefix_space: true})).toThrow(/add_prefix_space/);
	});

	test('a special token named __proto__', () => {
		const added_tokens = [...whole.added_tokens, {id: 50_257, content: '__proto__'}];
		expect(() => new Tokenizer({...whole, added_tokens}, {})).toThrow(/token named __proto__/);
	});

	test('a token named __proto__', () => {
		const vocab = JSON.parse('{"a": 0, "__proto__": 1}');
		const file = {...whole, model: {...whole.model, vocab, merges: []}, added_tokens: []};
		expect(() => new Tokenizer(file, {})).toThrow(/token named __proto__/);
	});
});

test('special tokens and the configuration may be left out of the files', () => {
	const {added_tokens: _, ...whole} = json('tokenizer.json');
	const plain = new Tokenizer(whole, {});
	expect(plain.size).toBe(50257);
	expect(plain.encode('Once upon a time')).toEqual([7454, 2402, 257, 640]);
});

describe('a long text is tokenised in pieces', () => {
	const story =
		"It was 1984, and the clocks weren\u2019t striking thirteen: \u300a\u4e2d\u6587\u6587\u672c\u300b don't!\n\n  Indented. ";
	const texts: [string, string][] = [
		['prose', story.repeat(600)],
		['prose with special tokens', `${story.repeat(200)}<|endoftext|>${story.repeat(200)}`],
		[
			'one word of many letters',
			Array.from({length: 60_000}, (_, i) => 'etaoinshrdlu'[(i * i + (i >> 3)) % 12]).join(''),
		],
		['one word of many digits', '1234567890'.repeat(4000)],
		['signs without end', '=-!*'.repeat(9000)],
		['spaces without end, then a word', `${' '.repeat(40_000)}end`],
		['line breaks after a sign', `!${'\r\n'.repeat(20_000)} end`],
		['signs and spaces', '= - '.repeat(9000)],
		['emoji without end', '\u{1f600}\u{1f44d}\u{1f3fd}'.repeat(7000)],
		['one special token after the other', `x${'<|endoftext|>'.repeat(3000)}!?`],
		['signs without end around a special token', `${'!'.repeat(20_000)}<|endoftext|>${'!'.repeat(20_001)}`],
		['lines ended by U+0085', 'word\u0085!\u0085 \ufeff'.repeat(6000)],
		['a word of many letters between others', `Say ${'ha'.repeat(20_000)} and ${'\u6587'.repeat(40_000)} then.`],
	];
	test.each(texts)('%s: with the tokens it has as a whole', async (_, text) => {
		const whole = new Tokenizer(json('tokenizer.json'), {}).encode(text);
		const apart = new Tokenizer(json('tokenizer.json'), {});
		await apart.prepare(text);
		expect(apart.encode(text)).toEqual(whole);
	});

	test.each([
		['letters', Array.from({length: 1_000_000}, (_, i) => 'etaoinshrdlu'[(i * i + (i >> 3)) % 12]).join('')],
		['digits', '1234567890'.repeat(100_000)],
		['signs', '!'.repeat(1_000_000)],
	])('and can be taken back meanwhile: a million %s', async (_, million) => {
		const controller = new AbortController();
		const preparing = tokenizer.prepare(million, controller.signal);
		setTimeout(() => controller.abort(new Error('taken back')), 0);
		await expect(preparing).rejects.toThrow('taken back');
	});

	test('which end where white space as Unicode has it begins, special tokens or not', () => {
		const text = 'word\u0085'.repeat(10_000);
		for (const whole of [text, `${text}<|endoftext|>`]) {
			const pieces = [...textPieces(whole, ['<|endoftext|>'])];
			expect(pieces.join('')).toBe(whole);
			expect(pieces.length).toBeGreaterThan(5);
			for (const piece of pieces.slice(1)) expect(piece).toMatch(/^\u0085/);
		}
	});

	test('never between two halves of a word: U+FEFF is no white space', () => {
		const text = '!\ufeff'.repeat(10_000);
		expect([...textPieces(text, [])]).toEqual([text]);
	});
});
