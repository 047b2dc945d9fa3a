import {choice, type Node, sequence} from './node.ts';

/** Sets of characters, as ranges of code points, and the bytes that write them. */

export type Range = readonly [from: number, to: number];

const LAST = 0x10_ffff;
/** The code points that UTF-8 does not write. */
const SURROGATES: Range = [0xd800, 0xdfff];

/** Ranges in order, without overlaps. */
function merged(ranges: readonly Range[]): Range[] {
	const result: [number, number][] = [];
	for (const [from, to] of [...ranges].sort((a, b) => a[0] - b[0])) {
		const last = result.at(-1);
		if (last && from <= last[1] + 1) last[1] = Math.max(last[1], to);
		else result.push([from, to]);
	}
	return result;
}

/** All characters but these. */
export function complement(ranges: readonly Range[]): Range[] {
	const result: Range[] = [];
	let next = 0;
	for (const [from, to] of merged(ranges)) {
		if (from > next) result.push([next, from - 1]);
		next = to + 1;
	}
	if (next <= LAST) result.push([next, LAST]);
	return result;
}

/** One character of these, in UTF-8. */
export const characters = (ranges: readonly Range[]): Node =>
	choice(...withoutSurrogates(merged(ranges)).flatMap(range => utf8(range)));

function withoutSurrogates(ranges: readonly Range[]): Range[] {
	return ranges.flatMap(([from, to]): Range[] =>
		to < SURROGATES[0] || from > SURROGATES[1]
			? [[from, to]]
			: ([
					[from, SURROGATES[0] - 1],
					[SURROGATES[1] + 1, to],
				].filter(([a, b]) => a <= b) as [number, number][]),
	);
}

/** The largest code points of one, two, three and four bytes. */
const LARGEST = [0x7f, 0x7ff, 0xffff, LAST];

/** The byte sequences of a range of code points, as sequences of byte ranges: the classic cut at every shared prefix. */
function utf8([from, to]: Range): Node[] {
	for (const largest of LARGEST) {
		if (from <= largest && largest < to) return [...utf8([from, largest]), ...utf8([largest + 1, to])];
	}
	if (to <= 0x7f) return [{kind: 'byte', ranges: [[from, to]]}];
	for (let bits = 6; bits <= 18; bits += 6) {
		const low = (1 << bits) - 1;
		if (from >> bits === to >> bits) continue;
		if ((from & low) !== 0) return [...utf8([from, from | low]), ...utf8([(from | low) + 1, to])];
		if ((to & low) !== low) return [...utf8([from, (to & ~low) - 1]), ...utf8([to & ~low, to])];
	}
	const [first, last] = [encoded(from), encoded(to)];
	return [sequence(...first.map((byte, i): Node => ({kind: 'byte', ranges: [[byte, last[i]]]})))];
}

const encoded = (codePoint: number) => Array.from(new TextEncoder().encode(String.fromCodePoint(codePoint)));
