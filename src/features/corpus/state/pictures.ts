import {scaleLinear} from 'd3-scale';
import {type Mean, meanOf} from '../measure/pairs.ts';
import type {Result} from './results.ts';

/** A condition at a region, over all items. */
export interface RegionMean extends Mean {
	/** The region's place in its text, from 1. */
	position: number;
	/** '' where the table has none. */
	condition: string;
}

/** Surprisal of regions by their place and condition, in bits, corrected; conditions in the order in which they appear. */
export function regionMeans(results: readonly Result[]): RegionMean[] {
	const conditions = [...new Set(results.filter(({regions}) => regions.length > 0).map(({item}) => item.condition))];
	const positions = [...new Set(results.flatMap(({regions}) => regions.map(({position}) => position)))];
	positions.sort((a, b) => a - b);
	const values = new Map<string, number[]>();
	const key = (position: number, condition: string) => `${position} ${condition}`;
	for (const {item, regions} of results)
		for (const {position, bits} of regions) {
			const at = key(position, item.condition);
			if (!values.has(at)) values.set(at, []);
			values.get(at)!.push(bits);
		}
	return positions.flatMap(position =>
		conditions.flatMap(condition => {
			const found = values.get(key(position, condition));
			return found ? {position, condition, ...meanOf(found)} : [];
		}),
	);
}

/** What the totals of texts are shown by. */
export const TOTALS = ['bits', 'bitsPerToken', 'bitsPerCharacter', 'perplexity'] as const;
export type Total = (typeof TOTALS)[number];

export interface Histogram {
	/** Of equal width: [from, to), the last with its end. */
	bins: {from: number; to: number; count: number}[];
	n: number;
	median: number;
}

/** About so many bins. */
const BINS = 20;

/** How the totals of texts are distributed; null where none has been measured. */
export function histogramOf(results: readonly Result[], total: Total): Histogram | null {
	const values = results.flatMap(({totals}) => (totals ? totals[total] : [])).sort((a, b) => a - b);
	if (values.length === 0) return null;
	const [least, most] = [values[0], values[values.length - 1]];
	const edges = scaleLinear()
		.domain(most > least ? [least, most] : [least - 0.5, least + 0.5])
		.nice(BINS)
		.ticks(BINS);
	const bins = edges.slice(1).map((to, i) => ({from: edges[i], to, count: 0}));
	for (const value of values) {
		const after = bins.findIndex(({to}) => value < to);
		bins[after < 0 ? bins.length - 1 : after].count++;
	}
	const middle = values.length / 2;
	const median = (values[Math.ceil(middle) - 1] + values[Math.floor(middle)]) / 2;
	return {bins, n: values.length, median};
}
