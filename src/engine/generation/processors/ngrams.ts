import {argmax, isEmpty} from '../../math/math.ts';

/**
 * The tokens that followed earlier occurrences of a text's last n - 1 tokens.
 * @param among the text in which they are looked for; where it is the text itself, its end is no earlier occurrence.
 */
export function completionsOf(ids: readonly number[], size: number, among = ids): Set<number> {
	const found = new Set<number>();
	const tail = ids.length - (size - 1);
	if (tail < 0) return found;
	for (let start = 0; start + size <= among.length; start++) {
		let same = 0;
		while (same < size - 1 && among[start + same] === ids[tail + same]) same++;
		if (same === size - 1) found.add(among[start + same]);
	}
	return found;
}

/** Remove these classes; should that leave nothing (a tiny vocabulary), the most probable class stays. */
export function removeUnlessAll(scores: Float32Array, removed: Iterable<number>): void {
	const best = argmax(scores);
	const bestScore = scores[best];
	for (const id of removed) scores[id] = -Infinity;
	if (isEmpty(scores)) scores[best] = bestScore;
}
