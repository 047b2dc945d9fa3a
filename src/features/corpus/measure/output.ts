import type {MeasureAnswer} from '../../../protocol/questions/measure.ts';
import {toCsv} from '../../../ui/csv/write.ts';
import type {Criterion, Item} from './items.ts';
import {type Pair, type PairShare, pairOf} from './pairs.ts';
import {type Measure, measuresOf, type Side, sidesOf, totalsOf, type Unit} from './rows.ts';
import type {MeasuredItem, MeasureHow} from './run.ts';

type Cell = string | number;

/** A column of the table that comes out: its name and what it holds of a row. */
interface Column {
	name: string;
	of(row: Row): Cell;
}

/** What a row is made of. */
interface Row {
	item: Item;
	side: Side;
	measure: Measure;
}

const probability = (bits: number) => 2 ** -bits;
const nats = (bits: number) => -bits * Math.LN2;

const ITEM_COLUMNS: readonly Column[] = [
	{name: 'row', of: ({item}) => item.row},
	{name: 'item', of: ({item}) => item.item},
	{name: 'condition', of: ({item}) => item.condition},
];

const MEASURE_COLUMNS: readonly Column[] = [
	{name: 'start', of: ({measure}) => measure.start},
	{name: 'end', of: ({measure}) => measure.end},
	{name: 'tokens', of: ({measure}) => measure.tokens},
	{name: 'corrected_surprisal_bits', of: ({measure}) => measure.correctedBits},
	{name: 'corrected_log_prob_nats', of: ({measure}) => nats(measure.correctedBits)},
	{name: 'corrected_probability', of: ({measure}) => probability(measure.correctedBits)},
	{name: 'plain_surprisal_bits', of: ({measure}) => measure.plainBits},
	{name: 'plain_log_prob_nats', of: ({measure}) => nats(measure.plainBits)},
	{name: 'plain_probability', of: ({measure}) => probability(measure.plainBits)},
	{name: 'rank', of: ({measure}) => measure.rank ?? ''},
	{name: 'entropy_bits', of: ({measure}) => measure.entropyBits},
];

const totals =
	(of: (all: ReturnType<typeof totalsOf>) => number) =>
	({side}: Row) =>
		of(totalsOf(side.text, side.tokens));
const TOTAL_COLUMNS: readonly Column[] = [
	{name: 'characters', of: totals(({characters}) => characters)},
	{name: 'bits_per_token', of: totals(({bitsPerToken}) => bitsPerToken)},
	{name: 'bits_per_character', of: totals(({bitsPerCharacter}) => bitsPerCharacter)},
	{name: 'perplexity', of: totals(({perplexity}) => perplexity)},
];

/** What decides about the columns: whether there are two texts, and what else the table has. All items of a table have the same. */
type Like = Pick<Item, 'second' | 'others' | 'by'>;
const BARE: Like = {second: null, others: {}, by: 'text'};

const measureColumns = (unit: Unit, {second}: Like): readonly Column[] => [
	...ITEM_COLUMNS,
	...(second === null ? [] : [{name: 'which', of: ({side}: Row) => side.which}]),
	...(unit === 'text' ? [] : [{name: 'position', of: ({measure}: Row) => measure.position}]),
	{name: unit, of: ({measure}) => measure.text},
	...MEASURE_COLUMNS,
	...(unit === 'text' ? TOTAL_COLUMNS : []),
];

/** The table's other columns after ours: the name of one that we have, too, tells where it is from. */
const withOthers = (own: readonly string[], {others}: Like): string[] => {
	const taken = new Set([...own, 'model']);
	return [...own, ...Object.keys(others).map(name => (taken.has(name) ? `table_${name}` : name))];
};

/** The names of the columns, in order: of texts that are measured whole the totals come last, and then what else the table has. */
export const columnNames = (unit: Unit, like = BARE): string[] =>
	withOthers(
		measureColumns(unit, like).map(({name}) => name),
		like,
	);

/** The rows of a measured item; none of one that could not be measured, or has no region where regions are measured. */
export function rowsOf(measured: MeasuredItem, unit: Unit): Cell[][] {
	const {item} = measured;
	const columns = measureColumns(unit, item);
	const others = Object.values(item.others);
	return sidesOf(measured).flatMap(side =>
		measuresOf(side, side.tokens, unit).map(measure => [
			...columns.map(column => column.of({item, side, measure})),
			...others,
		]),
	);
}

/** The same as objects, for JSON. */
export const recordsOf = (measured: MeasuredItem, unit: Unit): Record<string, Cell>[] => {
	const names = columnNames(unit, measured.item);
	return rowsOf(measured, unit).map(row => Object.fromEntries(row.map((cell, i) => [names[i], cell])));
};

export const PAIR_COLUMNS = [
	'row',
	'item',
	'condition',
	'first',
	'second',
	'first_plain_surprisal_bits',
	'second_plain_surprisal_bits',
	'difference_bits',
	'first_corrected_surprisal_bits',
	'second_corrected_surprisal_bits',
	'more_probable',
	'right',
	'is_right',
] as const;

/** The row of a measured pair; null for an item that is none. */
export function pairRow(measured: MeasuredItem): Cell[] | null {
	const pair = pairOf(measured);
	return pair && pairCells(pair, measured);
}

const pairCells = (pair: Pair, {item}: MeasuredItem): Cell[] => [
	pair.row,
	pair.item,
	pair.condition,
	item.text,
	item.second ?? '',
	...pair.plainBits,
	pair.difference,
	...pair.correctedBits,
	pair.moreProbable ?? '',
	pair.right ?? '',
	pair.isRight === null ? '' : String(pair.isRight),
	...(item.by === 'text' ? [] : [item.by]),
	...Object.values(item.others),
];

/** The columns of pairs; where not their whole texts are compared, one says what is. */
export const pairColumns = (like = BARE): string[] =>
	withOthers([...PAIR_COLUMNS, ...(like.by === 'text' ? [] : ['compared'])], like);

const SHARE_COLUMNS = ['condition', 'pairs', 'right', 'share', 'low_95', 'high_95', 'mean_difference_bits'];

/** The names of the columns, and the rows below them. Where not their whole texts are compared, a column says what is. */
export function shareTable(shares: readonly PairShare[], by: Criterion): [names: string[], ...rows: Cell[][]] {
	const isWhole = by === 'text';
	return [
		isWhole ? SHARE_COLUMNS : [...SHARE_COLUMNS, 'compared'],
		...shares.map(({condition, pairs, right, share, low, high, meanDifference}) => [
			condition ?? 'all',
			pairs,
			right,
			share,
			low,
			high,
			meanDifference,
			...(isWhole ? [] : [by]),
		]),
	];
}

/** What a table was measured with. */
export interface Provenance extends Omit<MeasureAnswer, 'vocabSize'> {
	/** Of this program. */
	version: string;
	how: MeasureHow;
}

/** The line of a header block with the digest. */
export const DIGEST_LINE = /^# table: SHA-256 ([0-9a-f]*)$/m;

/** Where context ends and text begins, in words: one rule for all rows. */
function contextRule({separator = ' ', addSpecialTokens = true}: MeasureHow): string {
	const beginning = addSpecialTokens ? 'after the token that begins a text' : 'without a token that begins a text';
	// A line break in it would end the line.
	const written = JSON.stringify(separator).slice(1, -1);
	return `each text after its own context; joined by '${written}'; ${beginning}`;
}

/**
 * What stands above the columns: lines that begin with `#`, each one cell. The first says how many they are, so that `pandas.read_csv(file,
 * skiprows=n)` reads the table.
 * @param from at least one: several where the model was changed before the end.
 * @param digest of what was measured, where that is known before the end.
 */
export function headerBlock(from: Provenance | readonly Provenance[], unit: Unit | 'pair', digest?: string): string {
	const all = [from].flat();
	const [{how, version}] = all;
	const each = (of: (one: Provenance) => string | number) => all.map(of).join('; ');
	const lines = [
		`model: ${each(({model}) => model)}`,
		`revision: ${each(({revision}) => revision ?? 'none')}`,
		`precision: ${each(({dtype}) => dtype)}`,
		`context: ${each(({contextLength}) => contextLength)} tokens; ${contextRule(how)}`,
		`unit: ${unit}`,
		...(digest === undefined ? [] : [`table: SHA-256 ${digest}`]),
		'corrected: for where words end (Pimentel & Meister 2024); plain: the sum of the tokens as they are',
		`version: Next-Token Lens ${version}`,
	];
	return toCsv([`lines above the columns: ${lines.length + 1}`, ...lines].map(line => [`# ${line}`]));
}

/** Rows as they are written into a file, each with its line break: a file grows by them. */
export const csvLines = (rows: readonly (readonly Cell[])[]): string => rows.map(row => `${toCsv([row])}\r\n`).join('');
