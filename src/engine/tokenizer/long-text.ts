/** Long texts are tokenised in pieces, so that the worker can hear a cancellation meanwhile. */

/** Characters of a piece; a few milliseconds of work. */
const PIECE = 8000;

/**
 * Where every known pattern ends a word: after letters, after digits, and between punctuation and a space. A line break may
 * belong to the punctuation before it, and a mark or a contraction to the letters. White space is Unicode's, as in
 * `white-space.ts`.
 */
const WORD_ENDS =
	/\p{L}(?=[^\p{L}\p{M}'])|\p{N}(?=[^\p{N}\p{M}])|[^\p{L}\p{N}\p{White_Space}](?=(?![\r\n])\p{White_Space})/gu;
/** The same where the text has added tokens, which hold letters and punctuation but white space at most at their beginning. */
const WORD_ENDS_AT_SPACE = /[\p{L}\p{N}](?=\p{White_Space})|\P{White_Space}(?=(?![\r\n])\p{White_Space})/gu;

/**
 * Cut a text into pieces whose tokens, put together, are the text's own.
 * @param specials added tokens that are found in it, none of which has white space after anything else.
 */
export function* textPieces(text: string, specials: readonly string[]): Generator<string> {
	const ends = specials.some(token => text.includes(token)) ? WORD_ENDS_AT_SPACE : WORD_ENDS;
	let from = 0;
	while (from < text.length) {
		ends.lastIndex = from + PIECE;
		const found = from + PIECE < text.length ? ends.exec(text) : null;
		let to = found ? found.index + found[0].length : text.length;
		// A very long word is a separate piece.
		if (to - from > LONG_WORD) to = from + (lastEnd(text.slice(from, from + PIECE), ends) || to - from);
		yield text.slice(from, to);
		from = to;
	}
}

/** Where the last match in a text ends; 0 where there is none. */
function lastEnd(text: string, pattern: RegExp): number {
	let end = 0;
	for (const match of text.matchAll(new RegExp(pattern, 'gu'))) end = match.index + match[0].length;
	return end;
}

/** A piece is longer than this only where no word ends in it; a single word that long is merged step by step. */
export const LONG_WORD = 2 * PIECE;
const STEPS_BETWEEN_PAUSES = 20_000;

/** The symbols of a word, not yet merged, in a doubly linked list. */
interface Symbols {
	text: string[];
	next: Int32Array;
	previous: Int32Array;
}

/**
 * Byte-pair encoding of one word as Sennrich et al. (2016) define it: the merge of lowest rank first, the leftmost of equal
 * ones. Takes n log n steps, with pauses.
 * @param characters the word's bytes in the vocabulary's characters.
 * @param rank of a merge of two symbols; undefined where there is none.
 * @returns the symbols that are left.
 */
export async function mergeInSteps(
	characters: readonly string[],
	rank: (left: string, right: string) => number | undefined,
	pause: () => Promise<void>,
): Promise<string[]> {
	const n = characters.length;
	const symbols: Symbols = {
		text: [...characters],
		next: Int32Array.from({length: n}, (_, i) => (i + 1 < n ? i + 1 : -1)),
		previous: Int32Array.from({length: n}, (_, i) => i - 1),
	};
	const {text, next, previous} = symbols;
	const queue = new MergeQueue();
	const offer = (left: number) => {
		const right = left < 0 ? -1 : next[left];
		const found = right < 0 ? undefined : rank(text[left], text[right]);
		if (found !== undefined) queue.push({rank: found, left, merged: text[left] + text[right]});
	};
	let steps = 0;
	for (let i = 0; i + 1 < n; i++) {
		offer(i);
		if (++steps % STEPS_BETWEEN_PAUSES === 0) await pause();
	}
	for (let best = queue.pop(); best; best = queue.pop()) {
		if (++steps % STEPS_BETWEEN_PAUSES === 0) await pause();
		const {left, merged} = best;
		const right = next[left];
		// Either symbol may have become part of another since.
		if (
			text[left] === '' ||
			right < 0 ||
			text[left] + text[right] !== merged ||
			rank(text[left], text[right]) !== best.rank
		)
			continue;
		text[left] = merged;
		text[right] = '';
		next[left] = next[right];
		if (next[right] >= 0) previous[next[right]] = left;
		offer(previous[left]);
		offer(left);
	}

	return text.filter(symbol => symbol !== '');
}

interface Merge {
	rank: number;
	left: number;
	merged: string;
}

/** A binary heap: lowest rank first, then leftmost. */
class MergeQueue {
	readonly #heap: Merge[] = [];

	push(merge: Merge): void {
		const heap = this.#heap;
		let at = heap.push(merge) - 1;
		while (at > 0) {
			const parent = (at - 1) >> 1;
			if (!before(heap[at], heap[parent])) return;
			[heap[at], heap[parent]] = [heap[parent], heap[at]];
			at = parent;
		}
	}

	pop(): Merge | undefined {
		const heap = this.#heap;
		const top = heap[0];
		const last = heap.pop();
		if (heap.length === 0 || !last) return top;
		heap[0] = last;
		for (let at = 0; ; ) {
			const [left, right] = [2 * at + 1, 2 * at + 2];
			let least = at;
			if (left < heap.length && before(heap[left], heap[least])) least = left;
			if (right < heap.length && before(heap[right], heap[least])) least = right;
			if (least === at) return top;
			[heap[at], heap[least]] = [heap[least], heap[at]];
			at = least;
		}
	}
}

const before = (a: Merge, b: Merge) => a.rank < b.rank || (a.rank === b.rank && a.left < b.left);
