/** A part of a long list. It stays the same object while its items do, so what was drawn of it can stay. */
export interface Chunk<T> {
	/** Names it among the chunks of its list. */
	readonly key: number;
	readonly items: readonly T[];
}

/** The most items of a chunk: what an edit draws anew is about this much, however long the list is. */
export const CHUNK = 64;

/**
 * Cut a list into chunks, of which those before and after an edit are the old ones.
 * @param old the chunks of the list before.
 * @param isSame whether two items are drawn alike.
 */
export function rechunk<T>(
	items: readonly T[],
	old: readonly Chunk<T>[],
	isSame: (a: T, b: T) => boolean,
): readonly Chunk<T>[] {
	const isAt = (chunk: Chunk<T>, at: number) =>
		at >= 0 && at + chunk.items.length <= items.length && chunk.items.every((item, i) => isSame(item, items[at + i]));
	let [first, start] = [0, 0];
	while (first < old.length && isAt(old[first], start)) start += old[first++].items.length;
	let [last, end] = [old.length, items.length];
	while (
		last > first &&
		end - old[last - 1].items.length >= start &&
		isAt(old[last - 1], end - old[last - 1].items.length)
	)
		end -= old[--last].items.length;
	if (start === end && first === last) return old;
	// Items that come one by one would otherwise be a chunk each.
	const before = old[first - 1]?.items.length ?? CHUNK;
	if (start < end && before + end - start <= CHUNK) {
		first--;
		start -= before;
	}
	const pieces = Math.ceil((end - start) / CHUNK);
	const cut = (piece: number) => start + Math.floor(((end - start) * piece) / pieces);
	const unused = 1 + Math.max(-1, ...old.map(({key}) => key));
	const changed = Array.from({length: pieces}, (_, i) => ({key: unused + i, items: items.slice(cut(i), cut(i + 1))}));
	return [...old.slice(0, first), ...changed, ...old.slice(last)];
}
