import {wilson} from '../../../../measure/pairs.ts';

/** What a comparison needs of a token. */
export interface Ranked {
	readonly rank: number;
	/** Natural log. */
	readonly logProb: number;
}

/** Below this many tokens a text says too little. */
export const FEWEST_TOKENS = 50;

/** What a text is compared by. Each is over as many tokens of every text. */
export type Figure = 'perplexity' | 'top10' | 'binoculars';

export const perplexityOf = (tokens: readonly Ranked[]): number =>
	Math.exp(-tokens.reduce((sum, {logProb}) => sum + logProb, 0) / tokens.length);

/** Share of the tokens that were among the ten most probable classes (GLTR, Gehrmann et al. 2019). */
export const top10Of = (tokens: readonly Ranked[]): number =>
	tokens.filter(({rank}) => rank <= 10).length / tokens.length;

/** How many tokens of every text are compared: as many as the shortest has. */
export const commonLength = (texts: readonly (readonly unknown[])[]): number =>
	Math.min(...texts.map(({length}) => length));

/** Of which figures the lower value is that of generated text. */
const LOWER: Readonly<Record<Figure, boolean>> = {perplexity: true, top10: false, binoculars: true};

/** Where a value lies among others. */
export interface Place {
	/** How many there are. */
	count: number;
	/** How many of them would be flagged if this value were the limit: as low, or lower; of shares in the first ten, as high. */
	flagged: number;
	/** The 95 % interval of that share (Wilson). */
	low: number;
	high: number;
	median: number;
	/** The range of nine tenths of them. */
	from: number;
	to: number;
}

/** @param values of reference texts, at least one. */
export function placeAmong(figure: Figure, value: number, values: readonly number[]): Place {
	const sorted = [...values].sort((a, b) => a - b);
	const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))];
	const flagged = values.filter(other => (LOWER[figure] ? other <= value : other >= value)).length;
	const [low, high] = wilson(flagged, values.length);
	return {count: values.length, flagged, low, high, median: at(0.5), from: at(0.05), to: at(0.95)};
}
