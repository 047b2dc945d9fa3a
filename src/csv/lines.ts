import Papa from 'papaparse';
import type {Labelled} from '../protocol/engine.ts';

/** Texts to classify, and their true labels where the file has them. */
export interface Lines {
	texts: string[];
	/** Names of the true labels, '' where there is none; null when no line has one. */
	truths: string[] | null;
}

const TEXT_HEADERS = ['text', 'sentence', 'review'];
const LABEL_HEADERS = ['label', 'class', 'truth'];

/**
 * Lines of a CSV or TSV file: the columns named `text` and `label`, or without a header the first and the second. A file
 * of one column is a text a line, and so is one whose lines have a comma now and then. Where a quotation mark is never
 * closed, all of them are text: the rest of the file would else be one cell.
 */
export function readLines(file: string): Lines {
	const content = file.replace(/^\ufeff/, '');
	const data = cells(content);
	const header = data[0]?.map(cell => cell.trim().toLowerCase()) ?? [];
	const named = (names: readonly string[]) => header.findIndex(cell => names.includes(cell));
	const hasHeader = named(TEXT_HEADERS) >= 0;
	if (!hasHeader && isProse(data)) return {texts: cells(content, NO_DELIMITER).map(([text]) => text), truths: null};
	const [textAt, labelAt] = hasHeader ? [named(TEXT_HEADERS), named(LABEL_HEADERS)] : [0, 1];
	const rows = hasHeader ? data.slice(1) : data;
	const texts = rows.map(row => row[textAt] ?? '');
	const truths = rows.map(row => (labelAt < 0 ? '' : (row[labelAt] ?? '').trim()));
	return {texts, truths: truths.some(truth => truth !== '') ? truths : null};
}

/** No file of text has these. */
const [NO_DELIMITER, NO_QUOTE] = ['\u0001', '\0'];

function cells(file: string, delimiter?: string): string[][] {
	const parse = (quoteChar: string) =>
		Papa.parse<string[]>(file, {
			skipEmptyLines: 'greedy',
			delimitersToGuess: [',', '\t', ';'],
			quoteChar,
			...(delimiter === undefined ? {} : {delimiter}),
		});
	const parsed = parse('"');
	return parsed.errors.some(({code}) => code === 'MissingQuotes') ? parse(NO_QUOTE).data : parsed.data;
}

/** A table has as many cells in every row, or two of which one may be missing. */
const isProse = (data: readonly string[][]) =>
	data.some(row => row.length > 2) && new Set(data.map(row => row.length)).size > 1;

/** Every line with its true label, the predicted one, and each label's probability and log-probability. */
export function writeLines(lines: Lines, labels: readonly string[], rows: readonly Labelled[]): string {
	const fields = [
		'text',
		...(lines.truths ? ['label'] : []),
		'predicted',
		...labels.map(label => `probability of ${label}`),
		...labels.map(label => `log-probability of ${label}`),
	];
	const data = rows.map((row, i) => [
		lines.texts[i],
		...(lines.truths ? [lines.truths[i]] : []),
		labels[row.best],
		...(row.calibrated ?? row.probabilities).map(probability => String(probability)),
		...row.logProbs.map(logProb => String(logProb)),
	]);
	// A cell that a spreadsheet would take for a formula is written as text.
	return Papa.unparse({fields, data}, {escapeFormulae: /^[=+@\t\r]|^-(?!\d)/});
}
