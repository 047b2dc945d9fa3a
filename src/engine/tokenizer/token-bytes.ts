import {SPACE_MARK} from './normalization.ts';

/** Tokens, characters and bytes: a token is a string of bytes, which its vocabulary writes in characters of its own. */

/**
 * GPT-2 writes bytes as printable characters in its vocabulary: a printable Latin-1 byte as itself, the other bytes
 * as the characters from U+0100 on (`bytes_to_unicode` in OpenAI's encoder.py).
 */
export const BYTE_CHARACTERS: readonly string[] = byteCharacters();

function byteCharacters(): string[] {
	let next = 0x100;
	return Array.from({length: 256}, (_, byte) => {
		const printable = (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
		return String.fromCodePoint(printable ? byte : next++);
	});
}

/** The byte of each character, by its code; -1 for one that stands for none. */
const CHARACTER_BYTES = Int16Array.from({length: 0x144}, (_, code) =>
	BYTE_CHARACTERS.indexOf(String.fromCodePoint(code)),
);

/** The token of one byte, where a vocabulary of characters falls back to bytes. */
export const byteToken = (byte: number): string => `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`;

/**
 * The bytes of every token, by id.
 * @param added ids of the added tokens, which are written as text where every other token's characters are bytes.
 * @param fallsBack whether the vocabulary is one of characters that falls back to bytes; else every character is a byte.
 * @throws Error for a token that has no bytes.
 */
export function bytesOfTokens(tokens: readonly string[], added: ReadonlySet<number>, fallsBack: boolean): TokenBytes {
	const starts = new Uint32Array(tokens.length + 1);
	// UTF-8 takes at most three bytes for a UTF-16 unit.
	const data = new Uint8Array(3 * tokens.reduce((sum, {length}) => sum + length, 0));
	const encoder = new TextEncoder();
	let at = 0;
	const writeText = (text: string) => {
		at += encoder.encodeInto(text, data.subarray(at)).written;
	};
	for (const [id, token] of tokens.entries()) {
		if (fallsBack) {
			const byte = /^<0x([0-9A-F]{2})>$/.exec(token);
			if (byte) data[at++] = Number.parseInt(byte[1], 16);
			else writeText(token.replaceAll(SPACE_MARK, ' '));
		} else if (added.has(id)) writeText(token);
		else {
			for (let i = 0; i < token.length; i++) {
				const byte = CHARACTER_BYTES[token.charCodeAt(i)] ?? -1;
				if (byte < 0) throw new Error(`${JSON.stringify(token[i])} is no byte of the vocabulary.`);
				data[at++] = byte;
			}
		}
		starts[id + 1] = at;
	}
	return new TokenBytes(data.slice(0, at), starts);
}

/** The bytes of all tokens, one after the other: a vocabulary may have a quarter of a million. */
export class TokenBytes {
	/** @param starts where each token's bytes begin, and where the last one's end. */
	constructor(
		private readonly data: Uint8Array,
		private readonly starts: Uint32Array,
	) {}

	get size(): number {
		return this.starts.length - 1;
	}

	/** undefined for an id that no token has. */
	of(id: number): Uint8Array | undefined {
		if (!(Number.isInteger(id) && id >= 0 && id < this.size)) return undefined;
		return this.data.subarray(this.starts[id], this.starts[id + 1]);
	}

	isSameAs(other: TokenBytes): boolean {
		const same = (a: ArrayLike<number>, b: ArrayLike<number>) => {
			if (a.length !== b.length) return false;
			for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
			return true;
		};
		return same(this.starts, other.starts) && same(this.data, other.data);
	}

	/** The id of each token in another vocabulary, [size], as `Tokenizer.idsIn` has them. */
	idsIn(other: TokenBytes): Int32Array {
		const ids = new Map<string, number>();
		for (let id = other.size - 1; id >= 0; id--) ids.set(other.key(id), id);
		return Int32Array.from({length: this.size}, (_, id) => {
			const key = this.key(id);
			const found = ids.get(key) ?? -1;
			ids.delete(key);
			return found;
		});
	}

	/** A token's bytes as a string, a character each. */
	private key(id: number): string {
		let key = '';
		for (let at = this.starts[id]; at < this.starts[id + 1]; at++) key += String.fromCharCode(this.data[at]);
		return key;
	}

	/** Ids of the tokens that have these bytes in them, in order. */
	containing(bytes: Uint8Array): number[] {
		if (bytes.length === 0) return Array.from({length: this.size}, (_, id) => id);
		const ids: number[] = [];
		let id = 0;
		for (let at = this.data.indexOf(bytes[0]); at >= 0; at = this.data.indexOf(bytes[0], at + 1)) {
			if (!bytes.every((byte, i) => this.data[at + i] === byte)) continue;
			while (this.starts[id + 1] <= at) id++;
			if (at + bytes.length <= this.starts[id + 1] && ids.at(-1) !== id) ids.push(id);
		}
		return ids;
	}
}

export function concatenated(parts: readonly Uint8Array[]): Uint8Array {
	const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
	let at = 0;
	for (const part of parts) {
		bytes.set(part, at);
		at += part.length;
	}
	return bytes;
}
