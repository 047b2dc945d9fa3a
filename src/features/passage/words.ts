import type {ScoredToken} from '../../protocol/questions/score.ts';
import {hasTypography} from '../../ui/tokens/typography.ts';
import {surprisalOf, tokensOf, wordsIn} from '../../ui/tokens/words.ts';

/** A word of a passage with its surprise. */
export interface WordSurprise {
	/** As it is spelled in the passage, with its punctuation. */
	word: string;
	/** UTF-16 offset of the word. */
	start: number;
	/** Its surprisal, corrected for where words end (`ui/tokens/words.ts`). */
	bits: number;
	/** The surprisals of its tokens, added up. */
	plainBits: number;
	/** How many tokens it took. */
	tokens: number;
	/** Most of its surprise is that of a typographic character in it. */
	typographic?: true;
}

/** Words of a passage with their surprisal. One that is inside another one's token is left out. */
export function wordsOf(text: string, tokens: readonly ScoredToken[]): WordSurprise[] {
	const words = wordsIn(text).filter(({isWord}) => isWord);
	return tokensOf(text, words, tokens)
		.filter(({tokens}) => tokens.length > 0)
		.map(({part: {start, end}, tokens}) => {
			const measured = {word: text.slice(start, end), start, ...surprisalOf(tokens)};
			const typographic = tokens.filter(token => hasTypography(text.slice(Math.max(start, token.start), token.end)));
			return surprisalOf(typographic).bits > measured.bits / 2 ? {...measured, typographic: true} : measured;
		});
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

const spelling = ({word}: WordSurprise) => word.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, '').toLowerCase();

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
