import type {HeadPattern} from '../../protocol/walk.ts';

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

/** @param grid attention of one head, [s, s]. */
export function patternOf(grid: Row, ids: readonly number[]): {pattern: HeadPattern; share: number} {
	const s = ids.length;
	const rows = Array.from({length: Math.max(0, s - 2)}, (_, k) => k + 2);
	const measured = (Object.keys(TARGETS) as (keyof typeof TARGETS)[]).flatMap(pattern => {
		const shares = rows.flatMap(i => {
			const targets = TARGETS[pattern](ids, i);
			return targets.length > 0 ? [targets.reduce((sum, j) => sum + grid[i * s + j], 0)] : [];
		});
		return shares.length > 0 ? [{pattern, share: mean(shares)}] : [];
	});
	const [best] = measured.sort((a, b) => b.share - a.share);
	if (best && best.share >= LEAST) return best;
	const spread = rows.map(i => entropy(grid.subarray(i * s, i * s + i + 1)) / Math.log(i + 1));
	return {pattern: 'spread', share: spread.length > 0 ? mean(spread) : 1};
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** In nats. */
const entropy = (weights: Row) => weights.reduce((sum, w) => (w > 0 ? sum - w * Math.log(w) : sum), 0);
