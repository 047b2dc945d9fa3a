import type {Token} from '../../protocol/values/prompt.ts';
import {decodeWhole, tokenBytes} from '../../protocol/values/spell.ts';

type Spelled = Pick<Token, 'text' | 'bytes'>;

/** The smallest run of tokens that spells whole characters: mostly one token; for an emoji the three or four it takes. */
export interface Characters<T extends Spelled = Token> {
	/** What they spell; null for bytes that never become a character. */
	text: string | null;
	tokens: {token: T; index: number}[];
}

/** No character has more bytes than this, and GPT-2 puts at most a space before its first. */
const MAX_TOKENS = 5;

/** Tokens in the runs that spell whole characters. A token whose bytes never become one is alone. */
export function charactersOf<T extends Spelled>(tokens: readonly T[]): Characters<T>[] {
	const runs: Characters<T>[] = [];
	for (let index = 0; index < tokens.length; ) {
		const run = runFrom(tokens, index);
		runs.push(run);
		index += run.tokens.length;
	}
	return runs;
}

function runFrom<T extends Spelled>(tokens: readonly T[], first: number): Characters<T> {
	const alone = [{token: tokens[first], index: first}];
	if (tokens[first].text !== undefined) return {text: tokens[first].text, tokens: alone};
	const bytes: number[] = [];
	for (let index = first; index < Math.min(tokens.length, first + MAX_TOKENS); index++) {
		bytes.push(...tokenBytes(tokens[index]));
		const text = decodeWhole(bytes);
		if (text !== null) {
			const run = tokens.slice(first, index + 1).map((token, i) => ({token, index: first + i}));
			return {text, tokens: run};
		}
	}
	return {text: null, tokens: alone};
}

/**
 * A class after tokens that have begun a character: the character, where the bytes of the class complete it; otherwise the
 * class itself.
 */
export function completed(begun: readonly Spelled[], token: Spelled): Spelled {
	if (token.text !== undefined || begun.length === 0) return token;
	const text = decodeWhole([...begun, token].flatMap(tokenBytes));
	return text === null ? token : {text: text.trimStart() || text};
}
