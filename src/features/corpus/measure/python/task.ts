import {BUNDLED_ID, repoOf} from '../../../../protocol/values/models.ts';
import type {Table} from '../../../../ui/csv/table.ts';
import {type Criterion, type ItemColumns, othersOf} from '../items.ts';
import type {Provenance} from '../output.ts';
import type {Unit} from '../rows.ts';

/** What Python is to repeat. */
export interface PythonTask {
	/** The table's name. */
	file: string;
	table: Pick<Table, 'kind' | 'separator' | 'columns' | 'hasHeader'>;
	/** Numbers of the rows that are not measured. */
	leftOut: readonly number[];
	/** As of `itemsOf`: '' is none. */
	columns: ItemColumns;
	/** Which text of every pair is right, where no column says so. */
	right: 'first' | 'second' | null;
	/** Whether braces in a text mark a region. */
	marks: boolean;
	unit: Unit | 'pair';
	/** What of a pair is compared. */
	compare: Criterion;
	from: Pick<Provenance, 'model' | 'revision' | 'how'>;
}

/** A JSON string is a Python string too. */
const literal = (value: string): string => JSON.stringify(value);

/** Where the model that the extension carries lies in its repository: the Hub has none of that name. */
const BUNDLED_FOLDER = `models/${BUNDLED_ID}`;

/** A comment for the line that loads the model, where its name alone does not find it. */
export const folderHint = ({model}: PythonTask['from']): string =>
	model === BUNDLED_ID
		? `# ${BUNDLED_FOLDER} is a folder of Next-Token Lens's repository: run this beside it, or write its path here.\n`
		: '';

/** A model's name, what else is given, and the model's commit as Python loads them. */
export const loading = ({model, revision}: PythonTask['from'], ...more: string[]): string =>
	[
		literal(model === BUNDLED_ID ? BUNDLED_FOLDER : revision === undefined ? model : repoOf(model)),
		...more,
		...(revision === undefined ? [] : [`revision=${literal(revision)}`]),
	].join(', ');

/** Python for a cell of a row, '""' where there is no such column. */
const cell = (column: string | undefined): string => (column ? `cells[${literal(column)}]` : '""');
const stripped = (column: string | undefined): string => (column ? `${cell(column)}.strip()` : '""');

/** Reads the table: `rows`, each with its number, as a spreadsheet counts, and its cells by column. */
export function reading({file, table: {kind, separator, columns, hasHeader}, leftOut}: PythonTask): string {
	const without = leftOut.length > 0 ? `\nleft_out = {${leftOut.join(', ')}}  # what cannot be read\n` : '';
	const kept = leftOut.length > 0 ? ' and number not in left_out' : '';
	const open = (more = '') => `\nwith open(${literal(file)}, encoding="utf-8-sig"${more}) as file:\n`;
	const lines = 'in enumerate(file.read().split("\\n"), 1) if line.strip()';
	if (kind === 'lines')
		return `${without}${open()}    rows = [(number, {"text": line}) for number, line ${lines}${kept}]\n`;
	if (kind === 'objects')
		return `
import json

def cell(value):
    """A text as it is, anything else as JSON, and nothing for null."""
    if value is None or isinstance(value, str):
        return value or ""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))

columns = ${list(columns)}
${without}${open()}    objects = [(number, json.loads(line)) for number, line ${lines}${kept}]
rows = [(number, {name: cell(object.get(name)) for name in columns}) for number, object in objects]
`;
	return `
csv.field_size_limit(10_000_000)
${without}${open(', newline=""')}    lines = [(number, line) for number, line in enumerate(csv.reader(file, delimiter=${literal(separator ?? ',')}), 1) if any(cell.strip() for cell in line)${kept}]
columns = ${list(columns)}
rows = [(number, dict(zip(columns, line))) for number, line in ${hasHeader ? 'lines[1:]' : 'lines'}]
`;
}

/** Defines what texts are made of: \`joined\`, and \`unmarked\` where braces mark regions. */
export const helpers = ({marks, from}: PythonTask): string => `
def joined(context, text):
    """What is read before a text."""
    is_open = context and not context[-1].isspace() and not text[:1].isspace()
    return context + ${literal(from.how.separator ?? ' ')} if is_open else context
${
	marks
		? `
def unmarked(text):
    """A text without the braces that mark its regions, and where these are."""
    plain, regions = "", []
    for piece in re.split(r"([{}])", text):
        if piece == "{":
            begun = len(plain)
        elif piece == "}":
            regions.append((begun, len(plain)))
        else:
            plain += piece
    return plain, regions
`
		: ''
}`;

const words = (text: string) => `[match.span() for match in re.finditer(r"\\S+", ${text})]`;

/**
 * Within the loop over the rows: \`told\`, \`others\`, \`context\` and \`sides\`, the item's one or two texts, each with its regions; of a pair
 * \`right\` too.
 */
export function item({columns, table, marks, unit, right}: PythonTask): string {
	const {text, context, item, condition, second, right: rightColumn, regionFrom, regionTo} = columns;
	const carried = othersOf(table.columns, columns);
	const side = (column: string) => (marks ? `unmarked(${cell(column)})` : `(${cell(column)}, [])`);
	const lines = [
		`told = [number, ${stripped(item)}, ${stripped(condition)}]`,
		`others = [${carried.map(cell).join(', ')}]`,
		`context, sides = ${cell(context)}, [${[text, ...(second ? [second] : [])].map(side).join(', ')}]`,
	];
	if (regionFrom)
		lines.push(
			`first, last = int(${cell(regionFrom)}), int(${cell(regionTo || regionFrom)})`,
			`spans = [${words('text')} for text, _ in sides]`,
			'sides = [(text, [(words[first - 1][0], words[last - 1][1])] if last <= len(words) else []) for (text, _), words in zip(sides, spans)]',
		);
	if (unit === 'pair') {
		const seconds = {2: 'second', second: 'second', [second?.toLowerCase() ?? '']: 'second'};
		const names = {...seconds, 1: 'first', first: 'first', [text.toLowerCase()]: 'first', '': ''};
		const named = `${JSON.stringify(names)}[${stripped(rightColumn)}.lower()]`;
		lines.push(`right = ${rightColumn ? named : literal(right ?? '')}`);
	}
	return lines.map(line => `    ${line}\n`).join('');
}

/** What has a row, within the loop over the sides: \`parts\`, [start, end) each. */
export const parts = ({unit}: PythonTask): string => {
	if (unit === 'word') return `parts = ${words('text')}  # Chinese and other scripts without spaces are not cut here`;
	return unit === 'text' ? 'parts = [(0, len(text))]' : 'parts = regions';
};

/** Python for what a row begins with: of two texts it says which one it is of. */
export const begun = ({columns}: PythonTask): string => (columns.second ? '*told, which' : '*told');

/** How the rows of our table are, whose columns these are to have. */
export const like = ({table, columns, compare}: PythonTask) => ({
	second: columns.second ? '' : null,
	others: Object.fromEntries(othersOf(table.columns, columns).map(name => [name, ''])),
	by: compare,
});

/** A list of Python strings. */
export const list = (names: readonly string[]): string => `[${names.map(literal).join(', ')}]`;
