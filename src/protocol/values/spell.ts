import type {Token} from './prompt.ts';

/** The text of tokens, some of which are only part of a character. */

const decoder = new TextDecoder('utf-8', {fatal: true, ignoreBOM: true});

/** Text of bytes that are whole characters, else null. */
export function decodeWhole(bytes: readonly number[]): string | null {
	try {
		return decoder.decode(Uint8Array.from(bytes));
	} catch {
		return null;
	}
}

const encoder = new TextEncoder();

/** A token's UTF-8 bytes. */
export const tokenBytes = (token: Pick<Token, 'text' | 'bytes'>): readonly number[] =>
	token.text === undefined ? (token.bytes ?? []) : [...encoder.encode(token.text)];

const lenient = new TextDecoder('utf-8', {ignoreBOM: true});

/** A token as a request names it: its id and its spelling, without anything else that is known of it. */
export const spelledToken = ({id, text, bytes}: Token): Token => ({id, text, bytes});

/** The text that tokens spell together; bytes that never become a character are left out. */
export function spell(tokens: readonly Pick<Token, 'text' | 'bytes'>[]): string {
	if (tokens.every(token => token.text !== undefined)) return tokens.map(token => token.text).join('');
	const bytes = tokens.flatMap(tokenBytes);
	const whole = decodeWhole(bytes);
	if (whole !== null) return whole;
	// A true U+FFFD is in the bytes as EF BF BD; those that the decoder adds are dropped.
	const MADE_UP = '\ufffd';
	return lenient
		.decode(Uint8Array.from(protectReplacement(bytes)))
		.replaceAll(MADE_UP, '')
		.replaceAll(STAND_IN, MADE_UP);
}

// A noncharacter that replaces a true U+FFFD while the decoder's own ones are removed.
const STAND_IN = '\ufdd0';
const STAND_IN_BYTES = [0xef, 0xb7, 0x90];

function protectReplacement(bytes: readonly number[]): number[] {
	const out: number[] = [];
	for (let i = 0; i < bytes.length; i++) {
		if (bytes[i] === 0xef && bytes[i + 1] === 0xbf && bytes[i + 2] === 0xbd) {
			out.push(...STAND_IN_BYTES);
			i += 2;
		} else out.push(bytes[i]);
	}
	return out;
}
