import {t} from '../../client/browser/i18n.ts';
import type {Token} from '../../protocol/values/prompt.ts';

/**
 * Tokens made visible. A space is `·`, a newline `↵`; every other character that cannot be seen (NUL, joiners, bidi marks)
 * shows its name or code point, and bytes that are only part of a character show as hex. A replacement character is
 * never shown as itself: a reader could not tell it from a failure of ours.
 */

/** `text` is shown as it is; a `mark` is shown for a character that cannot be seen; `bytes` for part of a character. */
export interface VisiblePart {
	kind: 'text' | 'mark' | 'bytes';
	shown: string;
	/** The characters that it shows; empty for bytes. */
	raw: string;
}

// Controls, formats, separators, lone surrogates, what fonts leave out (variation selectors, fillers), the blank of braille,
// and the replacement character.
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zs}\p{Zl}\p{Zp}\p{Cs}\p{Default_Ignorable_Code_Point}\u2800\ufffd]/gu;
const LEADING_MARK = /^\p{M}/u;
const DOTTED_CIRCLE = '\u25cc';

const hex = (value: number, width: number) => value.toString(16).toUpperCase().padStart(width, '0');

// Names from ASCII (ANSI X3.4); the pictures Unicode has for them (␀) are missing in many fonts.
const CONTROLS = (
	'NUL SOH STX ETX EOT ENQ ACK BEL BS HT LF VT FF CR SO SI ' +
	'DLE DC1 DC2 DC3 DC4 NAK SYN ETB CAN EM SUB ESC FS GS RS US'
).split(' ');

/** How a character without a shape is shown. */
function visibleCharacter(character: string): string {
	if (character === ' ') return '·';
	if (character === '\n') return '↵';
	if (character === '\t') return '⇥';
	const code = character.codePointAt(0)!;
	if (code < 0x20) return `⟨${CONTROLS[code]}⟩`;
	if (code === 0x7f) return '⟨DEL⟩';
	return `⟨U+${hex(code, 4)}⟩`;
}

/** Text cut into parts that can be seen as they are and parts that need a mark. */
export function visibleParts(text: string): VisiblePart[] {
	const parts: VisiblePart[] = [];
	let end = 0;
	const plain = (to: number) => {
		if (to <= end) return;
		const raw = text.slice(end, to);
		// A combining mark after a stand-in gets a dotted circle, so that it does not combine with the stand-in.
		parts.push({kind: 'text', raw, shown: LEADING_MARK.test(raw) ? DOTTED_CIRCLE + raw : raw});
	};
	for (const match of text.matchAll(UNSEEN)) {
		plain(match.index);
		parts.push({kind: 'mark', raw: match[0], shown: visibleCharacter(match[0])});
		end = match.index + match[0].length;
	}
	plain(text.length);
	return parts;
}

/** Bytes that are not a character on their own: `⟨F0 9F⟩`. */
export const visibleBytes = (bytes: readonly number[]) => `⟨${bytes.map(byte => hex(byte, 2)).join(' ')}⟩`;

/** A token cut into its visible parts. Bytes before a part of a character are shown as bytes. */
export function tokenParts(token: Pick<Token, 'text' | 'bytes'>): VisiblePart[] {
	if (token.text !== undefined) return visibleParts(token.text);
	const bytes = token.bytes ?? [];
	// A byte below 0x80 is always a whole character in UTF-8.
	const whole = bytes.findIndex(byte => byte >= 0x80);
	if (whole <= 0) return [{kind: 'bytes', raw: '', shown: visibleBytes(bytes)}];
	return [
		...visibleParts(String.fromCharCode(...bytes.slice(0, whole))),
		{kind: 'bytes', raw: '', shown: visibleBytes(bytes.slice(whole))},
	];
}

/** A token as one visible string, for places that take no markup. */
export const visibleToken = (token: Pick<Token, 'text' | 'bytes'>) =>
	tokenParts(token)
		.map(part => part.shown)
		.join('');

/** Wrap text that runs from right to left, or the other way, so that the text around it keeps its order. */
export const isolate = (text: string) => `\u2068${text}\u2069`;

/** A token in words, for screen readers: a space is said, since it is part of the class. */
export function spokenToken(token: Pick<Token, 'text' | 'bytes'>): string {
	return tokenParts(token)
		.map(part => {
			if (part.raw === ' ') return t('common_spoken_space');
			if (part.raw === '\n') return t('common_spoken_newline');
			if (part.raw === '\t') return t('common_spoken_tab');
			return part.kind === 'bytes' ? t('common_spoken_bytes', {shown: part.shown}) : part.shown;
		})
		.join(' ');
}
