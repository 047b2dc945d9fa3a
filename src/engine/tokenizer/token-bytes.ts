import type {Tokenizer as HubTokenizer} from '@huggingface/tokenizers';

/** Tokens, characters and bytes: a token is a string of bytes, and its vocabulary writes every byte as one character. */

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

/** The bytes of every token, by id. @throws Error where an id has no token, or a token no bytes. */
export function bytesOfTokens(hub: HubTokenizer): Uint8Array[] {
	const byteOf = byteDecoder();
	const special = new Set(hub.get_added_tokens_decoder().keys());
	const bytes: Uint8Array[] = [];
	for (const [token, id] of hub.get_vocab(true)) {
		bytes[id] = special.has(id) ? new TextEncoder().encode(token) : Uint8Array.from(token, byteOf);
	}

	const missing = bytes.findIndex(token => !token);
	if (missing >= 0) throw new Error(`No token has the id ${missing}.`);
	return bytes;
}

/** For every byte of the text's UTF-8, and one past it: the UTF-16 offset at which its character starts. */
export function byteStarts(text: string): Uint32Array {
	const starts = new Uint32Array(new TextEncoder().encode(text).length + 1);
	let byte = 0;
	let offset = 0;
	for (const character of text) {
		const code = character.codePointAt(0)!;
		const length = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x1_0000 ? 3 : 4;
		starts.fill(offset, byte, byte + length);
		byte += length;
		offset += character.length;
	}

	starts[byte] = offset;
	return starts;
}
