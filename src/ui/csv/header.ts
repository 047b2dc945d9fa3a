/** Names of columns that a table of texts often has. */
const USUAL = /^(?:text|sentence|stimulus|item|condition|context|id)(?:[\s_-]?\w+)?$/i;

/** Rows that are looked at. */
const HEAD = 100;

const isNumber = (cell: string) => /^\s*[+-]?\d+(?:\.\d+)?\s*$/.test(cell);
/** A sentence by how it ends, or a part of one by its length: no name of a column has five words. */
const isSentence = (cell: string) =>
	/[。！？]["'”’」)}]*\s*$|\s.*[.!?…]["'”’»)}]*\s*$/.test(cell) || cell.trim().split(/\s+/).length >= 5;

/**
 * Whether the first row of a table names its columns, and is not the first of the texts: where a sentence stands above sentences, or a
 * number above numbers, it is.
 */
export function hasHeader([first, ...rows]: readonly (readonly string[])[]): boolean {
	if (first.some(cell => USUAL.test(cell.trim()))) return true;
	const head = rows.slice(0, HEAD);
	const isOneOf = (is: (cell: string) => boolean, share: number) =>
		first.some((cell, i) => is(cell) && head.filter(row => is(row[i])).length >= share * head.length);
	return !isOneOf(isSentence, 0.5) && !(head.length > 0 && isOneOf(isNumber, 1));
}

/** Names of columns, each once: the second `text` is `text_2`. */
export function eachOnce(names: readonly string[]): string[] {
	const taken = new Set(names);
	const seen = new Set<string>();
	return names.map(name => {
		let free = name;
		for (let n = 2; seen.has(free) || (free !== name && taken.has(free)); n++) free = `${name}_${n}`;
		seen.add(free);
		return free;
	});
}
