import {inert} from '../../../ui/csv/write.ts';
import type {Item} from './items.ts';
import {columnNames, PAIR_COLUMNS, pairColumns} from './output.ts';
import {compared, type Pair} from './pairs.ts';
import type {Unit} from './rows.ts';

/** Rows that `output.ts` made, read again from their file. */

const reader = (cells: readonly string[], names: readonly string[]) => (name: string) => cells[names.indexOf(name)];

/** Whether the cells of a row are of this item: a table may have been changed since the row was written. */
export function isRowOf(item: Item, cells: readonly string[], unit: Unit | 'pair'): boolean {
	const names = unit === 'pair' ? pairColumns(item) : columnNames(unit, item);
	const cell = reader(cells, names);
	const text = cell('which') === 'second' ? (item.second ?? '') : item.text;
	const texts =
		unit === 'pair'
			? {first: item.text, second: item.second ?? '', right: item.right ?? ''}
			: {[unit]: unit === 'text' ? text : text.slice(Number(cell('start')), Number(cell('end')))};
	const expected = {row: String(item.row), item: item.item, condition: item.condition, ...texts};
	const others = Object.values(item.others);
	return (
		cells.length === names.length &&
		others.every((text, i) => cells[names.length - others.length + i] === inert(text)) &&
		Object.entries(expected).every(([name, text]) => cell(name) === (name === 'row' ? text : inert(text)))
	);
}

/** The pair that a row of its item tells. */
export function pairIn(cells: readonly string[], item: Item): Pair {
	const cell = reader(cells, PAIR_COLUMNS);
	const bits = (measure: string): [number, number] => [
		Number(cell(`first_${measure}_surprisal_bits`)),
		Number(cell(`second_${measure}_surprisal_bits`)),
	];
	return compared(item, bits('plain'), bits('corrected'));
}
