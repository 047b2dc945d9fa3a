import {readTable} from '../csv/table.ts';
import {itemsOf} from '../measure/items.ts';
import {
	columnNames,
	csvLines,
	headerBlock,
	PAIR_COLUMNS,
	pairRow,
	rowsOf,
	SHARE_COLUMNS,
	shareRow,
} from '../measure/output.ts';
import {type Pair, pairOf, pairShares} from '../measure/pairs.ts';
import {measureItems} from '../measure/run.ts';
import {refuse, sentenceOf} from '../refusals/refusal.ts';
import type {Ask} from './ask.ts';
import type {Flags} from './flags.ts';
import {table} from './print.ts';
import {readBytes, readTextFile} from './read-text.ts';
import {UsageError} from './usage-error.ts';

/** Where a command that goes on for long reads and writes. */
export interface Streams {
	input(): Promise<Uint8Array>;
	write(text: string): void;
	/** What is no part of the answer: a row that was left out. */
	note(text: string): void;
}

/**
 * Surprisal of many texts, by token, word, region or text, or pair by pair; written as it is computed.
 * @throws TableError for a table that cannot be read; UsageError.
 */
export async function surprisal(ask: Ask, {surprisal: flags, ...all}: Flags, streams: Streams): Promise<void> {
	const {columns, unit, format, separator} = flags;
	const items = itemsOf(readTable(await bytesOf(all, streams), format), columns);
	const how = {separator, addSpecialTokens: all.addSpecialTokens};
	const isPairs = columns.second !== undefined;
	if (unit === 'region' && items.every(({regions}) => regions.length === 0))
		throw new UsageError('No row has a region. Write {braces} around it, or use --region-from and --region-to.');
	const names = isPairs ? PAIR_COLUMNS : columnNames(unit);
	if (flags.csv) {
		const {id, ...model} = await ask('model', {});
		const block = headerBlock({...model, model: id, how, version: await ownVersion()}, isPairs ? 'pair' : unit);
		streams.write(`${block}\r\n${csvLines([names])}`);
	}
	const pairs: Pair[] = [];
	const cells: (string | number)[][] = [];
	await measureItems(
		items,
		how,
		(params, onEvent) => ask('measure', params, onEvent),
		measured => {
			const {item, refusal} = measured;
			if (refusal) return streams.note(sentenceOf([refuse('row-refused', {row: item.row}), refusal]));
			const pair = pairOf(measured);
			if (pair) pairs.push(pair);
			const row = pairRow(measured);
			const rows = isPairs ? (row ? [row] : []) : rowsOf(measured, unit);
			if (flags.csv) return streams.write(csvLines(rows));
			if (!all.json) return void cells.push(...rows);
			for (const one of rows)
				streams.write(`${JSON.stringify(Object.fromEntries(one.map((cell, i) => [names[i], cell])))}\n`);
		},
	);
	if (!flags.csv && !all.json) streams.write(`${asText(names, cells)}\n`);
	const shares = pairShares(pairs);
	if (shares.length > 0) streams.note(asText(SHARE_COLUMNS, shares.map(shareRow)));
}

/** Under each other, with fewer digits. */
const asText = (names: readonly string[], rows: readonly (readonly (string | number)[])[]) =>
	table([
		[...names],
		...rows.map(row =>
			row.map(cell => (typeof cell === 'number' && !Number.isInteger(cell) ? cell.toPrecision(4) : String(cell))),
		),
	]);

async function bytesOf({text, file}: Pick<Flags, 'text' | 'file'>, streams: Streams): Promise<Uint8Array> {
	if (text !== undefined && file !== undefined) throw new UsageError('Give either --text or --file, not both.');
	if (text !== undefined) return new TextEncoder().encode(text);
	if (file === undefined || file === '-') return streams.input();
	return readBytes(file);
}

async function ownVersion(): Promise<string> {
	return JSON.parse(await readTextFile(new URL('../../package.json', import.meta.url).pathname)).version;
}
