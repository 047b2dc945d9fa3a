import {BUNDLED_ID, repoOf} from '../../../../protocol/values/models.ts';
import type {Table} from '../../../../ui/csv/table.ts';
import type {ItemColumns} from '../items.ts';
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

/** Within the loop over the rows: \`told\`, \`context\` and \`text\`; of a pair \`second\` and \`right\`; otherwise \`parts\`, [start, end) of what has a row. */
export function item({columns, marks, unit, right}: PythonTask): string {
	const {text, context, item, condition, second, right: rightColumn, regionFrom, regionTo} = columns;
	const plain = (column: string | undefined) => (marks ? `unmarked(${cell(column)})[0]` : cell(column));
	const lines = [
		`told = [number, ${stripped(item)}, ${stripped(condition)}]`,
		`context, text = ${cell(context)}, ${plain(text)}`,
	];
	if (unit === 'pair') {
		lines.push(`second = ${plain(second)}`);
		const seconds = {2: 'second', second: 'second', [second?.toLowerCase() ?? '']: 'second'};
		const names = {...seconds, 1: 'first', first: 'first', [text.toLowerCase()]: 'first', '': ''};
		const named = `${JSON.stringify(names)}[${stripped(rightColumn)}.lower()]`;
		lines.push(`right = ${rightColumn ? named : literal(right ?? '')}`);
	}
	if (unit === 'word')
		lines.push(`parts = ${words('text')}  # Chinese and other scripts without spaces are not cut here`);
	if (unit === 'text') lines.push('parts = [(0, len(text))]');
	if (unit === 'region' && regionFrom)
		lines.push(
			`words = ${words('text')}`,
			`parts = [(words[int(${cell(regionFrom)}) - 1][0], words[int(${cell(regionTo || regionFrom)}) - 1][1])]`,
		);
	else if (unit === 'region') lines.push(`parts = unmarked(${cell(text)})[1]`);
	return lines.map(line => `    ${line}\n`).join('');
}

/** A list of Python strings. */
export const list = (names: readonly string[]): string => `[${names.map(literal).join(', ')}]`;
