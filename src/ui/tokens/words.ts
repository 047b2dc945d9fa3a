/** A part of a text: UTF-16 offsets, [start, end). */
export interface Span {
	start: number;
	end: number;
}

/** A word of a text, or what stands between two: a dash with spaces around it. */
export interface WordSpan extends Span {
	/** Whether it has a letter or a digit. */
	isWord: boolean;
}

/** Scripts that put no space between words (Unicode, Line_Break=SA, and those of Chinese and Japanese). */
const SPACELESS =
	/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\p{Script=Tibetan}]/u;
const IS_WORD = /[\p{L}\p{N}]/u;

/**
 * The words of a text: what stands between white space, with its punctuation, as `engine/scoring/words.ts` has it. What is written in a
 * script without spaces is cut at Unicode's word boundaries (UAX #29); no class of a model shows those, so there a
 * word's surprisal is that of its tokens as they are.
 */
export function wordsIn(text: string): WordSpan[] {
	const words: WordSpan[] = [];
	for (const {0: word, index: start} of text.matchAll(/\P{White_Space}+/gu)) {
		if (!SPACELESS.test(word)) words.push({start, end: start + word.length, isWord: IS_WORD.test(word)});
		else
			for (const {segment, index} of new Intl.Segmenter(undefined, {granularity: 'word'}).segment(word))
				words.push({start: start + index, end: start + index + segment.length, isWord: IS_WORD.test(segment)});
	}
	return words;
}

/**
 * The tokens of each part. A token belongs to the part that holds the first character other than white space in it or after it:
 * white space goes with what comes after it, whether the tokenizer joins it to that (`Ġcat`) or not (` ` and `42`). What the text ends
 * with belongs to the part that it begins in. A part inside another one's token has none.
 * @param parts in order, none of which overlap.
 * @param tokens in order, with their offsets in the same text.
 */
export function tokensOf<P extends Span, T extends Span>(
	text: string,
	parts: readonly P[],
	tokens: readonly T[],
): {part: P; tokens: T[]}[] {
	const found = parts.map(part => ({part, tokens: [] as T[]}));
	const visible = /\P{White_Space}/gu;
	let at = 0;
	for (const token of tokens) {
		visible.lastIndex = token.start;
		const first = visible.exec(text)?.index ?? token.start;
		// Tokens that share a character have its offsets, so going back is never needed.
		while (at < found.length && found[at].part.end <= first) at++;
		if (at < found.length && first >= found[at].part.start) found[at].tokens.push(token);
	}
	return found;
}

/** How many tokens to either side of one are looked at for those of its word. */
const NEAR = 100;

/** The word that a token belongs to, with all of its tokens; null for one of white space at the end, or of punctuation between words. */
export function wordAround<T extends Span>(
	text: string,
	tokens: readonly T[],
	index: number,
): {part: WordSpan; tokens: T[]} | null {
	const near = tokens.slice(Math.max(0, index - NEAR), index + NEAR);
	const [from, to] = [near[0].start, near[near.length - 1].end];
	const words = wordsIn(text.slice(from, to)).map(word => ({...word, start: from + word.start, end: from + word.end}));
	const found = tokensOf(text, words, near).find(word => word.tokens.includes(tokens[index]));
	return found?.part.isWord ? found : null;
}

/** A token with both measures, natural logarithms (`ScoredToken` says what they are). */
export interface Measured extends Span {
	readonly logProb: number;
	readonly corrected: number;
}

/** A word, a region or a text by both measures. */
export interface Surprisal {
	/** In bits, corrected for where words end: comparable between words, and between tokenizers. */
	bits: number;
	/** In bits, of its tokens added up as they are. */
	plainBits: number;
	/** How many tokens it took. */
	tokens: number;
}

export function surprisalOf(tokens: readonly Measured[]): Surprisal {
	const sum = (of: (token: Measured) => number) => tokens.reduce((total, token) => total + of(token), 0) / -Math.LN2;
	return {bits: sum(token => token.corrected), plainBits: sum(token => token.logProb), tokens: tokens.length};
}
