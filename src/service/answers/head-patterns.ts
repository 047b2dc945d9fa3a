import type {HeadPattern} from '../../protocol/questions/attention.ts';
import type {HeadShares} from '../../protocol/questions/head-labels.ts';

/**
 * What a head does on a text, measured: the share of its attention, averaged over the positions where the pattern could
 * show, that goes where the pattern says. The first two positions have no choice and are left out.
 */

/** A share below this is no pattern. */
const LEAST = 0.3;

type Row = Float32Array;

/** Positions that a pattern says position i looks at, from `first` on. */
const TARGETS: Record<Exclude<HeadPattern, 'spread'>, (ids: readonly number[], i: number) => number[]> = {
	previous: (_ids, i) => [i - 1],
	first: () => [0],
	self: (_ids, i) => [i],
	same: (ids, i) => earlier(i).filter(j => ids[j] === ids[i]),
	// What followed the last time that this token came: induction (Olsson et al. 2022).
	induction: (ids, i) => earlier(i).filter(j => j > 0 && ids[j - 1] === ids[i]),
};

const earlier = (i: number) => Array.from({length: i}, (_, j) => j);

const PATTERNS = Object.keys(TARGETS) as (keyof typeof TARGETS)[];

const rowsOf = (ids: readonly number[]) => Array.from({length: Math.max(0, ids.length - 2)}, (_, k) => k + 2);

/** Of one head, the share of each pattern. @param grid its attention, [s, s]. */
export function sharesOf(grid: Row, ids: readonly number[]): HeadShares {
	const s = ids.length;
	const share = (pattern: keyof typeof TARGETS) => {
		const shares = rowsOf(ids).flatMap(i => {
			const targets = TARGETS[pattern](ids, i);
			return targets.length > 0 ? [targets.reduce((sum, j) => sum + grid[i * s + j], 0)] : [];
		});
		return shares.length > 0 ? mean(shares) : null;
	};
	return Object.fromEntries(PATTERNS.map(pattern => [pattern, share(pattern)])) as HeadShares;
}

/** The pattern with the largest share. @param grid attention of one head, [s, s]. */
export function patternOf(grid: Row, ids: readonly number[]): {pattern: HeadPattern; share: number} {
	const s = ids.length;
	const shares = sharesOf(grid, ids);
	const [best] = PATTERNS.map(pattern => ({pattern, share: shares[pattern] ?? -1})).sort((a, b) => b.share - a.share);
	if (best.share >= LEAST) return best;
	const spread = rowsOf(ids).map(i => entropy(grid.subarray(i * s, i * s + i + 1)) / Math.log(i + 1));
	return {pattern: 'spread', share: spread.length > 0 ? mean(spread) : 1};
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** In nats. */
const entropy = (weights: Row) => weights.reduce((sum, w) => (w > 0 ? sum - w * Math.log(w) : sum), 0);
