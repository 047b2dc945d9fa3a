import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {replayMerges} from '../../../../src/engine/tokenizer/bpe-replay.ts';
import {LONG_WORD, mergeInSteps, textPieces} from '../../../../src/engine/tokenizer/long-text.ts';
import {placesOf} from '../../../../src/engine/tokenizer/normalization.ts';
import {BYTE_CHARACTERS} from '../../../../src/engine/tokenizer/token-bytes.ts';

const noPause = async () => {};

describe('a long word, merged step by step', () => {
	/** Ranks of some merges of pieces of up to four of the letters `abc`. */
	const piece = fc.stringMatching(/^[abc]{1,4}$/);
	const rankings = fc.uniqueArray(fc.tuple(piece, piece), {selector: pair => pair.join(' '), maxLength: 30});

	test('ends as merging the lowest rank first, at every place from the left, ends', async () => {
		await fc.assert(
			fc.asyncProperty(fc.stringMatching(/^[abc]{0,60}$/), rankings, async (word, pairs) => {
				const ranks = new Map(pairs.map((pair, rank) => [pair.join(' '), rank]));
				const rank = (left: string, right: string) => ranks.get(`${left} ${right}`);
				const names: string[] = [];
				const idOf = (symbol: string) => (names.includes(symbol) ? names.indexOf(symbol) : names.push(symbol) - 1);
				const {start, steps} = replayMerges([...word], rank, idOf);
				const expected = (steps.at(-1)?.ids ?? start).map(id => names[id]);
				const merged = await mergeInSteps([...word], rank, noPause);
				expect(merged).toEqual(expected);
				expect(merged.join('')).toBe(word);
			}),
			{numRuns: 500},
		);
	});

	test('merges equal pairs from the left, and new pairs with what is before and after them', async () => {
		const ranks: Record<string, number> = {'a a': 1, 'b aa': 0, 'aa c': 2};
		const merge = (word: string) => mergeInSteps([...word], (left, right) => ranks[`${left} ${right}`], noPause);
		expect(await merge('aaa')).toEqual(['aa', 'a']);
		expect(await merge('baac')).toEqual(['baa', 'c']);
		expect(await merge('caac')).toEqual(['c', 'aac']);
		expect(await merge('')).toEqual([]);
		expect(await merge('a')).toEqual(['a']);
	});

	test('pauses now and then, and stops when the pause says so', async () => {
		let pauses = 0;
		const word = Array.from({length: 50_000}, (_, i) => 'ab'[i % 2]);
		const rank = (left: string, right: string) => (left === 'a' && right === 'b' ? 0 : undefined);
		const merged = await mergeInSteps(word, rank, async () => void pauses++);
		expect(merged).toEqual(new Array(25_000).fill('ab'));
		// 50,000 pairs are offered, 25,000 of them merged: a pause every 20,000 steps.
		expect(pauses).toBe(3);
		const stop = mergeInSteps(word, rank, async () => {
			throw new Error('taken back');
		});
		await expect(stop).rejects.toThrow('taken back');
	});
});

describe('a text in pieces', () => {
	const words = fc
		.array(
			fc.constantFrom(
				'word',
				' ',
				'\n',
				'1984',
				'...',
				'!?',
				'\r\n',
				'\u6587',
				'\u0085',
				'\ufeff',
				'<|end|>',
				'etaoin',
			),
			{
				minLength: 1,
				maxLength: 40,
			},
		)
		.map(parts => parts.join('').repeat(500));

	test.each([[[]], [['<|end|>']]])(
		'is whole when they are put together, and every cut is where a word ends (special tokens %j)',
		specials => {
			fc.assert(
				fc.property(words, text => {
					const pieces = [...textPieces(text, specials)];
					expect(pieces.join('')).toBe(text);
					for (const [i, piece] of pieces.entries()) {
						expect(piece).not.toBe('');
						if (i === 0) continue;
						const [before, after] = [pieces[i - 1].at(-1)!, piece[0]];
						if (specials.some(token => text.includes(token))) expect(after).toMatch(/\p{White_Space}/u);
						// Letters, digits and signs each are words of one kind; a space begins the word after it.
						else expect(/\p{L}\p{L}|\p{N}\p{N}|\p{White_Space}\p{White_Space}/u.test(before + after)).toBe(false);
						expect(before).not.toMatch(/\p{White_Space}/u);
					}
				}),
				{numRuns: 50},
			);
		},
	);

	test('of a few milliseconds of work each, where words end often enough', () => {
		const pieces = [...textPieces('some words. '.repeat(10_000), [])];
		expect(pieces.length).toBeGreaterThan(10);
		for (const piece of pieces) expect(piece.length).toBeLessThan(LONG_WORD);
	});

	test('has a word that is longer in a piece of its own', () => {
		const text = `${'some words '.repeat(100)}${'x'.repeat(50_000)} end${' more words'.repeat(2000)}`;
		const pieces = [...textPieces(text, [])];
		expect(pieces.join('')).toBe(text);
		const long = pieces.filter(piece => piece.length > LONG_WORD);
		expect(long).toHaveLength(1);
		expect(long[0]).toMatch(/^ ?x{50000}$/);
	});

	test('is one piece where it is short, and none where it is empty', () => {
		expect([...textPieces('a few words', [])]).toEqual(['a few words']);
		expect([...textPieces('', [])]).toEqual([]);
	});
});

describe('bytes', () => {
	test('are written as OpenAI’s encoder.py writes them', () => {
		expect(new Set(BYTE_CHARACTERS).size).toBe(256);
		// Space, line break, letters, the edges of printable Latin-1, the soft hyphen.
		const written = [0x00, 0x0a, 0x20, 0x21, 0x41, 0x7e, 0x7f, 0xa0, 0xa1, 0xac, 0xad, 0xae, 0xff].map(
			byte => BYTE_CHARACTERS[byte],
		);
		expect(written.join('')).toBe('\u0100\u010a\u0120!A~\u0121\u0142\u00a1\u00ac\u0143\u00ae\u00ff');
	});

	test('begin where their character begins, and end where it ends', () => {
		const places = (text: string) => {
			const {from, to} = placesOf([{text, start: 0, end: text.length, same: true}], false);
			return [[...from], [...to]];
		};
		expect(places('a\u00e9\u6587\u{1f600}!')).toEqual([
			[0, 1, 1, 2, 2, 2, 3, 3, 3, 3, 5],
			[1, 2, 2, 3, 3, 3, 5, 5, 5, 5, 6],
		]);
		expect(places('\u007f\u0080\u07ff\u0800\uffff\u{10000}')[0]).toEqual([0, 1, 1, 2, 2, 3, 3, 3, 4, 4, 4, 5, 5, 5, 5]);
		expect(places('')).toEqual([[], []]);
	});
});
