/** A spreadsheet would take a text that begins so for a formula (OWASP, CSV injection), full-width signs in some languages. */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/;
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/** A text that stays a text in a spreadsheet: an apostrophe goes before what would be a formula. A number stays a number. */
export const inert = (text: string): string => (FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text);

type Cell = string | number | boolean;

function written(cell: Cell): string {
	if (typeof cell !== 'string') return String(cell);
	const text = inert(cell);
	return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Comma-separated values as RFC 4180 has them, without a line break at the end; texts are written so that they stay texts. */
export const toCsv = (rows: readonly (readonly Cell[])[]): string =>
	rows.map(row => row.map(written).join(',')).join('\r\n');
