import type {ScoredToken} from '../../protocol/questions/score.ts';
import type {Token} from '../../protocol/values/prompt.ts';
import {spell} from '../../protocol/values/spell.ts';
import {surprisalBits} from './log-prob.ts';
import {hasTypography} from './typography.ts';

/** Fewer tokens say nothing about a language. */
const LEAST_TOKENS = 12;
/** The share of tokens that are only a part of a character: in English, hardly one in a hundred. */
const MOST_FRAGMENTS = 0.25;
/**
 * Bits a token on average. The bundled model needs 6 to 8 for English; a class drawn evenly from GPT-2's has 15.6. A text
 * that needs more than this is in no language that the model has read.
 */
const MOST_BITS = 11;

/**
 * Whether a text is one that the model can hardly read, so that its numbers say little: by fragments, or by their mean surprise.
 * Quotation marks and dashes that the model met only in their plain form say nothing about a language, and are left out.
 */
export function isHardlyRead(
	text: string,
	tokens: readonly Pick<ScoredToken, 'text' | 'bytes' | 'logProb' | 'start' | 'end'>[],
): boolean {
	if (isHardlySpelled(tokens)) return true;
	const telling = tokens.filter(({start, end}) => !hasTypography(text.slice(start, end)));
	if (telling.length < LEAST_TOKENS) return false;
	const fragments = telling.filter(({text}) => text === undefined).length / telling.length;
	const bits = telling.reduce((sum, token) => sum + surprisalBits(token), 0) / telling.length;
	return fragments > MOST_FRAGMENTS || bits > MOST_BITS;
}

/** Fewer letters may be a name or a symbol in a text that the model reads well. */
const LEAST_LETTERS = 3;
/** A token that spells a letter or more is what a model makes of a script that it reads: Chinese has 1 to 2, English 4. */
const LETTERS_PER_TOKEN = 0.9;

/**
 * Whether a text is in a script of which the model's tokenizer has hardly a letter, so that most letters are cut into bytes. This
 * needs no scores, and few words of text; a language that the tokenizer spells well but the model hardly read is not found.
 */
export function isHardlySpelled(tokens: readonly Pick<Token, 'text' | 'bytes'>[]): boolean {
	if (tokens.every(({text}) => text !== undefined)) return false;
	const characters = [...spell(tokens).replaceAll(/[\p{P}\p{Z}\p{C}\p{N}]/gu, '')];
	const foreign = characters.filter(
		character => /\p{L}|\p{M}/u.test(character) && !/\p{Script=Latin}/u.test(character),
	);
	return (
		foreign.length >= LEAST_LETTERS &&
		foreign.length > characters.length / 2 &&
		characters.length < LETTERS_PER_TOKEN * tokens.length
	);
}
