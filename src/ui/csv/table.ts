import Papa from 'papaparse';
import {type Refusal, RefusedError, refuse} from '../../engine/errors/refusal.ts';

/** The most rows of a table, its header apart, and the most bytes of its file. */
export const MAX_TABLE_ROWS = 10_000;
export const MAX_TABLE_BYTES = 10_000_000;

/** A file that is no table; its refusals say where and what to do. */
export class TableError extends RefusedError<'bad-table'> {
	constructor(why: Refusal | readonly Refusal[]) {
		super('bad-table', why);
	}
}

/** A table whose first row names its columns. */
export interface Table {
	columns: string[];
	/** What stands between its cells; null for a text a line. */
	separator: string | null;
	rows: {
		/** Its number, as a spreadsheet counts: the header is row 1. Of lines, which have none, the line's. */
		row: number;
		cells: string[];
	}[];
}

/** A text a line, or a table with a separator; `auto` guesses the separator of a table from its beginning. */
export type TableFormat = 'auto' | 'csv' | 'tsv' | 'lines';

/**
 * Read a table from a file's bytes: CSV as RFC 4180 has it, also with semicolons, TSV, or a text a line. Empty rows are left out, and keep
 * their numbers.
 * @param onRead called now and then with the share that has been read.
 * @throws TableError naming the row: for another encoding than UTF-8 (or UTF-16 with its mark), an unclosed quotation mark, a row with more
 * or fewer cells than the header, too many rows or bytes.
 */
export function readTable(bytes: Uint8Array, format: TableFormat = 'auto', onRead?: (share: number) => void): Table {
	if (bytes.byteLength > MAX_TABLE_BYTES)
		throw new TableError(refuse('table-large', {bytes: bytes.byteLength, most: MAX_TABLE_BYTES}));
	const text = decoded(bytes);
	return format === 'lines' ? ofLines(text) : ofCells(text, format, onRead);
}

/** The column that a text a line has. */
export const LINE_COLUMN = 'text';

function ofLines(text: string): Table {
	const rows = text
		.split(/\r\n|\n|\r/)
		.map((line, i) => ({row: i + 1, cells: [line]}))
		.filter(({cells: [line]}) => line.trim() !== '');
	return counted({columns: [LINE_COLUMN], separator: null, rows});
}

/** Rows between two calls of `onRead`. */
const TOLD = 500;

function ofCells(text: string, format: TableFormat, onRead?: (share: number) => void): Table {
	const rows: Table['rows'] = [];
	let columns: string[] | null = null;
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
			if (!columns) {
				columns = cells.map(cell => cell.trim());
				return;
			}
			if (cells.length !== columns.length)
				throw new TableError(refuse('table-cells', {row, cells: cells.length, columns: columns.length}));
			if (rows.length === MAX_TABLE_ROWS) throw new TableError(refuse('table-rows', {most: MAX_TABLE_ROWS}));
			rows.push({row, cells});
		},
	});
	return counted({columns: columns ?? [], separator, rows});
}

function counted(table: Table): Table {
	if (table.rows.length === 0) throw new TableError(refuse('table-empty'));
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

/**
 * Where a column is.
 * @throws TableError naming the columns that there are.
 */
export function columnAt({columns}: Table, name: string): number {
	const at = columns.indexOf(name);
	if (at >= 0) return at;
	const folded = columns.findIndex(column => column.toLowerCase() === name.trim().toLowerCase());
	if (folded >= 0) return folded;
	throw new TableError(refuse('table-column', {column: name, columns}));
}
