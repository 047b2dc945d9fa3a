import type {Tokenizer as HubTokenizer} from '@huggingface/tokenizers';
import {textPieces} from './long-text.ts';
import {SPACE_MARK} from './normalization.ts';
import {byteToken} from './token-bytes.ts';
import type {Vocabulary} from './vocabulary.ts';

/** How a kind of BPE writes a normalised text in the characters of its vocabulary. */
export interface Writing {
	/** The words of a text, as the vocabulary writes them. No token crosses their borders. */
	words(text: string): readonly string[];
	/** How many bytes a word spells. */
	byteLength(word: string): number;
	/** A word's symbols before any merge. */
	symbols(word: string): string[];
	/** Parts of a long text whose words, put together, are the text's own. */
	pieces(text: string): Iterable<string>;
}

/** As in GPT-2: a pattern splits a text into words, and every byte is a character. */
export const byteLevel = (hub: HubTokenizer, tokensInText: readonly string[], canCut: boolean): Writing => ({
	words: text => (text === '' ? [] : (hub.pre_tokenizer?.(text) ?? [])),
	byteLength: word => word.length,
	symbols: word => [...word],
	pieces: text => (canCut ? textPieces(text, tokensInText) : [text]),
});

/** Characters of one piece of a long text. */
const PIECE = 8000;

/**
 * As in SentencePiece's BPE: the whole text is one word, a space is `▁`, and a character that is no token falls back to its bytes.
 * A border that no token can cross, because no token has the two characters beside it, still cuts it into words.
 */
export function fallingBack({ids, tokens}: Vocabulary): Writing {
	let pairs: ReadonlySet<number> | null = null;
	const words = (text: string) => {
		pairs ??= pairsIn(tokens);
		return wordsBetween(text, pairs);
	};
	const encoder = new TextEncoder();
	const bytesOf = (text: string) => encoder.encode(text.replaceAll(SPACE_MARK, ' '));
	return {
		words,
		byteLength: word => bytesOf(word).length,
		symbols: word =>
			[...word].flatMap(character =>
				ids.has(character) ? character : Array.from(encoder.encode(character), byteToken),
			),
		*pieces(text) {
			let piece = '';
			for (const word of words(text)) {
				if (piece !== '' && piece.length + word.length > PIECE) {
					yield piece;
					piece = '';
				}
				piece += word;
			}
			if (piece !== '') yield piece;
		},
	};
}

const pairOf = (left: number, right: number) => left * 0x11_0000 + right;

/** All pairs of characters that follow each other in a token. */
function pairsIn(tokens: Iterable<string>): Set<number> {
	const pairs = new Set<number>();
	for (const token of tokens) {
		let left = -1;
		for (const character of token) {
			const right = character.codePointAt(0)!;
			if (left >= 0) pairs.add(pairOf(left, right));
			left = right;
		}
	}
	return pairs;
}

function wordsBetween(text: string, pairs: ReadonlySet<number>): string[] {
	const words: string[] = [];
	let start = 0;
	let at = 0;
	let left = -1;
	for (const character of text) {
		const right = character.codePointAt(0)!;
		if (left >= 0 && !pairs.has(pairOf(left, right))) {
			words.push(text.slice(start, at));
			start = at;
		}
		at += character.length;
		left = right;
	}
	if (at > start) words.push(text.slice(start));
	return words;
}
