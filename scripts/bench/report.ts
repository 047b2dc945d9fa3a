import type {Rounds} from './cases.ts';
import type {EngineName, Measured} from './contract.ts';

export interface CaseReport {
	name: string;
	/** How many times as long transformers.js took: the median over the repetitions of each pair's ratio. */
	timesFaster: number;
	/** The smallest and the largest ratio. */
	timesFasterRange: [number, number];
	/** The ratio of each engine's best time: the least disturbed by what else the machine did. */
	timesFasterAtBest: number;
	/** Ours / theirs, of the bytes that the runtime hands to JavaScript, and of both directions together. */
	bytesOutRatio: number;
	bytesMovedRatio: number;
	/** Medians. */
	engines: Record<EngineName, Measured>;
}

/** What the scoring of a passage should reach. */
export const AIMS = {timesFaster: 2, bytesRatio: 0.1};

export function reportOf({name, rounds}: Rounds): CaseReport {
	const ratios = rounds.map(({ours, stock}) => stock.ms / ours.ms);
	const ours = medians(rounds.map(round => round.ours));
	const stock = medians(rounds.map(round => round.stock));
	return {
		name,
		timesFaster: median(ratios),
		timesFasterRange: [Math.min(...ratios), Math.max(...ratios)],
		timesFasterAtBest: best(rounds.map(round => round.stock.ms)) / best(rounds.map(round => round.ours.ms)),
		bytesOutRatio: ours.bytesOut / stock.bytesOut,
		bytesMovedRatio: (ours.bytesOut + ours.bytesIn) / (stock.bytesOut + stock.bytesIn),
		engines: {ours, stock},
	};
}

const best = (times: number[]) => Math.min(...times);

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
	'(least-most)',
	'at best',
	'bytes out',
	'out + in',
	'ours ms',
	'stock ms',
	'ours MB',
	'stock MB',
];

/** The cases as an aligned table. */
export function table(reports: readonly CaseReport[]): string {
	const rows = reports.map(
		({name, timesFaster, timesFasterRange, timesFasterAtBest, bytesOutRatio, bytesMovedRatio, engines}) => {
			const {ours, stock} = engines;
			return [
				name,
				timesFaster.toFixed(2),
				`(${timesFasterRange.map(ratio => ratio.toFixed(1)).join('-')})`,
				timesFasterAtBest.toFixed(2),
				percent(bytesOutRatio),
				percent(bytesMovedRatio),
				...[ours, stock].map(({ms}) => ms.toFixed(ms < 100 ? 1 : 0)),
				...[ours, stock].map(({bytesOut, bytesIn}) => `${megabytes(bytesOut)} + ${megabytes(bytesIn)}`),
			];
		},
	);
	const widths = HEAD.map((head, column) => Math.max(head.length, ...rows.map(row => row[column].length)));
	const line = (cells: string[]) =>
		cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column]))).join('  ');
	return [HEAD, ...rows].map(line).join('\n');
}

/** Megabytes of 10^6 bytes. */
export const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(bytes < 1e7 ? 2 : 0);

export const percent = (ratio: number): string => `${(ratio * 100).toFixed(ratio < 0.1 ? 1 : 0)} %`;
