/** What a part of the bench hands over: its measurements, tables to print, aims and whether they are met. */
export interface PartReport {
	/** Everything that was measured, for `out/bench.json`. */
	data: unknown;
	tables: readonly Table[];
	aims: readonly Aim[];
}

/** A table; docs/performance.md has it where it says `<!-- bench:ID -->`. */
export interface Table {
	id: string;
	/** Its first column names the rows. */
	head: readonly string[];
	rows: readonly (readonly string[])[];
}

/** What was aimed at; docs/performance.md has it where it says `<!-- bench:ID -->`. */
export interface Aim {
	id: string;
	/** As in "at least 2 times as fast as …". */
	says: string;
	/** What came out, with its unit. */
	measured: string;
	/** Null where it could not be measured. */
	met: boolean | null;
}

/** A part of the bench: what is measured together. */
export interface Part {
	/** What it is about, in words. */
	title: string;
	measure(options: PartOptions): Promise<PartReport>;
}

export interface PartOptions {
	/** Whether it only has to work, in a fraction of the time. */
	quick: boolean;
	/** How often everything is measured. */
	rounds: number;
	/** WASM threads. */
	threads: number;
	/** Measure only what this matches. */
	only: RegExp | null;
	/** Contenders to measure; null for all. */
	contenders: readonly string[] | null;
	say(line: string): void;
}

/** A Markdown table whose columns are aligned in the source as well. */
export function markdown({head, rows}: Table): string {
	const widths = head.map((cell, column) => Math.max(3, ...[cell, ...rows.map(row => row[column])].map(widthOf)));
	const pad = (cell: string, column: number) => {
		const space = ' '.repeat(widths[column] - widthOf(cell));
		return column === 0 ? cell + space : space + cell;
	};
	const line = (cells: readonly string[]) => `| ${cells.map(pad).join(' | ')} |`;
	const rule = widths.map((width, column) => (column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`));
	return [line(head), `| ${rule.join(' | ')} |`, ...rows.map(line)].join('\n');
}

const widthOf = (cell: string) => [...cell].length;

export const aimLine = ({says, measured, met}: Aim): string =>
	`Aim: ${says}. Measured: **${measured}**. ${met === null ? 'Not measured here' : met ? 'Met' : 'Not met'}.`;

const MARKED = /(<!-- bench:([\w-]+) -->\n)([\s\S]*?)(\n?<!-- \/bench -->)/g;

/**
 * Put what was measured where a document has its marks; what no report has stays as it was.
 * @returns the document, and the marks that nothing was measured for.
 */
export function fillIn(document: string, blocks: ReadonlyMap<string, string>): {document: string; missing: string[]} {
	const missing: string[] = [];
	const filled = document.replace(MARKED, (whole, begin: string, id: string, _old: string, end: string) => {
		const block = blocks.get(id);
		if (block === undefined) missing.push(id);
		return block === undefined ? whole : `${begin}\n${block}\n${end.startsWith('\n') ? end : `\n${end}`}`;
	});
	return {document: filled, missing};
}

/** The blocks of a document, by their marks. */
export function blocksOf(reports: readonly PartReport[]): Map<string, string> {
	const blocks = new Map<string, string>();
	for (const {tables, aims} of reports) {
		for (const table of tables) blocks.set(table.id, markdown(table));
		for (const aim of aims) blocks.set(aim.id, aimLine(aim));
	}

	return blocks;
}

/** Megabytes of 10^6 bytes. */
export const megabytes = (bytes: number | null): string =>
	bytes === null ? '–' : `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`;

export const percent = (ratio: number, digits = ratio < 0.1 ? 1 : 0): string => `${(ratio * 100).toFixed(digits)} %`;

/** Milliseconds, or seconds from ten thousand of them on. */
export const time = (ms: number): string =>
	ms >= 10_000 ? `${(ms / 1000).toFixed(1)} s` : `${ms.toFixed(ms < 100 ? 1 : 0)} ms`;

/** How many times as long, or as much. */
export const times = (ratio: number): string => `${ratio.toFixed(ratio < 10 ? 2 : 1)}×`;
