import {mkdtemp, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {readFlags, USAGE} from '../../../src/cli/flags.ts';
import {run} from '../../../src/cli/run.ts';
import {UsageError} from '../../../src/cli/usage-error.ts';
import {TableError} from '../../../src/csv/table.ts';
import {EngineService} from '../../../src/service/service.ts';
import {openServedModel} from '../../helpers/bundled-model.ts';

const service = new EngineService(openServedModel);

/** What the command writes and notes, of a table on standard input. */
async function surprisal(input: string, ...args: string[]) {
	let written = '';
	const pieces: string[] = [];
	let notes = '';
	const printed = await run(['surprisal', ...args], service, {
		input: async () => new TextEncoder().encode(input),
		write(text) {
			written += text;
			pieces.push(text);
		},
		note(text) {
			notes += `${text}\n`;
		},
	});
	expect(printed).toBe('');
	return {written, pieces, notes};
}

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
	const file = join(await mkdtemp(join(tmpdir(), 'next-token-lens-')), 'items.csv');
	await writeFile(file, ITEMS);
	const {pieces} = await surprisal('', '--file', file, '--column', 'sentence', '--unit', 'region', '--csv');
	expect(pieces).toHaveLength(3);
	expect(pieces[0]).toMatch(/^# lines above the columns: 8\r\n# model: gpt2-mini\r\n/);
	expect(pieces[0]).toMatch(
		/# precision: int8\r\n[\s\S]*Next-Token Lens \d+\.\d+\.\d+\r\nrow,item,condition,position,region,/,
	);
	expect(pieces[1]).toMatch(/^2,,,1,his face,7,15,2,[\d.,-]+\r\n$/);
	expect(pieces[2]).toBe('');
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

test('a row that is too long is named and left out, and the others are measured', async () => {
	const {written, notes} = await surprisal(`text\n${'word '.repeat(1200)}\nFine.\n`, '--unit', 'text', '--json');
	expect(written.trim().split('\n')).toHaveLength(1);
	expect(notes).toMatch(/^Row 2 is left out\. 1202 tokens do not fit into the model’s context of 1024/);
});

test('lines, as text', async () => {
	const {written} = await surprisal('One, two\nThree\n', '--format', 'lines', '--unit', 'text');
	expect(written).toMatch(/^row\s+item\s+condition\s+text/);
	expect(written).toContain('One, two');
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
	expect(() => readFlags(['surprisal', '--second', 'a', '--unit', 'word'])).toThrow(/--unit has no effect with/);
	expect(() => readFlags(['surprisal', '--chat'])).toThrow(/--chat has no effect on surprisal/);
	expect(readFlags(['explain', '--unit', 'sentence']).explain.unit).toBe('sentence');
	expect(USAGE).toContain('--region-from NAME');
});
