import Papa from 'papaparse';
import {type Refusal, RefusedError, refuse} from '../../engine/errors/refusal.ts';
import {eachOnce, hasHeader} from './header.ts';
import {isJson, jsonObject, knownFile} from './known-files.ts';

/** The most rows of a table, its header apart, and the most bytes of its file. */
export const MAX_TABLE_ROWS = 10_000;
export const MAX_TABLE_BYTES = 10_000_000;

/** A file that is no table; its refusals say where and what to do. */
export class TableError extends RefusedError<'bad-table'> {
	constructor(why: Refusal | readonly Refusal[]) {
		super('bad-table', why);
	}
}

/** A table of texts. */
export interface Table {
	/** Their names, each once. */
	columns: string[];
	/** Whether the first row names them; otherwise they are `column_1`, `column_2` and so on. */
	hasHeader: boolean;
	/** Rows of cells, a text a line, or an object a line (JSON Lines). */
	kind: 'cells' | 'lines' | 'objects';
	/** What stands between its cells; null where it has none. */
	separator: string | null;
	rows: {
		/** Its number, as a spreadsheet counts: the header is row 1. Of lines, which have none, the line's. */
		row: number;
		cells: string[];
	}[];
	/** Rows that are left out, and why, in order. */
	faults: Refusal[];
}

/** A text a line, or a table with a separator; `auto` guesses the separator of a table from its beginning, and knows an object a line. */
export type TableFormat = 'auto' | 'csv' | 'tsv' | 'lines';

/**
 * Read a table from a file's bytes: CSV as RFC 4180 has it, also with semicolons, TSV, an object a line, or a text a line. Empty rows are left
 * out, and keep their numbers; so is a row that cannot be read, which is told.
 * @param onRead called now and then with the share that has been read.
 * @param header whether the first row names the columns; guessed where it is not said.
 * @throws TableError for a file of another kind, another encoding than UTF-8 (or UTF-16 with its mark), an unclosed quotation mark, too
 * many rows or bytes, or where no row can be read.
 */
export function readTable(
	bytes: Uint8Array,
	format: TableFormat = 'auto',
	onRead?: (share: number) => void,
	header?: boolean,
): Table {
	if (bytes.byteLength > MAX_TABLE_BYTES)
		throw new TableError(refuse('table-large', {bytes: bytes.byteLength, most: MAX_TABLE_BYTES}));
	const kind = knownFile(bytes);
	if (kind !== null) throw new TableError(refuse('table-file', {kind}));
	const text = decoded(bytes);
	if (format === 'lines') return counted(ofLines(text));
	return counted((format === 'auto' && ofObjects(text)) || ofCells(text, format, onRead, header));
}

/** The column that a text a line has. */
export const LINE_COLUMN = 'text';

function ofLines(text: string): Table {
	const rows = text
		.split(/\r\n|\n|\r/)
		.map((line, i) => ({row: i + 1, cells: [line]}))
		.filter(({cells: [line]}) => line.trim() !== '');
	return {columns: [LINE_COLUMN], hasHeader: false, kind: 'lines', separator: null, rows, faults: []};
}

/**
 * JSON Lines, as BLiMP's files are: a column for every name, in the order in which they appear. Null for what does not begin with an object.
 * @throws TableError for another kind of JSON.
 */
function ofObjects(text: string): Table | null {
	const lines = text.split('\n');
	const first = jsonObject(lines.find(line => line.trim() !== '') ?? '');
	const isNested = first && isJson(text) && Object.values(first).some(value => typeof value === 'object' && value);
	if (isNested || (!first && isJson(text))) throw new TableError(refuse('table-json'));
	if (!first) return null;
	const faults: Refusal[] = [];
	const objects = lines.flatMap((line, i) => {
		const object = jsonObject(line);
		if (!object && line.trim() !== '') faults.push(refuse('table-json-line', {row: i + 1}));
		return object ? [{row: i + 1, object}] : [];
	});
	const columns = [...new Set(objects.flatMap(({object}) => Object.keys(object)))];
	const written = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value ?? ''));
	const rows = objects.map(({row, object}) => ({
		row,
		cells: columns.map(name => (object[name] == null ? '' : written(object[name]))),
	}));
	return {columns, hasHeader: true, kind: 'objects', separator: null, rows, faults};
}

/** Rows between two calls of `onRead`. */
const TOLD = 500;

function ofCells(
	text: string,
	format: TableFormat,
	onRead: ((share: number) => void) | undefined,
	header: boolean | undefined,
): Table {
	const rows: Table['rows'] = [];
	const faults: Refusal[] = [];
	let row = 0;
	const separator = format === 'tsv' ? '\t' : separatorOf(text, format);
	Papa.parse<string[]>(text, {
		delimiter: separator,
		step({data: cells, errors, meta}) {
			row++;
			if (row % TOLD === 0) onRead?.(meta.cursor / text.length);
			if (errors.some(({code}) => code === 'MissingQuotes' || code === 'InvalidQuotes'))
				throw new TableError(refuse('table-quote', {row}));
			if (cells.every(cell => cell.trim() === '')) return;
			const columns = rows[0]?.cells.length ?? cells.length;
			if (cells.length !== columns) faults.push(refuse('table-cells', {row, cells: cells.length, columns}));
			// One more than there may be, which may be the header.
			else if (rows.push({row, cells}) > MAX_TABLE_ROWS + 1)
				throw new TableError(refuse('table-rows', {most: MAX_TABLE_ROWS}));
		},
	});
	const all = rows.map(({cells}) => cells);
	const isNamed = rows.length > 0 && (header ?? hasHeader(all));
	const names = isNamed ? all[0].map(cell => cell.trim()) : (all[0] ?? []).map((_, i) => `column_${i + 1}`);
	return {
		columns: eachOnce(names),
		hasHeader: isNamed,
		kind: 'cells',
		separator,
		rows: isNamed ? rows.slice(1) : rows,
		faults,
	};
}

/** Faults that are told where nothing else can be. */
const FAULTS = 5;

function counted(table: Table): Table {
	if (table.rows.length === 0)
		throw new TableError(table.faults.length > 0 ? table.faults.slice(0, FAULTS) : refuse('table-empty'));
	if (table.rows.length > MAX_TABLE_ROWS) throw new TableError(refuse('table-rows', {most: MAX_TABLE_ROWS}));
	return table;
}

/** The separator that the first line has most of, outside quotation marks. */
function separatorOf(text: string, format: TableFormat): string {
	// Of the first line that is not blank; that of a table with an index may begin with a separator.
	const [, begun = ''] = /^(?:\s*[\r\n])?((?:"(?:[^"]|"")*"|[^"\r\n])*)/.exec(text) ?? [];
	const line = begun.replace(/"(?:[^"]|"")*"/g, '');
	const count = (separator: string) => line.split(separator).length;
	const separators = format === 'csv' ? [',', ';'] : [',', '\t', ';'];
	return separators.reduce((best, one) => (count(one) > count(best) ? one : best));
}

/** @throws TableError naming the line of the first byte that is no UTF-8. */
function decoded(bytes: Uint8Array): string {
	const [first, second] = bytes;
	const wide = first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff ? 'utf-16be' : null;
	try {
		return new TextDecoder(wide ?? 'utf-8', {fatal: true}).decode(bytes);
	} catch {
		throw new TableError(refuse('table-encoding', {row: lineOfFault(bytes)}));
	}
}

function lineOfFault(bytes: Uint8Array): number {
	let line = 1;
	for (let from = 0; from < bytes.length; line++) {
		const found = bytes.indexOf(0x0a, from);
		const to = found < 0 ? bytes.length : found + 1;
		try {
			new TextDecoder('utf-8', {fatal: true}).decode(bytes.subarray(from, to));
		} catch {
			return line;
		}
		from = to;
	}
	return line;
}

/** Where a column is: by its exact name, or else by its letters whatever their case; -1 where there is none. */
export function findColumn(columns: readonly string[], name: string): number {
	const at = columns.indexOf(name);
	return at >= 0 ? at : columns.findIndex(column => column.toLowerCase() === name.trim().toLowerCase());
}

/**
 * Where a column is.
 * @throws TableError naming the columns that there are.
 */
export function columnAt({columns}: Table, name: string): number {
	const at = findColumn(columns, name);
	if (at >= 0) return at;
	throw new TableError(refuse('table-column', {column: name, columns}));
}
