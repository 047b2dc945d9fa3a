import {LINE_COLUMN, type Table} from '../../../ui/csv/table.ts';
import {type Item, type ItemColumns, type Items, itemsOf} from '../measure/items.ts';
import {type Form, OUTPUTS, type Output, ROLES, type Role} from './form.ts';

/** In place of a column: the right text is the first, or the second, of every row. No spreadsheet's column is called so. */
export const ALWAYS = {first: ':first', second: ':second'} as const;

/** Names that columns of a role often have, lower case, without `_`, `-` and spaces. BLiMP's files are among them. */
const USUAL: Record<Role, readonly string[]> = {
	text: ['text', 'sentence', 'sentencegood', 'good', 'stimulus', 'review', 'first'],
	context: ['context', 'before', 'leftcontext', 'prefix'],
	item: ['item', 'itemid', 'itemnumber', 'frame', 'pairid'],
	condition: ['condition', 'cond', 'uid'],
	regionFrom: ['regionfrom', 'firstword'],
	regionTo: ['regionto', 'lastword'],
	second: ['second', 'sentencebad', 'bad', 'text2', 'sentence2'],
	right: ['right', 'correct'],
};

/** Roles that say something about the column of another one, and nothing without it. */
export const DEPENDENT: ReadonlyMap<Role, Role> = new Map([
	['right', 'second'],
	['regionTo', 'regionFrom'],
]);

const folded = (name: string) => name.toLowerCase().replace(/[\s_-]/g, '');

/** Which column has which role: as chosen, or else as columns of that role are usually called; '' for none. */
export function columnsOf(columns: Form['columns'], table: Table): Record<Role, string> {
	const none = Object.fromEntries(ROLES.map(role => [role, ''])) as Record<Role, string>;
	if (table.kind === 'lines') return {...none, text: LINE_COLUMN};
	const usual = (role: Role) => {
		const names = USUAL[role];
		const found = table.columns.filter(name => names.includes(folded(name)));
		return found.sort((a, b) => names.indexOf(folded(a)) - names.indexOf(folded(b)))[0] ?? '';
	};
	const all = Object.fromEntries(ROLES.map(role => [role, columns[role] ?? usual(role)])) as Record<Role, string>;
	if (columns.text === undefined && all.text === '') all.text = longest(table);
	// Of pairs in BLiMP's way the names of the columns say which is right.
	if (columns.right === undefined && all.right === '' && all.second !== '' && /good$/.test(folded(all.text)))
		all.right = ALWAYS.first;
	for (const [role, other] of DEPENDENT) if (all[other] === '') all[role] = '';
	return all;
}

/** The column with the most characters: its cells are the sentences. */
function longest({columns, rows}: Table): string {
	const sizes = columns.map((_, i) => rows.slice(0, 100).reduce((sum, {cells}) => sum + cells[i].length, 0));
	return columns[sizes.indexOf(Math.max(...sizes))] ?? '';
}

/** The columns by their roles, and which text of every pair is right, where that is no column's to say. */
export function rolesOf(chosen: Form['columns'], table: Table): {columns: ItemColumns; always: Item['right']} {
	const columns = columnsOf(chosen, table);
	const always = (['first', 'second'] as const).find(which => ALWAYS[which] === columns.right) ?? null;
	return {columns: {...columns, ...(always && {right: ''})}, always};
}

/**
 * The items of a table by the form's choices.
 * @throws TableError as `itemsOf` does.
 */
export function itemsFrom(
	{columns: chosen, marks, compare}: Pick<Form, 'columns' | 'marks' | 'compare'>,
	table: Table,
): Items {
	const {columns, always} = rolesOf(chosen, table);
	const {items, faults} = itemsOf(table, columns, marks, compare);
	const isAlways = (item: Item) => ({...item, right: item.second === null ? null : always});
	return {items: always ? items.map(isAlways) : items, faults};
}

/** Outputs that a table has something for. */
export const outputsFor = (items: readonly Item[]): Output[] =>
	OUTPUTS.filter(output => {
		if (output === 'region') return items.some(({regions, secondRegions}) => regions.length + secondRegions.length > 0);
		return output !== 'pair' || items.some(({second}) => second !== null);
	});

/** The output that is wished for, where there is such. */
export const outputAmong = (outputs: readonly Output[], wished: Output): Output =>
	outputs.includes(wished) ? wished : 'word';
