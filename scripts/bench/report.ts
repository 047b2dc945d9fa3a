import type {EngineName, Measured} from './contract.ts';

/** What one case gave in every repetition, the engines in turn. */
export interface Case {
	name: string;
	rounds: Record<EngineName, Measured>[];
}

export interface CaseReport {
	name: string;
	/** How many times as long transformers.js took: the median over the repetitions of each pair's ratio. */
	timesFaster: number;
	/** The smallest and the largest ratio. */
	timesFasterRange: [number, number];
	/** Ours / theirs, of the bytes copied from the runtime to JavaScript, and of both directions together. */
	bytesOutRatio: number;
	bytesMovedRatio: number;
	/** Ours / theirs: what the runtime's memory has grown to after this case. */
	heapRatio: number;
	/** Medians. */
	engines: Record<EngineName, Measured>;
}

/** What the scoring of a passage should reach. */
export const AIMS = {timesFaster: 2, bytesRatio: 0.1};

export function reportOf({name, rounds}: Case): CaseReport {
	const ratios = rounds.map(({ours, stock}) => stock.ms / ours.ms);
	const engines = {ours: medians(rounds.map(round => round.ours)), stock: medians(rounds.map(round => round.stock))};
	const {ours, stock} = engines;
	return {
		name,
		timesFaster: median(ratios),
		timesFasterRange: [Math.min(...ratios), Math.max(...ratios)],
		bytesOutRatio: ours.bytesOut / stock.bytesOut,
		bytesMovedRatio: (ours.bytesOut + ours.bytesIn) / (stock.bytesOut + stock.bytesIn),
		heapRatio: ours.heapBytes / stock.heapBytes,
		engines,
	};
}

const medians = (all: Measured[]): Measured => ({
	ms: median(all.map(one => one.ms)),
	bytesOut: median(all.map(one => one.bytesOut)),
	bytesIn: median(all.map(one => one.bytesIn)),
	heapBytes: median(all.map(one => one.heapBytes)),
	answer: median(all.map(one => one.answer)),
});

export function median(values: readonly number[]): number {
	const sorted = values.toSorted((a, b) => a - b);
	const middle = sorted.length >> 1;
	return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

const HEAD = [
	'',
	'times faster',
	'bytes out',
	'bytes moved',
	'ours ms',
	'stock ms',
	'ours MB out + in',
	'stock MB out + in',
];

/** The report as an aligned table. */
export function table(reports: readonly CaseReport[]): string {
	const rows = reports.map(({name, timesFaster, timesFasterRange, bytesOutRatio, bytesMovedRatio, engines}) => [
		name,
		`${timesFaster.toFixed(2)} (${timesFasterRange.map(ratio => ratio.toFixed(1)).join('-')})`,
		...[bytesOutRatio, bytesMovedRatio].map(ratio => ratio.toPrecision(2)),
		...[engines.ours, engines.stock].map(({ms}) => ms.toFixed(ms < 100 ? 1 : 0)),
		...[engines.ours, engines.stock].map(({bytesOut, bytesIn}) => `${megabytes(bytesOut)} + ${megabytes(bytesIn)}`),
	]);
	const widths = HEAD.map((head, column) => Math.max(head.length, ...rows.map(row => row[column].length)));
	const line = (cells: string[]) =>
		cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column]))).join('  ');
	return [HEAD, ...rows].map(line).join('\n');
}

export const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(bytes < 1e7 ? 2 : 0);

export const percent = (ratio: number): string => `${(ratio * 100).toPrecision(2)} %`;
