import {readFileSync} from 'node:fs';
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {replayMerges} from '../../../../src/engine/tokenizer/bpe-replay.ts';
import {Tokenizer} from '../../../../src/engine/tokenizer/tokenizer.ts';
import {BUNDLED_MODEL} from '../../../helpers/bundled-model.ts';

const json = (name: string) => JSON.parse(readFileSync(BUNDLED_MODEL + name, 'utf8'));
const tokenizer = new Tokenizer(json('tokenizer.json'), json('tokenizer_config.json'));

/** What the replay of every word of a text ends in, in order. */
const replayed = (text: string) =>
	tokenizer.words(text).flatMap(({start, end}) => {
		const {start: bytes, steps} = tokenizer.replay(text.toWellFormed().slice(start, end));
		return steps.at(-1)?.ids ?? bytes;
	});

const NASTY = [
	'',
	' ',
	'   three spaces   ',
	"don't we'll I'm THEY'RE",
	'strawberry strawberries',
	' Paris Paris',
	'你好，世界',
	'🙂 👩‍👩‍👧 🇫🇷',
	'naïve café e\u0301',
	'\u0000\u0001\u007f',
	'tab\tnewline\n\n\r\n  x',
	'a\ud800b',
	'<|endoftext|>',
	'before<|endoftext|> after',
	'مرحبا',
	'1234567 3.14',
	'aaaaaaaaaaaaaaaa',
	'\u00a0\u2003\ufeff',
];

test('the replay ends in the tokenizer’s own tokens: a thousand words', () => {
	const words: string[] = [];
	for (let id = 256; words.length < 1000; id += 37) {
		const {text} = tokenizer.token(id % 50256);
		if (text !== undefined && /\p{L}/u.test(text)) words.push(`${text}${words.length % 2 ? 'ations' : 'strawberry'}`);
	}

	for (const word of words) expect(replayed(word), JSON.stringify(word)).toEqual(tokenizer.encode(word));
});

test.each(NASTY)('the replay ends in the tokenizer’s own tokens: %j', text => {
	expect(replayed(text)).toEqual(tokenizer.encode(text));
});

test('the replay ends in the tokenizer’s own tokens: any text', () => {
	fc.assert(
		fc.property(fc.string({unit: 'binary', maxLength: 40}), text => {
			expect(replayed(text)).toEqual(tokenizer.encode(text));
		}),
	);
});

describe('words', () => {
	test.each(NASTY)('cover %j without a gap', text => {
		const words = tokenizer.words(text);
		expect(words.map(({start, end}) => text.slice(start, end)).join('')).toBe(text);
		expect(words.every(({start, end}) => end > start)).toBe(true);
	});

	test('take the space before them', () => {
		const text = 'In Paris, 24 don’t';
		const words = tokenizer.words(text).map(({start, end}) => text.slice(start, end));
		expect(words).toEqual(['In', ' Paris', ',', ' 24', ' don', '’', 't']);
	});
});

test('the pair with the lowest rank is merged first, at every place where it occurs', () => {
	const ranks: Record<string, number> = {'b c': 0, 'a b': 1, 'a bc': 2};
	const ids = 'a b c bc abc ab'.split(' ');
	const replay = replayMerges(
		[...'abcabc'],
		(left, right) => ranks[`${left} ${right}`],
		symbol => ids.indexOf(symbol),
	);
	expect(replay.steps.map(step => step.ids.map(id => ids[id]))).toEqual([
		['a', 'bc', 'a', 'bc'],
		['abc', 'abc'],
	]);
	expect(replay.steps.map(step => step.rank)).toEqual([0, 2]);
	const named = ({left, right, merged}: (typeof replay.steps)[number]) => [left, right, merged].map(id => ids[id]);
	expect(replay.steps.map(named)).toEqual([
		['b', 'c', 'bc'],
		['a', 'bc', 'abc'],
	]);
	expect(replay.start.map(id => ids[id])).toEqual([...'abcabc']);
});

test('a single symbol needs no merge', () => {
	expect(tokenizer.replay('a')).toEqual({start: tokenizer.encode('a'), steps: []});
	expect(tokenizer.replay('')).toEqual({start: [], steps: []});
});
