import type {ScoredToken} from '../../protocol/engine.ts';
import {surprisalBits} from './log-prob.ts';

/** Fewer tokens say nothing about a language. */
const LEAST_TOKENS = 12;
/** The share of tokens that are only a part of a character: in English, hardly one in a hundred. */
const MOST_FRAGMENTS = 0.25;
/**
 * Bits a token on average. The bundled model needs 6 to 8 for English; a class drawn evenly from GPT-2's has 15.6. A text
 * that needs more than this is in no language that the model has read.
 */
const MOST_BITS = 11;

/** Whether a text is one that the model can hardly read, so that its numbers say little: by fragments, or by their mean surprise. */
export function isHardlyRead(tokens: readonly Pick<ScoredToken, 'text' | 'logProb'>[]): boolean {
	if (tokens.length < LEAST_TOKENS) return false;
	const fragments = tokens.filter(({text}) => text === undefined).length / tokens.length;
	const bits = tokens.reduce((sum, token) => sum + surprisalBits(token), 0) / tokens.length;
	return fragments > MOST_FRAGMENTS || bits > MOST_BITS;
}
