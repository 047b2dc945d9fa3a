import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {toJson, toTsv} from '../../../../src/features/passage/export.ts';
import {bitsHistogram, rankHistogram, summarise} from '../../../../src/features/passage/summary.ts';
import {differingWords, extremeWords, sameTokens, wordsOf} from '../../../../src/features/passage/words.ts';
import type {ScoredToken} from '../../../../src/protocol/questions/score.ts';
import {surprisalBits} from '../../../../src/ui/tokens/log-prob.ts';
import {surprisalOf, tokensOf, wordAround, wordsIn} from '../../../../src/ui/tokens/words.ts';

/** Tokens of a text cut at these places, each with a probability. */
function cut(text: string, pieces: readonly (readonly [string, number])[]): ScoredToken[] {
	let start = 0;
	return pieces.map(([piece, probability], id) => {
		const token = {
			id,
			text: piece,
			start,
			end: start + piece.length,
			rank: probability > 0.5 ? 1 : Math.round(10 / probability),
			logProb: Math.log(probability),
			corrected: Math.log(probability),
			entropy: Math.LN2,
			top: [{id: 9, text: ' the', probability: 0.5}],
		};
		start += piece.length;
		expect(text.slice(token.start, token.end)).toBe(piece);
		return token;
	});
}

describe('the summary', () => {
	it('is that of a uniform choice when every token has the same probability', () => {
		const text = 'abcdefgh';
		const tokens = cut(text, [
			['ab', 1 / 8],
			['cd', 1 / 8],
			['efgh', 1 / 8],
		]);
		const summary = summarise(text, tokens);
		expect(summary.perplexity).toBeCloseTo(8, 10);
		expect(summary.bitsPerToken).toBeCloseTo(3, 10);
		expect(summary.bitsPerCharacter).toBeCloseTo(9 / 8, 10);
		expect(summary.entropyBits).toBeCloseTo(1, 10);
	});

	it('counts characters, not UTF-16 units', () => {
		const tokens = cut('a😀', [
			['a', 0.5],
			['😀', 0.5],
		]);
		expect(summarise('a😀', tokens).bitsPerCharacter).toBeCloseTo(1, 10);
	});

	it('gives the share of first choices and of the top ten', () => {
		const tokens = cut('abcd', [
			['a', 0.9],
			['b', 0.9],
			['c', 0.9],
			['d', 0.9],
		]);
		tokens[1].rank = 10;
		tokens[2].rank = 11;
		tokens[3].rank = 40_000;
		expect(summarise('abcd', tokens)).toMatchObject({top1: 0.25, top10: 0.5, tokens: 4});
	});
});

describe('the histograms', () => {
	const token = (rank: number, bits: number) => ({rank, logProb: -bits * Math.LN2}) as ScoredToken;

	it('put every token into exactly one bar that holds its value', () => {
		fc.assert(
			fc.property(
				fc.array(fc.tuple(fc.integer({min: 1, max: 50_257}), fc.double({min: 0, max: 40, noNaN: true}))),
				pairs => {
					const tokens = pairs.map(([rank, bits]) => token(rank, bits));
					const ranks = rankHistogram(tokens);
					for (const {from, to, count} of ranks) {
						expect(count).toBe(tokens.filter(({rank}) => rank >= from && (to === null || rank <= to)).length);
					}
					const bits = bitsHistogram(tokens);
					for (const {from, to, count} of bits) {
						const inside = tokens.map(surprisalBits).filter(value => value >= from && (to === null || value < to));
						expect(count).toBe(inside.length);
					}
					for (const bins of [ranks, bits]) {
						expect(bins.reduce((sum, {count}) => sum + count, 0)).toBe(tokens.length);
					}
				},
			),
		);
	});

	it('keep the rank bands apart', () => {
		const counts = rankHistogram([1, 2, 10, 11, 100, 101, 1000, 1001, 10_000, 10_001].map(rank => token(rank, 1)));
		expect(counts.map(({count}) => count)).toEqual([1, 2, 2, 2, 2, 1]);
	});
});

describe('words', () => {
	it('stand between spaces, with their punctuation', () => {
		const text = 'The Rabbit, “don’t” run!';
		const tokens = cut(text, [
			['The', 1 / 2],
			[' Rab', 1 / 4],
			['bit', 1 / 8],
			[',', 1 / 2],
			[' “', 1 / 2],
			['don', 1 / 2],
			['’t', 1 / 2],
			['”', 1 / 2],
			[' run', 1 / 16],
			['!', 1 / 2],
		]);
		expect(wordsOf(text, tokens).map(({word, bits, tokens}) => [word, Math.round(bits), tokens])).toEqual([
			['The', 1, 1],
			['Rabbit,', 6, 3],
			['“don’t”', 4, 4],
			['run!', 5, 2],
		]);
	});

	it('take in all parts of a character that several tokens make', () => {
		const text = 'é!';
		const part = {start: 0, end: 1, rank: 3, logProb: -Math.LN2, corrected: -Math.LN2, entropy: 1, top: []};
		const tokens: ScoredToken[] = [
			{id: 1, bytes: [0xc3], ...part},
			{id: 2, bytes: [0xa9], ...part},
		];
		expect(wordsOf(text, tokens)).toMatchObject([{word: 'é!', start: 0, tokens: 2}]);
	});

	it('and what stands between them never lose or invent bits: all tokens add up, but for white space at the end', () => {
		fc.assert(
			fc.property(
				fc.array(fc.constantFrom(' one', 'two', ' ', '!', ' né', '漢', '\n', ' a', 'b'), {minLength: 1}),
				pieces => {
					const text = pieces.join('');
					const tokens = cut(
						text,
						pieces.map(piece => [piece, 0.5] as const),
					);
					const words = tokensOf(text, wordsIn(text), tokens);
					const written = pieces.findLastIndex(piece => piece.trim() !== '') + 1;
					expect(words.reduce((sum, {tokens}) => sum + surprisalOf(tokens).plainBits, 0)).toBeCloseTo(written, 8);
				},
			),
		);
	});

	it('of a script without spaces are cut where Unicode does, and no dash is a word', () => {
		const text = '我喜歡貓。 the cat — sat';
		const words = wordsIn(text).map(({start, end, isWord}) => [text.slice(start, end), isWord]);
		expect(words.slice(-4)).toEqual([
			['the', true],
			['cat', true],
			['—', false],
			['sat', true],
		]);
		expect(words.slice(0, -4).length).toBeGreaterThan(2);
		expect(
			words
				.slice(0, -4)
				.map(([word]) => word)
				.join(''),
		).toBe('我喜歡貓。');
	});

	it('show what is theirs, not what their tokens have: that they end is a part of it', () => {
		const text = 'a mat sat';
		const tokens = cut(text, [
			['a', 0.5],
			[' mat', 0.25],
			[' sat', 0.5],
		]).map((token, i) => ({...token, corrected: -(i + 3) * Math.LN2}));
		expect(wordsOf(text, tokens).map(({bits, plainBits}) => [Math.round(bits), Math.round(plainBits)])).toEqual([
			[3, 1],
			[4, 2],
			[5, 1],
		]);
		expect(wordAround(text, tokens, 1)!.tokens).toEqual([tokens[1]]);
	});

	const word = (word: string, bits: number, start: number) => ({word, bits, plainBits: bits, start, tokens: 1});

	it('are listed once each, the extreme one of its spelling', () => {
		const words = ['a', 'A', 'b', 'c', 'd', 'e', 'f'].map((text, i) => word(text, [1, 3, 2, 9, 5, 6, 4][i], 2 * i));
		const {expected, unexpected} = extremeWords(words, 2);
		expect(expected.map(({word, bits}) => [word, bits])).toEqual([
			['a', 1],
			['b', 2],
		]);
		expect(unexpected.map(({word, bits}) => [word, bits])).toEqual([
			['c', 9],
			['e', 6],
		]);
	});

	it('of few words are one list, of which nothing is repeated', () => {
		const few = [word('a', 1, 0), word('A', 3, 2), word('b', 2, 4), word('c', 9, 6)];
		expect(extremeWords(few, 8).unexpected.map(({word, bits}) => [word, bits])).toEqual([
			['c', 9],
			['A', 3],
			['b', 2],
		]);
		expect(extremeWords(few, 8).expected).toEqual([]);
	});
});

describe('two models on one text', () => {
	it('differ most on the words that are listed first, even where their tokens differ', () => {
		const first = cut('one two three', [
			['one', 0.5],
			[' two', 0.25],
			[' three', 0.5],
		]);
		const second = cut('one two three', [
			['on', 0.5],
			['e', 0.5],
			[' two', 0.25],
			[' th', 0.125],
			['ree', 0.5],
		]);
		const words = differingWords('one two three', first, second);
		expect(words.map(({word}) => word)).toEqual(['three', 'one', 'two']);
		expect(words.map(({bits: [a, b]}) => [a, b].map(Math.round))).toEqual([
			[1, 4],
			[1, 2],
			[2, 2],
		]);
		expect(sameTokens(first, second)).toBe(false);
		expect(sameTokens(first, first)).toBe(true);
	});
});

describe('the exports', () => {
	it('stay a valid table when tokens hold tabs, line breaks or backslashes', () => {
		const text = 'a\t\n\\b';
		const rows = toTsv(
			text,
			cut(text, [
				['a', 0.5],
				['\t', 0.25],
				['\n', 0.5],
				['\\b', 0.5],
			]),
			'org/gpt2@abc',
		)
			.split('\n')
			.map(row => row.split('\t'));
		expect(rows).toHaveLength(5);
		expect(rows.slice(1).map(row => row[rows[0].indexOf('model')])).toEqual(Array(4).fill('org/gpt2@abc'));
		expect(new Set(rows.map(row => row.length))).toEqual(new Set([rows[0].length]));
		expect(rows.slice(1).map(row => row[1])).toEqual(['a', '\\t', '\\n', '\\\\b']);
		expect(Number(rows[2][rows[0].indexOf('surprisal_bits')])).toBeCloseTo(2, 12);
	});

	it('give everything as JSON', () => {
		const tokens = cut('ab', [
			['a', 0.5],
			['b', 0.25],
		]);
		const parsed = JSON.parse(
			toJson({text: 'ab', model: 'm', vocabSize: 7, tokens, words: wordsOf('ab', tokens), totals: null}),
		);
		expect(parsed.tokens).toEqual(tokens);
		expect(parsed.words).toMatchObject([{word: 'ab', tokens: 2}]);
	});
});
