import type {Tokenizer as HubTokenizer} from '@huggingface/tokenizers';
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

function byteDecoder(): (char: string) => number {
	const decoder = new Map(BYTE_CHARACTERS.map((char, byte) => [char, byte]));
	return char => {
		const byte = decoder.get(char);
		if (byte === undefined) throw new Error(`${JSON.stringify(char)} is no byte of the vocabulary.`);
		return byte;
	};
}

/** The token of one byte, where a vocabulary of characters falls back to bytes. */
export const byteToken = (byte: number): string => `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`;

/**
 * The bytes of every token, by id.
 * @param fallsBack whether the vocabulary is one of characters that falls back to bytes; else every character is a byte.
 * @throws Error where an id has no token, or a token no bytes.
 */
export function bytesOfTokens(hub: HubTokenizer, fallsBack: boolean): TokenBytes {
	const encoder = new TextEncoder();
	const byteOf = byteDecoder();
	const special = new Set(hub.get_added_tokens_decoder().keys());
	const spelled = (token: string, id: number) => {
		if (!fallsBack) return special.has(id) ? encoder.encode(token) : Uint8Array.from(token, byteOf);
		const byte = /^<0x([0-9A-F]{2})>$/.exec(token);
		return byte ? Uint8Array.of(Number.parseInt(byte[1], 16)) : encoder.encode(token.replaceAll(SPACE_MARK, ' '));
	};
	const bytes: Uint8Array[] = [];
	for (const [token, id] of hub.get_vocab(true)) bytes[id] = spelled(token, id);
	const missing = bytes.findIndex(token => !token);
	if (missing >= 0) throw new Error(`No token has the id ${missing}.`);
	return new TokenBytes(bytes);
}

/** The bytes of all tokens, one after the other: a vocabulary may have a quarter of a million. */
export class TokenBytes {
	readonly #data: Uint8Array;
	/** Where each token's bytes begin, and where the last one's end. */
	readonly #starts: Uint32Array;

	constructor(tokens: readonly Uint8Array[]) {
		this.#data = concatenated(tokens);
		this.#starts = new Uint32Array(tokens.length + 1);
		for (const [id, {length}] of tokens.entries()) this.#starts[id + 1] = this.#starts[id] + length;
	}

	get size(): number {
		return this.#starts.length - 1;
	}

	/** undefined for an id that no token has. */
	of(id: number): Uint8Array | undefined {
		if (!(Number.isInteger(id) && id >= 0 && id < this.size)) return undefined;
		return this.#data.subarray(this.#starts[id], this.#starts[id + 1]);
	}

	isSameAs(other: TokenBytes): boolean {
		const same = (a: ArrayLike<number>, b: ArrayLike<number>) => {
			if (a.length !== b.length) return false;
			for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
			return true;
		};
		return same(this.#starts, other.#starts) && same(this.#data, other.#data);
	}

	/** Ids of the tokens that have these bytes in them, in order. */
	containing(bytes: Uint8Array): number[] {
		if (bytes.length === 0) return Array.from({length: this.size}, (_, id) => id);
		const ids: number[] = [];
		let id = 0;
		for (let at = this.#data.indexOf(bytes[0]); at >= 0; at = this.#data.indexOf(bytes[0], at + 1)) {
			if (!bytes.every((byte, i) => this.#data[at + i] === byte)) continue;
			while (this.#starts[id + 1] <= at) id++;
			if (at + bytes.length <= this.#starts[id + 1] && ids.at(-1) !== id) ids.push(id);
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
