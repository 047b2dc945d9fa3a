import {CRITERIA, type Criterion, type ItemColumns} from '../../features/corpus/measure/items.ts';
import {UNITS, type Unit} from '../../features/corpus/measure/rows.ts';
import type {TableFormat} from '../../ui/csv/table.ts';
import type {ParsedValues} from './parameter-flags.ts';
import {UsageError} from './usage-error.ts';

/** The flags of `surprisal`. */
export interface SurprisalFlags {
	columns: ItemColumns;
	/** Undefined for a row a pair where there are pairs, and a row a word otherwise. */
	unit: Unit | undefined;
	/** What of a pair is compared. */
	compare: Criterion;
	/** Stands between a context and its text; undefined for a space. */
	separator: string | undefined;
	format: TableFormat;
	/** Whether the first row names the columns; undefined where that is guessed. */
	header: boolean | undefined;
	/** Whether braces in a text mark a region. */
	marks: boolean;
	csv: boolean;
	/** The CSV file that is written; undefined for standard output. */
	out: string | undefined;
	/** Whether that file is gone on with, if it is there. */
	resume: boolean;
}

const FORMATS: readonly TableFormat[] = ['auto', 'csv', 'tsv', 'lines'];
const string = {type: 'string'} as const;

/** For `parseArgs`; `--unit` is one of `explain` too. */
export const SURPRISAL_OPTIONS = {
	column: string,
	context: string,
	item: string,
	condition: string,
	'region-from': string,
	'region-to': string,
	second: string,
	right: string,
	compare: string,
	separator: string,
	format: string,
	header: {type: 'boolean'},
	marks: {type: 'boolean'},
	csv: {type: 'boolean'},
	out: string,
	resume: {type: 'boolean'},
} as const;

/** Their lines in `--help`. */
export const SURPRISAL_HELP = `  --file ITEMS.csv|-        surprisal: a table (CSV, TSV, or an object a line); without it, or with -, standard input
  --column NAME             surprisal: the column of texts (default: text); {…} in a text marks a region
  --context NAME            surprisal: the column of left contexts, which are read and not counted
  --item NAME, --condition NAME
                            surprisal: columns that are told with every row
  --unit token|word|region|text
                            surprisal: what has a row (default: word, or the pair with --second)
  --region-from NAME, --region-to NAME
                            surprisal: columns with the first and the last word of the region, counted from 1
  --second NAME, --right NAME
                            surprisal: the second text of a minimal pair, and which one is right (first, second, or a
                            column's name): a row for every pair, and the share of right ones with its 95 % interval;
                            with --unit the rows of both texts, and which one each is of
  --compare text|region     surprisal: what of a pair is compared, the whole texts or their regions (default: text)
  --header, --no-header     surprisal: whether the first row names the columns, which are else column_1, column_2 and so on
                            (default: what it looks like)
  --no-marks                surprisal: braces in a text are text and mark nothing
  --separator TEXT          surprisal: between context and text, where neither has white space there (default: a space)
  --format csv|tsv|lines    surprisal: how the table is written; lines: a text a line (default: what it looks like)
  --csv                     surprisal: a CSV file, written as it is computed; with --json an object a line
  --out FILE.csv            surprisal: write the CSV into a file of its own; Ctrl-C ends it with a whole row
  --resume                  surprisal: go on after the rows that FILE.csv has, if settings and table are still the same; rows may
                            have been added at the table's end`;

/** @throws UsageError */
export function readSurprisalFlags(values: ParsedValues): SurprisalFlags {
	const text = (name: keyof typeof SURPRISAL_OPTIONS | 'unit') => values[name] as string | undefined;
	const known = <T extends string>(name: 'unit' | 'format' | 'compare', among: readonly T[], otherwise: T): T => {
		const value = text(name) ?? otherwise;
		const found = among.find(one => one === value);
		if (found) return found;
		throw new UsageError(`--${name} must be ${among.join(', ')}, but is ${JSON.stringify(value)}.`);
	};
	if (values.csv === true && values.json === true) throw new UsageError('Give either --csv or --json, not both.');
	const [out, resume] = [text('out'), values.resume === true];
	if (out !== undefined && values.json === true)
		throw new UsageError('Give either --out or --json, not both: the file is a CSV file.');
	if (resume && out === undefined)
		throw new UsageError('--resume has no effect without --out: it goes on with a file.');
	if (text('right') !== undefined && text('second') === undefined)
		throw new UsageError('--right has no effect without --second: it says which of two texts is right.');
	if (text('region-to') !== undefined && text('region-from') === undefined)
		throw new UsageError('--region-to has no effect without --region-from: a region begins at a word.');
	if (text('compare') !== undefined && text('second') === undefined)
		throw new UsageError('--compare has no effect without --second: it says what of two texts is compared.');
	return {
		columns: {
			text: text('column') ?? 'text',
			context: text('context'),
			item: text('item'),
			condition: text('condition'),
			regionFrom: text('region-from'),
			regionTo: text('region-to'),
			second: text('second'),
			right: text('right'),
		},
		unit: text('unit') === undefined ? undefined : known('unit', UNITS, 'word'),
		compare: known('compare', CRITERIA, 'text'),
		separator: text('separator'),
		format: known('format', FORMATS, 'auto'),
		header: values.header as boolean | undefined,
		marks: values.marks !== false,
		csv: values.csv === true || out !== undefined,
		out,
		resume,
	};
}
