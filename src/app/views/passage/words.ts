import type {ScoredToken} from '../../../protocol/engine.ts';
import {surprisalBits} from '../../../ui/tokens/log-prob.ts';
import {hasTypography} from '../../../ui/tokens/typography.ts';

/** A word of a passage with its surprise. */
export interface WordSurprise {
	/** As it is spelled in the passage. */
	word: string;
	/** UTF-16 offset of the word. */
	start: number;
	/** The surprisals of its tokens, added up: by the chain rule, that of the word itself. */
	bits: number;
	/** How many tokens it took. */
	tokens: number;
	/** Most of its surprise is that of a typographic character in it. */
	typographic?: true;
}

/**
 * Words of a passage (Unicode's word boundaries) with the surprisal of the tokens that make them. A token belongs to the
 * word that holds its first character other than white space; one between words belongs to none.
 */
export function wordsOf(text: string, tokens: readonly ScoredToken[]): WordSurprise[] {
	const words: (WordSurprise & {end: number; typography: number})[] = [];
	for (const {segment, index, isWordLike} of new Intl.Segmenter(undefined, {granularity: 'word'}).segment(text)) {
		if (isWordLike)
			words.push({word: segment, start: index, end: index + segment.length, bits: 0, tokens: 0, typography: 0});
	}
	let at = 0;
	for (const token of tokens) {
		const blank = /^\s*/.exec(text.slice(token.start, token.end))?.[0].length ?? 0;
		const first = token.start + blank;
		while (at < words.length && words[at].end <= first) at++;
		const word = words[at];
		// Tokens that share a character have its offsets, so going back is never needed.
		if (!word || first < word.start || first >= token.end) continue;
		const bits = surprisalBits(token);
		word.bits += bits;
		if (hasTypography(text.slice(first, token.end))) word.typography += bits;
		word.tokens += 1;
	}
	return words
		.filter(word => word.tokens > 0)
		.map(({end: _, typography, ...word}) => (typography > word.bits / 2 ? {...word, typographic: true} : word));
}

/** Below this many different words one list says all. */
const FEW_WORDS = 6;

/**
 * The words with the most and the least surprise, without those that surprise by their typography, each spelling once and in one list alone, the extreme one first. Of few
 * words all are in `unexpected`.
 */
export function extremeWords(all: readonly WordSurprise[], most: number) {
	const words = all.filter(({typographic}) => !typographic);
	const unexpected = distinct([...words].sort((a, b) => b.bits - a.bits || b.start - a.start));
	if (unexpected.length < FEW_WORDS) return {unexpected: unexpected.slice(0, most), expected: []};
	const count = Math.min(most, Math.floor(unexpected.length / 2));
	const listed = new Set(unexpected.slice(0, count).map(spelling));
	const rest = words.filter(word => !listed.has(spelling(word)));
	const expected = distinct(rest.sort((a, b) => a.bits - b.bits || a.start - b.start));
	return {unexpected: unexpected.slice(0, count), expected: expected.slice(0, count)};
}

const spelling = ({word}: WordSurprise) => word.toLowerCase();

/** The first word of each spelling. */
function distinct(words: readonly WordSurprise[]): WordSurprise[] {
	const found = new Map<string, WordSurprise>();
	for (const word of words) if (!found.has(spelling(word))) found.set(spelling(word), word);
	return [...found.values()];
}

/** A word as two models found it. */
interface DifferingWord {
	word: string;
	/** UTF-16 offset. */
	start: number;
	/** Surprisal of the word by either model, in bits. */
	bits: [number, number];
}

/**
 * Words of a text by how much two models differ on them, the largest difference first. A word's surprisal is comparable
 * between tokenisations; a word that is inside a token of either model is left out.
 */
export function differingWords(
	text: string,
	first: readonly ScoredToken[],
	second: readonly ScoredToken[],
): DifferingWord[] {
	const others = new Map(wordsOf(text, second).map(word => [word.start, word]));
	return wordsOf(text, first)
		.flatMap(({word, start, bits}): DifferingWord[] => {
			const other = others.get(start);
			return other ? [{word, start, bits: [bits, other.bits]}] : [];
		})
		.sort((a, b) => Math.abs(b.bits[1] - b.bits[0]) - Math.abs(a.bits[1] - a.bits[0]) || a.start - b.start);
}

/** Whether two models cut a text into the same tokens. */
export const sameTokens = (first: readonly ScoredToken[], second: readonly ScoredToken[]) =>
	first.length === second.length &&
	first.every((token, i) => token.start === second[i].start && token.end === second[i].end);
