import Papa from 'papaparse';
import {describe, expect, test} from 'vitest';
import type {Item} from '../../../../../src/features/corpus/measure/items.ts';
import {
	columnNames,
	csvLines,
	headerBlock,
	PAIR_COLUMNS,
	pairRow,
	recordsOf,
	rowsOf,
	shareTable,
} from '../../../../../src/features/corpus/measure/output.ts';
import {meanOf, pairOf, pairShares, wilson} from '../../../../../src/features/corpus/measure/pairs.ts';
import {measuresOf, totalsOf, UNITS} from '../../../../../src/features/corpus/measure/rows.ts';
import type {MeasuredItem} from '../../../../../src/features/corpus/measure/run.ts';
import type {MeasuredToken} from '../../../../../src/protocol/questions/measure.ts';
import {readTable} from '../../../../../src/ui/csv/table.ts';

/** Tokens of a text, each with its bits: plain, corrected. */
function tokensOf(parts: readonly (readonly [text: string, plain: number, corrected: number])[]): MeasuredToken[] {
	let at = 0;
	return parts.map(([text, plain, corrected], id) => {
		const start = at;
		at += text.length;
		const nats = (bits: number) => -bits * Math.LN2;
		return {
			id,
			text,
			start,
			end: at,
			rank: id + 1,
			logProb: nats(plain),
			corrected: nats(corrected),
			entropy: Math.LN2 * 3,
		};
	});
}

const item: Item = {
	row: 2,
	item: '7',
	condition: 'a',
	context: '',
	text: 'The mat, =1',
	regions: [{start: 4, end: 11}],
	second: null,
	secondRegions: [],
	by: 'text',
	others: {},
	right: null,
};
const tokens = tokensOf([
	['The', 2, 3],
	[' m', 4, 3],
	['at', 1, 1],
	[',', 2, 2.5],
	[' =', 5, 4.5],
	['1', 1, 2],
]);
const measured: MeasuredItem = {item, tokens, secondTokens: [], refusal: null};

describe('the rows of a text', () => {
	test('are its words, with what their tokens add up to by both measures', () => {
		const words = measuresOf(item, tokens, 'word');
		expect(words.map(({text, tokens, rank}) => [text, tokens, rank])).toEqual([
			['The', 1, 1],
			['mat,', 3, null],
			['=1', 2, null],
		]);
		expect(words[1].correctedBits).toBeCloseTo(6.5, 12);
		expect(words[1].plainBits).toBeCloseTo(7, 12);
		expect(words[1].entropyBits).toBeCloseTo(3, 12);
		expect(words[1]).toMatchObject({position: 2, start: 4, end: 8});
	});

	test('add up to the same by every unit', () => {
		const sum = (unit: (typeof UNITS)[number]) =>
			measuresOf(item, tokens, unit).reduce((total, {correctedBits}) => total + correctedBits, 0);
		expect(sum('token')).toBeCloseTo(16, 12);
		expect(sum('word')).toBeCloseTo(16, 12);
		expect(sum('text')).toBeCloseTo(16, 12);
		expect(sum('region')).toBeCloseTo(13, 12);
	});

	test('have the totals where they are texts', () => {
		expect(totalsOf(item.text, tokens)).toEqual({
			characters: 11,
			bitsPerToken: 2.5,
			bitsPerCharacter: 15 / 11,
			perplexity: 2 ** 2.5,
		});
		expect(columnNames('text').slice(-1)).toEqual(['perplexity']);
		const [record] = recordsOf(measured, 'text');
		expect(record).toMatchObject({row: 2, item: '7', condition: 'a', tokens: 6, characters: 11});
		expect(record.plain_log_prob_nats).toBeCloseTo(-15 * Math.LN2, 9);
		expect(record.corrected_probability).toBeCloseTo(2 ** -16, 12);
	});

	test.each(UNITS)('make a file that a table reader reads again: %s', unit => {
		const provenance = {
			model: 'org/gpt2',
			revision: 'abc',
			dtype: 'int8',
			contextLength: 1024,
			version: '1.2.3',
			how: {},
		};
		const rows = rowsOf(measured, unit);
		const block = headerBlock(provenance, unit);
		const file = `${block}\r\n${csvLines([columnNames(unit)])}${csvLines(rows)}`;
		const lines = Number(/lines above the columns: (\d+)/.exec(file)![1]);
		expect(block.split('\r\n')).toHaveLength(lines);
		for (const named of ['org/gpt2', 'abc', 'int8', '1024', '1.2.3']) expect(block).toContain(named);
		const table = file.split('\r\n').slice(lines).join('\r\n');
		expect(Papa.parse<string[]>(table, {skipEmptyLines: true}).data).toHaveLength(rows.length + 1);
		expect(readTable(new TextEncoder().encode(table)).columns).toEqual(columnNames(unit));
		// A spreadsheet would take the word for a formula.
		if (unit === 'word') expect(file).toContain("'=1");
	});
});

test('a line break between context and text does not break the lines above the columns', () => {
	const from = {model: 'm', dtype: 'int8', contextLength: 8, version: '1', how: {separator: '\n'}};
	const block = headerBlock(from, 'word');
	expect(block.split(/\r?\n/)).toHaveLength(Number(/lines above the columns: (\d+)/.exec(block)![1]));
	expect(block).toContain("joined by '\\n'");
});

describe('pairs', () => {
	const pair = (first: number, second: number, right: Item['right'], condition = ''): MeasuredItem => ({
		item: {...item, text: 'a', second: 'b', secondRegions: [], by: 'text', others: {}, right, condition},
		tokens: tokensOf([['a', first, first]]),
		secondTokens: tokensOf([['b', second, second + 1]]),
		refusal: null,
	});

	test('say which text is more probable, by how many bits, and whether that is right', () => {
		expect(pairOf(pair(2, 5, 'first'))).toMatchObject({difference: 3, moreProbable: 'first', isRight: true});
		expect(pairOf(pair(5, 2, 'first'))).toMatchObject({difference: -3, moreProbable: 'second', isRight: false});
		expect(pairOf(pair(2, 2, 'first'))).toMatchObject({moreProbable: null, isRight: false});
		expect(pairOf(pair(2, 5, null))).toMatchObject({isRight: null});
		expect(pairOf(measured)).toBeNull();
		expect(pairRow(pair(2, 5, 'first'))).toHaveLength(PAIR_COLUMNS.length);
	});

	test('have their share of right ones with Wilson’s interval, by condition too', () => {
		const pairs = [
			pair(1, 2, 'first', 'x'),
			pair(2, 1, 'first', 'x'),
			pair(3, 1, 'second', 'y'),
			pair(1, 9, null, 'y'),
		];
		const shares = pairShares(pairs.map(one => pairOf(one)!));
		expect(shares.map(({condition, pairs, right}) => [condition, pairs, right])).toEqual([
			[null, 3, 2],
			['x', 2, 1],
			['y', 1, 1],
		]);
		expect(shares[0].meanDifference).toBeCloseTo((1 - 1 + 2) / 3, 12);
	});

	test('their table says by what they were compared, unless it is by the whole texts', () => {
		const shares = pairShares([pairOf(pair(1, 2, 'first', 'x'))!]);
		const byText = shareTable(shares, 'text');
		expect(byText[0]).not.toContain('compared');
		const [names, all] = shareTable(shares, 'region');
		expect(names).toEqual([...byText[0], 'compared']);
		expect(all).toEqual([...byText[1], 'region']);
	});

	test('Wilson’s interval is that of the textbooks: 8 of 10 is 0.49 to 0.94, none of ten is not nothing', () => {
		expect(wilson(8, 10).map(bound => Number(bound.toFixed(3)))).toEqual([0.49, 0.943]);
		expect(wilson(0, 10).map(bound => Number(bound.toFixed(3)))).toEqual([0, 0.278]);
		expect(wilson(10, 10).map(bound => Number(bound.toFixed(3)))).toEqual([0.722, 1]);
	});

	test('a mean has its interval, a single value none', () => {
		expect(meanOf([1, 2, 3])).toMatchObject({n: 3, mean: 2});
		expect(meanOf([1, 2, 3]).high! - 2).toBeCloseTo(1.959964 / Math.sqrt(3), 6);
		expect(meanOf([4])).toEqual({n: 1, mean: 4, low: null, high: null});
	});
});
