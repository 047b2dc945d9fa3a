import {surprisalOf, tokensOf} from '../../../ui/tokens/words.ts';
import type {Item} from './items.ts';
import {sidesOf} from './rows.ts';
import type {MeasuredItem} from './run.ts';

/** Two texts compared: minimal pairs as in BLiMP (Warstadt et al. 2020). */
export interface Pair {
	row: number;
	item: string;
	condition: string;
	/** Surprisal of each text, or of its regions, the sum of their tokens as they are: what BLiMP compares. In bits. */
	plainBits: [number, number];
	/** The same, and that its last word ends with it. In bits. */
	correctedBits: [number, number];
	/** By how many bits the first is more probable: negative where the second is. By the plain sums. */
	difference: number;
	/** Null where both are as probable. */
	moreProbable: 'first' | 'second' | null;
	right: 'first' | 'second' | null;
	/** Whether the right one is more probable; null where it is not known which one is right. */
	isRight: boolean | null;
}

/** The pair of an item whose two texts have been measured; null for any other. */
export function pairOf(measured: MeasuredItem): Pair | null {
	const {item, refusal} = measured;
	if (refusal || item.second === null) return null;
	const [a, b] = sidesOf(measured).map(({text, regions, tokens}) =>
		surprisalOf(item.by === 'text' ? tokens : tokensOf(text, regions, tokens).flatMap(({tokens}) => tokens)),
	);
	return compared(item, [a.plainBits, b.plainBits], [a.bits, b.bits]);
}

/** A pair by the surprisals of its two texts, in bits. */
export function compared(item: Item, plainBits: Pair['plainBits'], correctedBits: Pair['correctedBits']): Pair {
	const difference = plainBits[1] - plainBits[0];
	const moreProbable = difference > 0 ? 'first' : difference < 0 ? 'second' : null;
	return {
		row: item.row,
		item: item.item,
		condition: item.condition,
		plainBits,
		correctedBits,
		difference,
		moreProbable,
		right: item.right,
		isRight: item.right === null ? null : moreProbable === item.right,
	};
}

/** How often the right text is the more probable one. */
export interface PairShare {
	/** `null` for all conditions together. */
	condition: string | null;
	/** Pairs of which it is known which text is right. */
	pairs: number;
	right: number;
	share: number;
	/** The 95 % confidence interval of the share. */
	low: number;
	high: number;
	/** In the mean, in bits, by how much the right text is more probable. */
	meanDifference: number;
}

/** The share of right pairs, over all and by condition in the order in which conditions appear; empty where no right text is named. */
export function pairShares(pairs: readonly Pair[]): PairShare[] {
	const known = pairs.filter(({right}) => right !== null);
	if (known.length === 0) return [];
	const conditions = [...new Set(known.map(({condition}) => condition))];
	return [
		shareOf(null, known),
		...(conditions.length > 1
			? conditions.map(one =>
					shareOf(
						one,
						known.filter(({condition}) => condition === one),
					),
				)
			: []),
	];
}

function shareOf(condition: string | null, pairs: readonly Pair[]): PairShare {
	const right = pairs.filter(({isRight}) => isRight).length;
	const lead = pairs.reduce((sum, {difference, right}) => sum + (right === 'first' ? difference : -difference), 0);
	const [low, high] = wilson(right, pairs.length);
	return {
		condition,
		pairs: pairs.length,
		right,
		share: right / pairs.length,
		low,
		high,
		meanDifference: lead / pairs.length,
	};
}

/** The quantile of the normal distribution for 95 %. */
const Z = 1.959963984540054;

/** Wilson's score interval (Wilson 1927) of a share, 95 %. @param n at least 1. */
export function wilson(right: number, n: number): [low: number, high: number] {
	const p = right / n;
	const centre = p + Z ** 2 / (2 * n);
	const half = Z * Math.sqrt((p * (1 - p)) / n + Z ** 2 / (4 * n ** 2));
	const scale = 1 + Z ** 2 / n;
	return [Math.max(0, (centre - half) / scale), Math.min(1, (centre + half) / scale)];
}

/** A mean with its 95 % interval by the normal distribution; no interval of a single value. */
export interface Mean {
	n: number;
	mean: number;
	low: number | null;
	high: number | null;
}

export function meanOf(values: readonly number[]): Mean {
	const n = values.length;
	const mean = values.reduce((sum, value) => sum + value, 0) / n;
	if (n < 2) return {n, mean, low: null, high: null};
	const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1);
	const half = Z * Math.sqrt(variance / n);
	return {n, mean, low: mean - half, high: mean + half};
}
