import type {ScoredToken} from '../../../protocol/engine.ts';

/** A word of a passage with its surprise. */
export interface WordSurprise {
	/** As it stands in the passage. */
	word: string;
	/** UTF-16 offset of the word. */
	start: number;
	/** The surprisals of its tokens, added up: by the chain rule, that of the word itself. */
	bits: number;
	/** How many tokens it took. */
	tokens: number;
}

/**
 * Words of a passage (Unicode's word boundaries) with the surprisal of the tokens that make them. A token belongs to the
 * word in which its first character that is not white space stands; one that stands between words belongs to none.
 */
export function wordsOf(text: string, tokens: readonly ScoredToken[]): WordSurprise[] {
	const words: (WordSurprise & {end: number})[] = [];
	for (const {segment, index, isWordLike} of new Intl.Segmenter(undefined, {granularity: 'word'}).segment(text)) {
		if (isWordLike) words.push({word: segment, start: index, end: index + segment.length, bits: 0, tokens: 0});
	}
	let at = 0;
	for (const token of tokens) {
		const blank = /^\s*/.exec(text.slice(token.start, token.end))?.[0].length ?? 0;
		const first = token.start + blank;
		while (at < words.length && words[at].end <= first) at++;
		const word = words[at];
		// The parts of a character all stand where it does, so going back is never needed.
		if (!word || first < word.start || first >= token.end) continue;
		word.bits += -token.logProb / Math.LN2;
		word.tokens += 1;
	}
	return words.filter(word => word.tokens > 0).map(({end: _, ...word}) => word);
}

/** The words with the least and the most surprise, each spelling once, the extreme one first. */
export function extremeWords(words: readonly WordSurprise[], count: number) {
	const ordered = [...words].sort((a, b) => a.bits - b.bits || a.start - b.start);
	return {expected: distinct(ordered, count), unexpected: distinct(ordered.reverse(), count)};
}

function distinct(words: readonly WordSurprise[], count: number): WordSurprise[] {
	const kept = new Map<string, WordSurprise>();
	for (const word of words) {
		if (kept.size === count) break;
		const key = word.word.toLowerCase();
		if (!kept.has(key)) kept.set(key, word);
	}
	return [...kept.values()];
}
