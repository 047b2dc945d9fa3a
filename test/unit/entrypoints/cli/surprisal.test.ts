import {mkdtemp, readFile, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import type {Ask} from '../../../../src/entrypoints/cli/ask.ts';
import {readFlags, USAGE} from '../../../../src/entrypoints/cli/flags.ts';
import {run} from '../../../../src/entrypoints/cli/run.ts';
import {surprisal as measureTexts} from '../../../../src/entrypoints/cli/surprisal.ts';
import {UsageError} from '../../../../src/entrypoints/cli/usage-error.ts';
import {EngineService} from '../../../../src/service/service.ts';
import {TableError} from '../../../../src/ui/csv/table.ts';
import {openServedModel} from '../../../helpers/bundled-model.ts';

const service = new EngineService(openServedModel);

/** What the command writes and notes, of a table on standard input. */
async function surprisal(input: string, ...args: string[]) {
	const told = {written: '', pieces: [] as string[], notes: '', shown: [] as string[]};
	const printed = await run(['surprisal', ...args], service, {
		input: async () => new TextEncoder().encode(input),
		write(text) {
			told.written += text;
			told.pieces.push(text);
		},
		note(text) {
			told.notes += `${text}\n`;
		},
		progress: {isDrawn: true, show: (...line) => void told.shown.push(line.join(' ')), clear() {}},
		interrupt: () => new AbortController().signal,
	});
	expect(printed).toBe('');
	return told;
}

const newFile = async (name: string) => join(await mkdtemp(join(tmpdir(), 'next-token-lens-')), name);

const ITEMS =
	'n,cond,before,sentence\n1,a,The old man opened the door.,He saw {his face}.\n1,b,,"A matron, they said"\n';

test('a row for every word, an object a line, from standard input', async () => {
	const {written} = await surprisal(ITEMS, '--column', 'sentence', '--context', 'before', '--item', 'n', '--json');
	const rows = written
		.trim()
		.split('\n')
		.map(line => JSON.parse(line));
	expect(rows.map(({row, item, word}) => [row, item, word])).toEqual([
		[2, '1', 'He'],
		[2, '1', 'saw'],
		[2, '1', 'his'],
		[2, '1', 'face.'],
		[3, '1', 'A'],
		[3, '1', 'matron,'],
		[3, '1', 'they'],
		[3, '1', 'said'],
	]);
	const {start, end, tokens, corrected_surprisal_bits: bits, corrected_log_prob_nats: nats} = rows[5];
	expect([start, end, tokens]).toEqual([2, 9, 3]);
	expect(nats).toBeCloseTo(-bits * Math.LN2, 9);
});

test('CSV is written as it is computed, under what it was computed with', async () => {
	const file = await newFile('items.csv');
	await writeFile(file, ITEMS);
	const {pieces} = await surprisal('', '--file', file, '--column', 'sentence', '--unit', 'region', '--csv');
	expect(pieces).toHaveLength(3);
	expect(pieces[0]).toMatch(/^# lines above the columns: 9\r\n# model: gpt2-mini\r\n/);
	expect(pieces[0]).toMatch(
		/# precision: int8\r\n[\s\S]*Next-Token Lens \d+\.\d+\.\d+\r\nrow,item,condition,position,region,/,
	);
	expect(pieces[1]).toMatch(/^2,,,1,his face,7,15,2,[\d.,-]+,1,a,The old man opened the door\.\r\n$/);
	expect(pieces[2]).toBe('');
});

test('braces are text with --no-marks', async () => {
	const code = 'f() { return }\n}\n';
	const {notes} = await surprisal(code, '--format', 'lines', '--csv');
	expect(notes).toMatch(/^Left out 1 of 2 rows:\nThe marks of a region in row 2 .* --no-marks/);
	const {written} = await surprisal(code, '--format', 'lines', '--no-marks', '--json', '--unit', 'text');
	const texts = written
		.trim()
		.split('\n')
		.map(line => JSON.parse(line).text);
	expect(texts).toEqual(['f() { return }', '}']);
});

test('a table whose first row names no columns, by guess or by flag', async () => {
	const texts = (written: string) => [...written.matchAll(/"text":"([^"]*)"/g)].map(([, text]) => text);
	const ARGS = ['--unit', 'text', '--json', '--column'];
	expect(texts((await surprisal('The man left.\nThe end.\n', ...ARGS, 'column_1')).written)).toEqual([
		'The man left.',
		'The end.',
	]);
	expect(texts((await surprisal('One\nTwo\n', ...ARGS, 'column_1', '--no-header')).written)).toEqual(['One', 'Two']);
	const blimp = '{"sentence_good":"It is."}\n{"sentence_good":"He is."}\n';
	expect(texts((await surprisal(blimp, ...ARGS, 'sentence_good')).written)).toEqual(['It is.', 'He is.']);
});

test('regions by the columns of their first and last word, with what the table says of each row', async () => {
	const {written} = await surprisal(
		'n,cond,text,from,to\n7,a,The old man the boat.,2,3\n7,b,The young man the boat.,5,5\n',
		...'--unit region --item n --condition cond --region-from from --region-to to --json'.split(' '),
	);
	const rows = written
		.trim()
		.split('\n')
		.map(line => JSON.parse(line));
	expect(rows.map(({row, item, condition, region}) => [row, item, condition, region])).toEqual([
		[2, '7', 'a', 'old man'],
		[3, '7', 'b', 'boat.'],
	]);
});

test('pairs, with the share of right ones and its interval', async () => {
	const pairs = 'good,bad\nHe saw his face.,He saw his his.\nThe men are here.,The men is here.\n';
	const {written, notes} = await surprisal(
		pairs.replaceAll('\n', ',1\n').replace('bad,1', 'bad,best'),
		...'--column good --second bad --right best --json'.split(' '),
	);
	const rows = written
		.trim()
		.split('\n')
		.map(line => JSON.parse(line));
	expect(rows).toHaveLength(2);
	expect(rows[0]).toMatchObject({first: 'He saw his face.', more_probable: 'first', right: 'first', is_right: 'true'});
	expect(rows[0].difference_bits).toBeCloseTo(
		rows[0].second_plain_surprisal_bits - rows[0].first_plain_surprisal_bits,
		9,
	);
	expect(notes).toMatch(/condition\s+pairs\s+right\s+share\s+low_95\s+high_95/);
});

test('both texts of a pair have rows, and its regions are what is compared where that is asked for', async () => {
	const pairs = 'good,bad,source\nThe men {are} here.,The men {is} here.,mine\n';
	const objects = async (...args: string[]) => {
		const {written} = await surprisal(pairs, '--column', 'good', '--second', 'bad', '--json', ...args);
		return written
			.trim()
			.split('\n')
			.map(line => JSON.parse(line));
	};
	const regions = await objects('--unit', 'region');
	expect(regions.map(({which, position, region, source}) => [which, position, region, source])).toEqual([
		['first', 1, 'are', 'mine'],
		['second', 1, 'is', 'mine'],
	]);
	const words = await objects('--unit', 'word');
	expect(words.map(({which, word}) => `${which} ${word}`)).toEqual(
		['first', 'second'].flatMap((which, i) =>
			['The', 'men', ['are', 'is'][i], 'here.'].map(word => `${which} ${word}`),
		),
	);
	const [pair] = await objects('--compare', 'region');
	const [a, b] = regions.map(({plain_surprisal_bits: bits}) => bits);
	expect(pair).toMatchObject({first_plain_surprisal_bits: a, second_plain_surprisal_bits: b, compared: 'region'});
	expect(pair.difference_bits).toBeCloseTo(b - a, 12);
	const [whole] = await objects();
	expect(whole.difference_bits).not.toBeCloseTo(b - a, 3);
	await expect(
		surprisal('good,bad\nIt {is}.,It are.\n', '--column', 'good', '--second', 'bad', '--compare', 'region'),
	).rejects.toThrow(/^Row 2 is to be compared by its regions, and one of its two texts has none/);
});

test('a row that is too long is named and left out, and the others are measured', async () => {
	const {written, notes} = await surprisal(`text\n${'word '.repeat(1200)}\nFine.\n`, '--unit', 'text', '--json');
	expect(written.trim().split('\n')).toHaveLength(1);
	expect(notes).toMatch(/^Row 2 is left out\. 1202 tokens do not fit into the model’s context of 1024/);
});

test('what was measured is told, though the engine fails after it', async () => {
	const ask = (async (method, params, onEvent) => {
		const answer = await service.answer(method, params, new AbortController().signal, event =>
			onEvent?.(event as never),
		);
		if (method === 'measure') throw new Error('The engine was lost.');
		return answer;
	}) as Ask;
	let written = '';
	const answer = measureTexts(ask, readFlags(['surprisal', '--format', 'lines', '--text', 'One text.']), {
		input: async () => new Uint8Array(),
		write(text) {
			written += text;
		},
		note() {},
		progress: {isDrawn: false, show() {}, clear() {}},
		interrupt: () => new AbortController().signal,
	});
	await expect(answer).rejects.toThrow('The engine was lost.');
	expect(written).toMatch(/^row\s+item[\s\S]*One[\s\S]*text\./);
});

test('lines, as text', async () => {
	const {written} = await surprisal('One, two\nThree\n', '--format', 'lines', '--unit', 'text');
	expect(written).toMatch(/^row\s+item\s+condition\s+text/);
	expect(written).toContain('One, two');
});

describe('a table that is written into a file', () => {
	// A line break and quotation marks in a cell, and a row that is too long, are what a cut can fall into.
	const TEXTS = `text,kind\n"One ""two"",\nthree",=a\n${'word '.repeat(1100)},b\nShort.,\nThe last of them.,c\n`;
	const ARGS = ['--unit', 'text', '--condition', 'kind'];

	test('is gone on with after any cut, and is then the same to the byte', async () => {
		const whole = await newFile('whole.csv');
		const {shown} = await surprisal(TEXTS, ...ARGS, '--out', whole);
		expect(shown.map(line => line.replace(/,.*/, ''))).toEqual([1, 2, 3, 4].map(n => `texts ${n / 4} ${n} of 4`));
		const bytes = await readFile(whole);
		const at = (text: string) => bytes.indexOf(text);
		expect(bytes.toString().split('\r\n')).toHaveLength(9 + 1 + 3 + 1);
		const cuts: [cut: number, has: number | null][] = [
			[0, null],
			[at('# unit'), null],
			[at('# table') + 30, null],
			[at('row,item') + 5, null],
			[at('""two""') + 1, null],
			[at('three'), null],
			// Whether the rows of a text are all there is not known, so the last one is measured again.
			[at('4,,,'), null],
			[at('Short.') + 20, null],
			[at('5,,c'), 2],
			[bytes.length - 1, 2],
			[bytes.length, 3],
		];
		for (const [cut, has] of cuts) {
			const file = await newFile('cut.csv');
			await writeFile(file, bytes.subarray(0, cut));
			const {notes} = await surprisal(TEXTS, ...ARGS, '--out', file, '--resume');
			expect((await readFile(file)).equals(bytes), `cut at ${cut}`).toBe(true);
			if (has === null) expect(notes).not.toContain('already');
			else expect(notes).toContain(`${file} has ${has} of 4 texts already.`);
		}
	});

	test('has words of a text again whose last rows are missing', async () => {
		const whole = await newFile('whole.csv');
		await surprisal(ITEMS, '--column', 'sentence', '--out', whole);
		const bytes = await readFile(whole);
		const file = await newFile('cut.csv');
		// After a whole row, in the middle of a text.
		await writeFile(file, bytes.subarray(0, bytes.indexOf('3,,,3,')));
		const {notes} = await surprisal(ITEMS, '--column', 'sentence', '--out', file, '--resume');
		expect(notes).toContain('has 1 of 2 texts already');
		expect((await readFile(file)).equals(bytes)).toBe(true);
	});

	test('is begun by --resume too, and is not written over without it', async () => {
		const file = await newFile('out.csv');
		await surprisal(TEXTS, ...ARGS, '--out', file, '--resume');
		const bytes = await readFile(file);
		expect(bytes.toString()).toMatch(/^# lines above the columns: 9\r\n/);
		await expect(surprisal(TEXTS, ...ARGS, '--out', file)).rejects.toThrow(
			/is there already\. Go on with it by --resume/,
		);
		expect((await readFile(file)).equals(bytes)).toBe(true);
	});

	test('is refused, and stays as it is, where it was measured otherwise or is of another table', async () => {
		const file = await newFile('out.csv');
		await surprisal(TEXTS, ...ARGS, '--out', file);
		const bytes = await readFile(file);
		const again = (input: string, ...args: string[]) => surprisal(input, ...args, '--out', file, '--resume');
		await expect(again(TEXTS, '--unit', 'word', '--condition', 'kind')).rejects.toThrow(
			/was measured otherwise: it has "# unit: text", and this run "# unit: word"/,
		);
		await expect(again(TEXTS, ...ARGS, '--separator', '\n')).rejects.toThrow(
			/otherwise: it has "# context: 1024 tokens/,
		);
		await expect(again(TEXTS, ...ARGS, '--no-add-special-tokens')).rejects.toThrow(/otherwise: it has "# context/);
		await expect(again(TEXTS.replace('Short.', 'Short. And more.'), ...ARGS)).rejects.toThrow(
			/another table: row 4 is not the same/,
		);
		await expect(again(TEXTS, '--unit', 'text')).rejects.toThrow(/otherwise: it has "row,item,condition,text,/);
		expect((await readFile(file)).equals(bytes)).toBe(true);
		await writeFile(file, 'text\nNothing of ours.\n');
		await expect(again(TEXTS, ...ARGS)).rejects.toThrow(/otherwise: it has "text\\nNothing of ours\.\\n"/);
		await expect(surprisal(TEXTS, ...ARGS, '--out', '/nowhere/out.csv')).rejects.toThrow(/cannot be written: ENOENT/);
	});

	test('is refused, and stays as it is, where the rows that it has do not show that the table has changed', async () => {
		const long = 'word '.repeat(1100);
		const table = `before,sentence\nThe old man came.,He saw his {face}.\n,${long}\nOnce.,A last one.\n`;
		const args = (unit: string) => ['--column', 'sentence', '--context', 'before', '--unit', unit];
		for (const unit of ['word', 'region']) {
			const file = await newFile('out.csv');
			const withRegions = unit === 'region' ? table.replace('last one', '{last} one') : table;
			await surprisal(withRegions, ...args(unit), '--out', file);
			const bytes = await readFile(file);
			const changes = [
				['face}.', 'face}. Then he slept.'],
				['The old man', 'The young man'],
				[long, 'Short now.'],
				['Once.,A', 'Once.,Then a'],
				['.\n', '.\nOne more.,And one more.\n'],
			];
			for (const [was, is] of changes) {
				const again = surprisal(withRegions.replace(was, is), ...args(unit), '--out', file, '--resume');
				await expect(again, is).rejects.toThrow(/another table/);
				expect((await readFile(file)).equals(bytes), is).toBe(true);
			}
			const other = surprisal(withRegions, '--column', 'sentence', '--unit', unit, '--out', file, '--resume');
			await expect(other).rejects.toThrow(/otherwise: it has "row,item,.* Give --out another name\.$/);
			await surprisal(withRegions, ...args(unit), '--out', file, '--resume');
			expect((await readFile(file)).equals(bytes)).toBe(true);
		}
	});

	test('takes rows that were added at the end of the table, also after a cut, and is then that of the whole table', async () => {
		const more = `${TEXTS}One more.,d\nAnd the last.,e\n`;
		const whole = await newFile('whole.csv');
		await surprisal(more, ...ARGS, '--out', whole);
		const file = await newFile('grown.csv');
		await surprisal(TEXTS, ...ARGS, '--out', file);
		const before = await readFile(file);
		for (const cut of [before.length, before.length - 1]) {
			await writeFile(file, before.subarray(0, cut));
			await surprisal(more, ...ARGS, '--out', file, '--resume');
			expect((await readFile(file)).toString()).toBe((await readFile(whole)).toString());
		}
		// A table that has become shorter is another one.
		await expect(surprisal(TEXTS, ...ARGS, '--out', file, '--resume')).rejects.toThrow(/another table/);
		await expect(surprisal(more.replace('Short.', 'Shorter.'), ...ARGS, '--out', file, '--resume')).rejects.toThrow(
			/another table/,
		);
	});

	test('counts the pairs that it has among the right ones', async () => {
		const pairs = 'good,bad,kind\nHe saw his face.,He saw his his.,a\nThe men are.,The men is.,b\nIt is.,It are.,a\n';
		const args = ['--column', 'good', '--second', 'bad', '--condition', 'kind', '--right', 'best'];
		const input = pairs.replaceAll('\n', ',1\n').replace('kind,1', 'kind,best');
		const file = await newFile('pairs.csv');
		const {notes} = await surprisal(input, ...args, '--out', file);
		expect(notes).toMatch(/all\s+3\s/);
		const bytes = await readFile(file);
		await writeFile(file, bytes.subarray(0, bytes.length - 10));
		const again = await surprisal(input, ...args, '--out', file, '--resume');
		expect(again.notes).toBe(`${file} has 1 of 3 texts already.\n${notes}`);
		expect((await readFile(file)).equals(bytes)).toBe(true);
	});
});

test('what is wrong with the table or the flags is said', async () => {
	await expect(surprisal(ITEMS)).rejects.toThrow(TableError);
	await expect(surprisal(ITEMS)).rejects.toThrow(
		'There is no column “text”. The table has n, cond, before or sentence.',
	);
	await expect(surprisal(ITEMS, '--unit', 'sentence')).rejects.toThrow('--unit must be token, word, region, text');
	await expect(surprisal('text\nNone here.\n', '--unit', 'region')).rejects.toThrow(/^No row has a region/);
	await expect(surprisal(ITEMS, '--csv', '--json')).rejects.toThrow(UsageError);
	expect(() => readFlags(['surprisal', '--right', 'a'])).toThrow(/--right has no effect without --second/);
	expect(() => readFlags(['surprisal', '--region-to', 'a'])).toThrow(/--region-to has no effect without/);
	expect(() => readFlags(['surprisal', '--compare', 'region'])).toThrow(/--compare has no effect without --second/);
	expect(() => readFlags(['surprisal', '--out', 'a.csv', '--json'])).toThrow(/either --out or --json/);
	expect(() => readFlags(['surprisal', '--resume'])).toThrow(/--resume has no effect without --out/);
	expect(() => readFlags(['surprisal', '--chat'])).toThrow(/--chat has no effect on surprisal/);
	expect(readFlags(['explain', '--unit', 'sentence']).explain.unit).toBe('sentence');
	expect(USAGE).toContain('--region-from NAME');
});
