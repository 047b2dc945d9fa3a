import {Tokenizer as HubTokenizer} from '@huggingface/tokenizers';
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {Tokenizer} from '../../../../src/engine/tokenizer/tokenizer.ts';
import {DECODERS, FILE, MODEL, REPLACE, TOKENS} from '../../../helpers/fallback-tokenizer.ts';

/** A tokenizer as Llama 2 and TinyLlama have it: `▁` before every text, characters, bytes for what is no character. */

const tokenizer = new Tokenizer(FILE, {});
const tokens = (text: string) => tokenizer.encode(text).map(id => TOKENS[id]);

describe('a text', () => {
	test.each<[string, string[]]>([
		['hello abc', ['▁hello', '▁abc']],
		['hello', ['▁hello']],
		[' hello', ['▁', '▁hello']],
		['   a', ['▁▁', '▁', '▁a']],
		['helloabc', ['▁hello', 'a', 'bc']],
		['é', ['▁', '<0xC3>', '<0xA9>']],
		['a\nb', ['▁a', '<0x0A>', 'b']],
		['<s>hello</s>a', ['<s>', '▁hello', '</s>', '▁a']],
		['', []],
	])('%j is %j', (text, expected) => {
		expect(tokens(text)).toEqual(expected);
	});

	test('has its tokens where they are in it; the ▁ that was put in is nowhere', () => {
		const spans = (text: string) =>
			tokenizer.spans(text, tokenizer.encode(text)).map(({start, end}) => [start, end] as const);
		expect(spans('hello abc')).toEqual([
			[0, 5],
			[5, 9],
		]);
		expect(spans('é')).toEqual([
			[0, 0],
			[0, 1],
			[0, 1],
		]);
		expect(spans('<s>hello</s>a')).toEqual([
			[0, 3],
			[3, 8],
			[8, 12],
			[12, 13],
		]);
		expect(spans('')).toEqual([]);
	});

	test('is spelled by its tokens, with the space that was put in', () => {
		const letters = fc.string({unit: fc.constantFrom(...'abchelo é文😀\n'), maxLength: 40});
		fc.assert(
			fc.property(letters, text => {
				const decoded = tokenizer.decode(tokenizer.encode(text));
				expect(decoded).toBe(text === '' ? '' : ` ${text}`);
			}),
		);
	});

	test('has words whose tokens, put together, are its own, however long it is', async () => {
		const text = 'hello abc abc hello  é文 hell'.repeat(2000);
		const apart = new Tokenizer(FILE, {});
		await apart.prepare(text);
		expect(apart.encode(text)).toEqual(tokenizer.encode(text));
		const words = tokenizer.words('hello abcé a').map(({start, end}) => 'hello abcé a'.slice(start, end));
		expect(words.join('')).toBe('hello abcé a');
		expect(words).toEqual(['hello', ' abc', 'é', ' a']);
	});

	test('has the tokens that the library gives it as one word', () => {
		const hub = new HubTokenizer({...FILE, post_processor: null}, {});
		const letters = fc.string({unit: fc.constantFrom(...'abchelo é文\n', 'hello', ' abc', '<s>'), maxLength: 60});
		fc.assert(
			fc.property(letters, text => {
				expect(tokenizer.encode(text)).toEqual(hub.encode(text, {add_special_tokens: false}).ids);
			}),
		);
	});

	test('goes on another without the ▁ that stands before a text', () => {
		const rest = (text: string) => tokenizer.encodeRest(text).map(id => TOKENS[id]);
		expect(rest(' hello')).toEqual(['▁hello']);
		expect(rest('hello')).toEqual(['hello']);
		expect(rest('')).toEqual([]);
		// After a mark a text begins anew.
		expect(rest(' hello</s>a')).toEqual(['▁hello', '</s>', '▁a']);
	});

	test('replays its merges', () => {
		const steps = (word: string) => tokenizer.replay(word).steps.map(({merged}) => TOKENS[merged]);
		expect(steps('hello')).toEqual(['he', 'll', 'hell', 'hello', '▁hello']);
		// A word within a text begins with its own space.
		expect(steps(' abc')).toEqual(['▁a', 'bc', '▁abc']);
		expect(tokenizer.replay('é').start.map(id => TOKENS[id])).toEqual(['▁', '<0xC3>', '<0xA9>']);
	});

	test('has a class of one byte as its byte', () => {
		expect(tokenizer.token(TOKENS.indexOf('<0x0A>'))).toEqual({id: TOKENS.indexOf('<0x0A>'), text: '\n'});
		expect(tokenizer.token(TOKENS.indexOf('<0xC3>'))).toEqual({id: TOKENS.indexOf('<0xC3>'), bytes: [0xc3]});
		expect(tokenizer.token(TOKENS.indexOf('▁hello')).text).toBe(' hello');
	});
});

test('added tokens beyond the model’s classes are left out: Gemma 3’s image token', () => {
	const image = {id: TOKENS.length, content: '<image>', special: true};
	const file = {...FILE, added_tokens: [...FILE.added_tokens, image]};
	expect(new Tokenizer(file, {}).size).toBe(TOKENS.length + 1);
	const text = new Tokenizer(file, {}, {classes: TOKENS.length});
	expect(text.size).toBe(TOKENS.length);
	expect(text.decode(text.encode('<image>'))).toBe(' <image>');
});

describe('what cannot be followed exactly is refused by name', () => {
	const {[TOKENS[5]]: _, ...lacking} = MODEL.vocab;
	test.each<[string, object, unknown, RegExp]>([
		['another normalizer', {normalizer: {type: 'NFKC'}}, {}, /changes the text before it is read \(NFKC\)/],
		['spaces that stay', {normalizer: {type: 'Prepend', prepend: '▁'}}, {}, /does not write spaces as ▁/],
		['a way of splitting', {pre_tokenizer: {type: 'Metaspace'}}, {}, /splits text by Metaspace/],
		['no decoder', {decoder: null}, {}, /has the decoder null/],
		[
			'another decoder',
			{decoder: {type: 'Sequence', decoders: [...DECODERS.slice(0, 2), {type: 'WordPiece'}]}},
			{},
			/WordPiece/,
		],
		[
			'a decoder that keeps the space',
			{decoder: {type: 'Sequence', decoders: DECODERS.slice(0, 3)}},
			{},
			/has the decoder/,
		],
		['a byte without a token', {model: {...MODEL, vocab: lacking, merges: []}}, {}, /has no token <0x02>/],
		[
			'merges of bytes',
			{model: {...MODEL, merges: ['<0x41> <0x42>']}},
			{},
			/merges bytes that it falls back to \(<0x41> <0x42>\)/,
		],
		[
			'a token that is looked for after the ▁ was put in',
			{added_tokens: [{id: 1, content: '<s>', special: true, normalized: true}]},
			{},
			/looks for the token <s> in the normalised text/,
		],
		['a configuration that wants no ▁', {}, {add_prefix_space: false}, /its configuration asks for none/],
		[
			'a configuration that wants one',
			{normalizer: REPLACE, decoder: {type: 'Sequence', decoders: DECODERS.slice(0, 3)}},
			{add_prefix_space: true},
			/adds a space before every text/,
		],
	])('%s', (_name, changes, config, message) => {
		expect(() => new Tokenizer({...FILE, ...changes}, config)).toThrow(
			expect.objectContaining({code: 'bad-model', message: expect.stringMatching(message)}),
		);
	});
});
