/** @throws RangeError without a value. */
export function median(values: readonly number[]): number {
	if (values.length === 0) throw new RangeError('A median needs a value.');
	const sorted = values.toSorted((a, b) => a - b);
	const middle = sorted.length >> 1;
	return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Times between consecutive moments. */
export const intervals = (moments: readonly number[]): number[] => moments.slice(1).map((at, i) => at - moments[i]);

/**
 * How many times as long the other took: the median of each round's ratio, so that a slow minute counts for both. Rounds that
 * one of them was left out of do not count.
 * @param ours, theirs times by round. @returns null where they have no round in common.
 */
export function ratioOf(ours: readonly number[], theirs: readonly number[]): number | null {
	const ratios = ours.slice(0, theirs.length).map((own, round) => theirs[round] / own);
	return ratios.length > 0 ? median(ratios) : null;
}
