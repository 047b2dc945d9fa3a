import Papa from 'papaparse';
import type {Labelled} from '../../../protocol/questions/label.ts';
import {MAX_LINES} from '../../../protocol/questions/label.ts';
import {toCsv} from '../../../ui/csv/write.ts';

/** Texts to classify, and their true labels where the file has them. */
export interface Lines {
	texts: string[];
	/** Names of the true labels, '' for a line without one; null when no line has one. */
	truths: string[] | null;
}

const TEXT_HEADERS = ['text', 'sentence', 'review'];
const LABEL_HEADERS = ['label', 'class', 'truth'];

/**
 * Lines of a CSV or TSV file: the columns named `text` and `label`, or without a header the first and the second. A file
 * of one column is a text a line, and so is one whose lines have a comma now and then. Where a quotation mark is never
 * closed, all of them are text: the rest of the file would else be one cell. Reading stops soon after `MAX_LINES`, so that a
 * file with too many is known by its number of texts before all of it is read.
 */
export function readLines(file: string): Lines {
	const content = file.replace(/^\ufeff/, '').replace(BLANK_LINES, '\n');
	const guess = Papa.parse(content.slice(0, HEAD), {
		preview: 10,
		skipEmptyLines: 'greedy',
		delimitersToGuess: [',', '\t', ';'],
	});
	const data = cells(content, guess.meta.delimiter);
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

/** A parser takes seconds for millions of empty rows. The upper bound keeps the match off the end of its stack. */
const BLANK_LINES = /(?:\r?\n){100,1000}/g;

/** No file of text has these. */
const [NO_DELIMITER, NO_QUOTE] = ['\u0001', '\0'];

/** The beginning of a file, from which its delimiter is guessed. */
const HEAD = 20_000;

function cells(file: string, delimiter: string): string[][] {
	const parse = (quoteChar: string) => {
		const data: string[][] = [];
		let hasOpenQuote = false;
		Papa.parse<string[]>(file, {
			delimiter,
			quoteChar,
			step({data: row, errors}, parser) {
				hasOpenQuote ||= errors.some(({code}) => code === 'MissingQuotes');
				if (row.some(cell => cell.trim() !== '')) data.push(row);
				// One more than a header and the lines that there may be.
				if (data.length > MAX_LINES + 1) parser.abort();
			},
		});
		return {data, hasOpenQuote};
	};
	const {data, hasOpenQuote} = parse('"');
	return hasOpenQuote ? parse(NO_QUOTE).data : data;
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
		...(row.calibrated ?? row.probabilities),
		...row.logProbs,
	]);
	return toCsv([fields, ...data]);
}
