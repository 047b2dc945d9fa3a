/** One merge of byte-pair encoding: every `left` directly before a `right` becomes `merged`. */
interface BpeMerge {
	left: number;
	right: number;
	merged: number;
	/** Place in the list of merges, 0 first. The pair with the lowest is merged first: it was the most common one left. */
	rank: number;
	/** The word's tokens after this merge. */
	ids: number[];
}

/** How byte-pair encoding made the tokens of one word. */
export interface BpeReplay {
	/** The word's bytes, each as a token. */
	start: number[];
	/** The merges in order; the last one leaves the word's tokens. */
	steps: BpeMerge[];
}

/**
 * Byte-pair encoding of one word, merge by merge (Sennrich et al. 2016, on bytes as in GPT-2's `encoder.py`).
 * @param symbols the word's bytes, in the characters of the vocabulary.
 * @param rankOf rank of a pair in the list of merges; undefined for one that never merges.
 * @param idOf token id of a symbol; every symbol that a merge makes has one.
 */
export function replayMerges(symbols: readonly string[], rankOf: RankOf, idOf: (symbol: string) => number): BpeReplay {
	const steps: BpeMerge[] = [];
	let word = [...symbols];
	for (let pair = lowestPair(word, rankOf); pair; pair = lowestPair(word, rankOf)) {
		const {left, right, rank} = pair;
		word = merge(word, pair, rankOf);
		steps.push({left: idOf(left), right: idOf(right), merged: idOf(left + right), rank, ids: word.map(idOf)});
	}

	return {start: symbols.map(idOf), steps};
}

type RankOf = (left: string, right: string) => number | undefined;

interface Pair {
	left: string;
	right: string;
	rank: number;
}

function lowestPair(word: readonly string[], rankOf: RankOf): Pair | null {
	let lowest: Pair | null = null;
	for (let i = 1; i < word.length; i++) {
		const [left, right] = [word[i - 1], word[i]];
		const rank = rankOf(left, right);
		if (rank !== undefined && (!lowest || rank < lowest.rank)) lowest = {left, right, rank};
	}

	return lowest;
}

/**
 * Every `left` directly before a `right`, from the left, joined with it, until one makes a pair that comes before all others:
 * Gemma joins a run of spaces to the longest first.
 */
function merge(word: readonly string[], {left, right, rank}: Pair, rankOf: RankOf): string[] {
	const merged: string[] = [];
	for (let i = 0; i < word.length; i++) {
		if (word[i] !== left || word[i + 1] !== right) {
			merged.push(word[i]);
			continue;
		}
		const before = merged.at(-1);
		merged.push(left + right);
		i++;
		const next = word[i + 1];
		const isEarlier = (a: string | undefined, b: string | undefined) =>
			a !== undefined && b !== undefined && (rankOf(a, b) ?? Infinity) < rank;
		if (isEarlier(before, left + right) || isEarlier(left + right, next)) return [...merged, ...word.slice(i + 1)];
	}

	return merged;
}
