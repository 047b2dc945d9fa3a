import {describe, expect, test} from 'vitest';
import {type ItemColumns, itemsOf} from '../../../../../src/features/corpus/measure/items.ts';
import {columnAt, MAX_TABLE_ROWS, readTable, TableError} from '../../../../../src/ui/csv/table.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const read = (text: string, format?: Parameters<typeof readTable>[1]) => readTable(bytes(text), format);
const refusalOf = (work: () => unknown) => {
	try {
		work();
	} catch (error) {
		expect(error).toBeInstanceOf(TableError);
		return (error as TableError).message;
	}
	throw new Error('Nothing was refused.');
};

describe('a table', () => {
	const cells = {kind: 'cells', hasHeader: true, faults: []};

	test('is read with its columns and the rows’ numbers, whatever separates its cells', () => {
		const expected = {
			columns: ['item', 'sentence'],
			rows: [
				{row: 2, cells: ['1', 'A, b "c"']},
				{row: 4, cells: ['2', 'D\ne']},
			],
		};
		expect(read('item,sentence\r\n1,"A, b ""c"""\r\n\r\n2,"D\ne"\r\n')).toEqual({
			...cells,
			...expected,
			separator: ',',
		});
		expect(read('\ufeffitem;sentence\n1;"A, b ""c"""\n\n2;"D\ne"')).toEqual({...cells, ...expected, separator: ';'});
		expect(read('item\tsentence\n1\t"A, b ""c"""\n\n2\t"D\ne"', 'tsv')).toEqual({
			...cells,
			...expected,
			separator: '\t',
		});
	});

	test('has its separator guessed from the first line that is not blank, even where that begins with it', () => {
		const rows = [{row: 2, cells: ['0', 'A, b']}];
		expect(read('\tsentence\n0\tA, b')).toEqual({...cells, columns: ['', 'sentence'], separator: '\t', rows});
		expect(read(' \t\n\r\nsentence\titem\nA, b\t0')).toEqual({
			...cells,
			columns: ['sentence', 'item'],
			separator: '\t',
			rows: [{row: 4, cells: ['A, b', '0']}],
		});
	});

	test('of lines is a text a line, commas and all', () => {
		expect(read('One, two\n\n"Three\n', 'lines')).toEqual({
			...cells,
			kind: 'lines',
			hasHeader: false,
			columns: ['text'],
			separator: null,
			rows: [
				{row: 1, cells: ['One, two']},
				{row: 3, cells: ['"Three']},
			],
		});
	});

	test('of JSON Lines has a column for every name, as BLiMP’s files have', () => {
		const table = read(
			'{"sentence_good": "It is.", "pairID": 1}\n\n{"pairID": null, "UID": "a", "simple_LM_method": true}\n{"x\n',
		);
		expect(table).toEqual({
			kind: 'objects',
			hasHeader: true,
			separator: null,
			columns: ['sentence_good', 'pairID', 'UID', 'simple_LM_method'],
			rows: [
				{row: 1, cells: ['It is.', '1', '', '']},
				{row: 3, cells: ['', '', 'a', 'true']},
			],
			faults: [{code: 'table-json-line', values: {row: 4}}],
		});
	});

	test.each([
		['texts', 'The old man left.\nThe door was open.\n', false],
		['one text', 'The old man left.', false],
		['Chinese texts', '1,老人打开了门。\n2,门开了。', false],
		['parts of texts, with their numbers', '1,The keys\n2,The key\n', false],
		['long parts of texts', 'a,The keys to the cabinet are\nb,The key to the cabinets is\n', false],
		['texts under their name', 'sentence\nThe old man left.\n', true],
		['texts under some name', 'a,b\n1,The old man left.\n', true],
		['answers under a question', 'stim,Is it a good sentence?\nThe man left.,yes\n', true],
		['people under their numbers', 'sentence,101,102\nThe man left.,1,0\n', true],
	])('of %s has a header or none, and loses no text', (_, text, hasHeader) => {
		const table = read(text);
		expect(table.hasHeader).toBe(hasHeader);
		expect(table.rows.length).toBe(text.trim().split('\n').length - Number(hasHeader));
		expect(table.rows[0].row).toBe(hasHeader ? 2 : 1);
		// What is said counts for more than what it looks like.
		expect(readTable(bytes(`${text}\n${text}`), 'auto', undefined, !hasHeader).hasHeader).toBe(!hasHeader);
	});

	test('keeps both of two columns of one name', () => {
		const table = read('text,text,text_2\na,b,c\n');
		expect(table.columns).toEqual(['text', 'text_3', 'text_2']);
		expect(table.columns.map(name => table.rows[0].cells[columnAt(table, name)])).toEqual(['a', 'b', 'c']);
	});

	test('is read in UTF-16 where its first bytes say so', () => {
		const text = '\ufefftext\nÄ 貓';
		const wide = new Uint8Array(new Uint16Array([...text].map(c => c.charCodeAt(0))).buffer);
		expect(readTable(wide).rows).toEqual([{row: 2, cells: ['Ä 貓']}]);
	});

	test.each([
		['another encoding', Uint8Array.of(...bytes('text\nfine\ncaf'), 0xe9, 0x0a), /^Line 3 is not text in UTF-8/],
		['an unclosed quotation mark', bytes('text,n\na,1\n"b,2\nc,3\n'), /that opens in row 3 is never closed/],
		[
			'a comma too many in every row',
			bytes('text,n\nb, c,2\n'),
			/^Row 2 has another number of cells \(3\) than .* \(2\)/,
		],
		['a workbook', bytes('PK\u0003\u0004 xl/workbook.xml'), /^The file is of the form \.xlsx, .* save it as CSV/],
		['a PDF', bytes('%PDF-1.7\n'), /of the form \.pdf/],
		['a list as JSON', bytes('[\n{"text": "A."}\n]'), /a single JSON value, .* an object a line/],
		['a suite of SyntaxGym', bytes('{"meta": {"name": "npi"}, "items": []}'), /a single JSON value/],
		['no rows', bytes('text,n\n'), /no rows below its header/],
		['too many rows', bytes(`text\n${'a\n'.repeat(MAX_TABLE_ROWS + 1)}`), /may have 10000 rows at most/],
		['too many bytes', new Uint8Array(10_000_001), /has 10000001 bytes/],
	])('with %s is refused, and the row named', (_, file, message) => {
		expect(refusalOf(() => readTable(file))).toMatch(message);
	});

	test('without the column that is asked for says which ones there are', () => {
		const table = read('item,Sentence\n1,a\n');
		expect(columnAt(table, 'sentence')).toBe(1);
		expect(refusalOf(() => columnAt(table, 'text'))).toBe('There is no column “text”. The table has item or Sentence.');
	});
});

describe('the items of a table', () => {
	const items = (text: string, columns: Partial<ItemColumns> = {}) =>
		itemsOf(read(text), {text: 'text', ...columns}).items;

	test('are texts without their marks, with contexts, items and conditions', () => {
		const [one, two] = items('n,cond,before,text\n1,a,We know.,The {old} man {the} boat.\n1,b,,The old man.', {
			item: 'n',
			condition: 'cond',
			context: 'before',
		});
		expect(one).toEqual({
			row: 2,
			item: '1',
			condition: 'a',
			context: 'We know.',
			text: 'The old man the boat.',
			regions: [
				{start: 4, end: 7},
				{start: 12, end: 15},
			],
			second: null,
			secondRegions: [],
			by: 'text',
			right: null,
			others: {},
		});
		expect(two).toMatchObject({row: 3, context: '', regions: []});
	});

	test('have braces as text where these mark nothing', () => {
		const table = read('text,second,from\nif (a) { b },{,2\n');
		expect(itemsOf(table, {text: 'text', second: 'second', regionFrom: 'from'}, false).items).toMatchObject([
			{text: 'if (a) { b }', second: '{', regions: [{start: 3, end: 6}]},
		]);
		expect(itemsOf(table, {text: 'text'}, false).items[0].regions).toEqual([]);
	});

	test('have the regions of a second text, and carry what else the table has as it stands there', () => {
		const text = 'Text,bad,from,time, n\nA {b} c.,A {d e}.,2, 3 ms ,7\n';
		const [item] = items(text, {second: 'bad', item: 'n'});
		expect(item).toMatchObject({second: 'A d e.', secondRegions: [{start: 2, end: 5}]});
		expect(item.others).toEqual({from: '2', time: ' 3 ms '});
		const [byWords] = items(text, {second: 'bad', regionFrom: 'from'});
		expect(byWords.secondRegions).toEqual([{start: 2, end: 3}]);
	});

	test('have regions by the numbers of their words, too', () => {
		const [{text, regions}] = items('text,from,to\nThe old man the boat.,2,3', {regionFrom: 'from', regionTo: 'to'});
		expect(regions.map(({start, end}) => text.slice(start, end))).toEqual(['old man']);
	});

	test('are pairs where there is a second text, with the right one by number or column', () => {
		const columns = {text: 'good', second: 'bad', right: 'best'};
		const pairs = itemsOf(read('good,bad,best\nA a.,A b.,good\nC c.,C d.,2\nE e.,E f.,\n'), columns).items;
		expect(pairs.map(({second, right}) => [second, right])).toEqual([
			['A b.', 'first'],
			['C d.', 'second'],
			['E f.', null],
		]);
	});

	test('are there without the rows that cannot be read, all of which are told at once', () => {
		const table = read('text,from\nThe man.,1\nThe {man,1\nThe boat.,3\nA,comma,too many\n,1\nThe end.,2\n');
		const {items, faults} = itemsOf(table, {text: 'text', regionFrom: 'from'});
		expect(items.map(({row, text}) => [row, text])).toEqual([
			[2, 'The man.'],
			[7, 'The end.'],
		]);
		expect(faults.map(({code, values}) => [values.row, code])).toEqual([
			[3, 'row-marks'],
			[4, 'row-region'],
			[5, 'table-cells'],
			[6, 'row-empty'],
		]);
	});

	test.each([
		['text\nThe {old man\n', {}, /^The marks of a region in row 2/],
		['text\nThe old} man\n', {}, /in row 2/],
		['text\nThe {} man\n', {}, /in row 2/],
		['text,n\n ,1\n', {}, /^Row 2 has an empty text/],
		['text,from\nThe man,3\n', {regionFrom: 'from'}, /^The region of row 2 is not in its text, which has 2 words/],
		['text,second,right\na,b,c\n', {second: 'second', right: 'right'}, /^Row 2 says that “c” is right/],
		['text\na\n', {context: 'before'}, /no column “before”/],
	])('are refused where none is left, by their row: %j', (file, columns, message) => {
		expect(refusalOf(() => items(file, columns))).toMatch(message);
	});
});
