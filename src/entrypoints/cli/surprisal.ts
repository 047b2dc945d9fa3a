import {refuse, sentenceOf} from '../../engine/errors/refusal.ts';
import {type Item, itemsOf} from '../../features/corpus/measure/items.ts';
import {
	columnNames,
	csvLines,
	headerBlock,
	type Provenance,
	pairColumns,
	pairRow,
	rowsOf,
	shareTable,
} from '../../features/corpus/measure/output.ts';
import {pairOf, pairShares} from '../../features/corpus/measure/pairs.ts';
import {type MeasureHow, measureItems} from '../../features/corpus/measure/run.ts';
import {TimeLeft} from '../../features/corpus/measure/time-left.ts';
import {sha256} from '../../service/library/digests.ts';
import {readTable} from '../../ui/csv/table.ts';
import type {Ask} from './ask.ts';
import type {Flags} from './flags.ts';
import {Interrupted} from './interrupted.ts';
import {table} from './print.ts';
import {type Progress, timeLeft} from './progress.ts';
import {readBytes, readTextFile} from './read-text.ts';
import type {SurprisalFlags} from './surprisal-flags.ts';
import {openTableFile, type TableOut, type TableTask} from './table-file.ts';
import {UsageError} from './usage-error.ts';

/** Where a command that goes on for long reads and writes. */
export interface Streams {
	input(): Promise<Uint8Array>;
	write(text: string): void;
	/** What is no part of the answer: a row that was left out. */
	note(text: string): void;
	readonly progress: Progress;
	/** From now on, the person's wish to stop aborts this signal and ends nothing else. */
	interrupt(): AbortSignal;
}

/**
 * Surprisal of many texts, by token, word, region or text, or pair by pair; written as it is computed.
 * @throws TableError for a table that cannot be read; UsageError; Interrupted, after which what was written is whole.
 */
export async function surprisal(ask: Ask, {surprisal: flags, ...all}: Flags, streams: Streams): Promise<void> {
	const {columns, separator} = flags;
	const read = readTable(await bytesOf(all, streams), flags.format, undefined, flags.header);
	const {items, faults} = itemsOf(read, columns, flags.marks, flags.compare);
	if (faults.length > 0) {
		streams.note(`Left out ${faults.length} of ${faults.length + items.length} rows:`);
		for (const fault of faults) streams.note(sentenceOf(fault));
	}
	const how = {separator, addSpecialTokens: all.addSpecialTokens};
	const unit = flags.unit ?? (columns.second === undefined ? 'word' : 'pair');
	if (unit === 'region' && items.every(({regions, secondRegions}) => regions.length + secondRegions.length === 0))
		throw new UsageError('No row has a region. Write {braces} around it, or use --region-from and --region-to.');
	const names = unit === 'pair' ? pairColumns(items[0]) : columnNames(unit, items[0]);
	const digests = flags.csv ? await digestsOf(items) : [];
	const head = flags.csv
		? `${headerBlock(await provenance(ask, how), unit, digests.at(-1))}\r\n${csvLines([names])}`
		: '';
	const out = await openOut(flags, {items, unit, head, digests, resume: flags.resume}, streams);

	const pairs = [...out.pairs];
	const cells: Cells[] = [];
	const rest = items.slice(out.from);
	const time = new TimeLeft(rest, () => performance.now());
	let done = out.from;
	const show = () => {
		const {left} = time;
		// Lines that stay are for what takes long.
		if (!streams.progress.isDrawn && left === null) return;
		const status = `${done} of ${items.length}${left === null ? '' : timeLeft(left)}`;
		streams.progress.show('texts', done / items.length, status);
	};
	const signal = streams.interrupt();
	let failure: unknown = null;
	try {
		await measureItems(
			rest,
			how,
			(params, onEvent) => ask('measure', params, onEvent, signal),
			measured => {
				const {item, refusal} = measured;
				if (refusal) streams.note(sentenceOf([refuse('row-refused', {row: item.row}), refusal]));
				const pair = pairOf(measured);
				if (pair) pairs.push(pair);
				const rows = refusal ? [] : unit === 'pair' ? [pairRow(measured)!] : rowsOf(measured, unit);
				if (flags.csv) out.write(csvLines(rows));
				else if (all.json) out.write(rows.map(row => `${asJson(names, row)}\n`).join(''));
				else cells.push(...rows);
				done++;
				time.passed(item);
				show();
			},
		);
	} catch (error) {
		if (!signal.aborted) failure = error;
	}
	streams.progress.clear();
	out.close();
	// What was measured is told, whatever came after it.
	if (!flags.csv && !all.json) streams.write(`${asText(names, cells)}\n`);
	const shares = pairShares(pairs);
	if (shares.length > 0) {
		const [shareNames, ...shareRows] = shareTable(shares, items[0].by);
		streams.note(asText(shareNames, shareRows));
	}
	if (failure) throw failure;
	if (done < items.length)
		throw new Interrupted(
			`Stopped after ${done} of ${items.length} texts.${flags.out === undefined ? '' : ' The same with --resume goes on after them.'}`,
		);
}

/** A digest of all items up to each: a table that only rows were added to has that of the table before among its own. */
async function digestsOf(items: readonly Item[]): Promise<string[]> {
	const digests: string[] = [];
	for (const item of items)
		digests.push(await sha256(new TextEncoder().encode(`${digests.at(-1) ?? ''}${JSON.stringify(item)}`)));
	return digests;
}

/** The file that the flags name, or standard output. */
async function openOut({out, csv}: SurprisalFlags, task: TableTask, streams: Streams): Promise<TableOut> {
	if (out === undefined) {
		if (csv) streams.write(task.head);
		return {from: 0, pairs: [], write: streams.write, close() {}};
	}
	const file = await openTableFile(out, task);
	if (file.from > 0) streams.note(`${out} has ${file.from} of ${task.items.length} texts already.`);
	return file;
}

async function provenance(ask: Ask, how: MeasureHow): Promise<Provenance> {
	const {id, ...model} = await ask('model', {});
	return {...model, model: id, how, version: await ownVersion()};
}

type Cells = readonly (string | number)[];

const asJson = (names: readonly string[], row: Cells) =>
	JSON.stringify(Object.fromEntries(row.map((cell, i) => [names[i], cell])));

/** Under each other, with fewer digits. */
const asText = (names: readonly string[], rows: readonly Cells[]) =>
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
	return JSON.parse(await readTextFile(new URL('../../../package.json', import.meta.url).pathname)).version;
}
