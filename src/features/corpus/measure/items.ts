import {type Refusal, refuse} from '../../../engine/errors/refusal.ts';
import {columnAt, findColumn, type Table, TableError} from '../../../ui/csv/table.ts';
import {type Span, wordsIn} from '../../../ui/tokens/words.ts';

/** Which columns of a table are what. */
export interface ItemColumns {
	/** The texts that are measured. */
	text: string;
	/** What is read before each text and not counted. */
	context?: string;
	/** What tells a text's other versions: the number of a sentence frame. */
	item?: string;
	condition?: string;
	/** The first and the last word of the region, counted from 1, in place of marks. */
	regionFrom?: string;
	regionTo?: string;
	/** A second text to compare with the first: minimal pairs. */
	second?: string;
	/** Which one is right: `first` or `second`, 1 or 2, or the name of its column. */
	right?: string;
}

/** What of a pair is compared: the whole texts, or their regions. */
export const CRITERIA = ['text', 'region'] as const;
export type Criterion = (typeof CRITERIA)[number];

/** A row of a table, to be measured. */
export interface Item {
	/** The row's number in the table, as a spreadsheet counts. */
	row: number;
	item: string;
	condition: string;
	context: string;
	/** Without its marks. */
	text: string;
	/** Offsets into the text. */
	regions: Span[];
	/** The second text of a pair, without its marks; null where there is no pair. */
	second: string | null;
	/** Offsets into the second text. */
	secondRegions: Span[];
	/** What of a pair is compared. */
	by: Criterion;
	/** Null where it is not known. */
	right: 'first' | 'second' | null;
	/** The cells of the columns that are carried as they are, by name. */
	others: Readonly<Record<string, string>>;
}

/** What a table has to be measured. */
export interface Items {
	items: Item[];
	/** Rows that are left out, and why, in their order. */
	faults: Refusal[];
}

/** Faults that are told where there is nothing else. */
const FAULTS = 5;

/**
 * The items of a table. A row is left out whose marks do not close, whose text is empty or lacks the words of its region, and whose right text
 * is neither.
 * @param hasMarks whether `{` and `}` in a text mark a region, several of them several regions; otherwise they are text.
 * @param by what of a pair is compared; by regions, both of its texts need one.
 * @throws TableError for a column that is not there, and where no row is left.
 */
export function itemsOf(table: Table, columns: ItemColumns, hasMarks = true, by: Criterion = 'text'): Items {
	const at = Object.fromEntries(
		Object.entries(columns)
			.filter(([, name]) => name !== undefined && name !== '')
			.map(([what, name]) => [what, columnAt(table, name)]),
	) as Partial<Record<keyof ItemColumns, number>>;
	const others = othersOf(table.columns, columns).map(name => ({name, i: table.columns.indexOf(name)}));
	const read = (text: string, row: number) => (hasMarks ? withoutMarks(text, row) : {text, regions: []});
	const itemOf = ({row, cells}: Table['rows'][number]): Item => {
		const cell = (what: keyof ItemColumns) => (at[what] === undefined ? null : cells[at[what]]);
		const marked = read(cell('text')!, row);
		const cellOfSecond = cell('second');
		const second = cellOfSecond === null ? null : read(cellOfSecond, row);
		if (marked.text.trim() === '' || second?.text.trim() === '') throw new TableError(refuse('row-empty', {row}));
		const isByWords = at.regionFrom !== undefined;
		const regions = isByWords ? byWords(marked.text, cell) : marked.regions;
		if (!regions) throw new TableError(refuse('row-region', {row, words: wordsIn(marked.text).length}));
		// The same words of a second text, where it has so many.
		const secondRegions = (second && (isByWords ? byWords(second.text, cell) : second.regions)) ?? [];
		if (by === 'region' && second && (regions.length === 0 || secondRegions.length === 0))
			throw new TableError(refuse('row-criterion', {row}));
		return {
			row,
			item: cell('item')?.trim() ?? '',
			condition: cell('condition')?.trim() ?? '',
			context: cell('context') ?? '',
			text: marked.text,
			regions,
			second: second?.text ?? null,
			secondRegions,
			by,
			right: rightOf(cell('right'), row, columns),
			others: Object.fromEntries(others.map(({name, i}) => [name, cells[i]])),
		};
	};
	const items: Item[] = [];
	const faults = [...table.faults];
	for (const row of table.rows) {
		try {
			items.push(itemOf(row));
		} catch (error) {
			if (!(error instanceof TableError)) throw error;
			faults.push(...error.refusals);
		}
	}
	if (items.length === 0) throw new TableError(faults.slice(0, FAULTS));
	return {items, faults: faults.sort((a, b) => Number(a.values.row) - Number(b.values.row))};
}

/** A text without `{` and `}`, and where its regions are. */
function withoutMarks(text: string, row: number): {text: string; regions: Span[]} {
	const regions: Span[] = [];
	let plain = '';
	let open: number | null = null;
	for (const part of text.split(/([{}])/)) {
		if (part !== '{' && part !== '}') plain += part;
		else if ((part === '{') !== (open === null)) throw new TableError(refuse('row-marks', {row}));
		else if (part === '{') open = plain.length;
		else {
			regions.push({start: open!, end: plain.length});
			open = null;
		}
	}
	if (open !== null || regions.some(({start, end}) => start === end)) throw new TableError(refuse('row-marks', {row}));
	return {text: plain, regions};
}

/** The columns of a table that are carried as they are: all but the texts and what every row tells already. */
export function othersOf(names: readonly string[], {text, context, item, condition, second}: ItemColumns): string[] {
	const told = [text, context, item, condition, second].map(name => (name ? findColumn(names, name) : -1));
	return names.filter((_, i) => !told.includes(i));
}

/** Null where the text lacks these words. */
function byWords(text: string, cell: (what: keyof ItemColumns) => string | null): Span[] | null {
	const words = wordsIn(text);
	const [from, to] = [Number(cell('regionFrom')), Number(cell('regionTo') ?? cell('regionFrom'))];
	const isThere = [from, to].every(n => Number.isInteger(n) && n >= 1 && n <= words.length) && from <= to;
	return isThere ? [{start: words[from - 1].start, end: words[to - 1].end}] : null;
}

function rightOf(value: string | null, row: number, {text, second}: ItemColumns): Item['right'] {
	const named = value?.trim().toLowerCase() ?? '';
	if (named === '') return null;
	if (['1', 'first', text.toLowerCase()].includes(named)) return 'first';
	if (['2', 'second', second?.toLowerCase()].includes(named)) return 'second';
	throw new TableError(refuse('row-right', {row, value: value!}));
}
