import {Tokenizer as HubTokenizer} from '@huggingface/tokenizers';
import {refuse} from '../../refusals/refusal.ts';
import {EngineError} from '../errors.ts';
import {nextTask} from '../model/next-task.ts';
import {type BpeReplay, replayMerges} from './bpe-replay.ts';
import {LONG_WORD, mergeInSteps, textPieces} from './long-text.ts';
import {BYTE_CHARACTERS, byteStarts, bytesOfTokens} from './token-bytes.ts';
import {checkTokenizerFile} from './tokenizer-file.ts';
import {withUnicodeWhiteSpace} from './white-space.ts';

/** A token: `text` when its bytes are UTF-8 on their own, `bytes` when it is only part of a character. */
export interface Token {
	id: number;
	text?: string;
	bytes?: number[];
}

/** Texts of this many UTF-16 units take long enough to encode that their tokens are kept. */
const LONG_TEXT = 2000;

/** UTF-16 offsets of a token in its text, [start, end). Tokens that share a character all have its offsets. */
export interface Span {
	start: number;
	end: number;
}

/** UTF-16 offsets of a word in its text, [start, end). */
export type Word = Span;

/** The source of a regular expression that matches exactly this text. */
const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/**
 * GPT-2's byte-level BPE. Every token is a string of bytes, and the bytes of a text's tokens are the text's UTF-8: tokens
 * are shown and counted by their bytes.
 */
export class Tokenizer {
	readonly #hub: HubTokenizer;
	readonly #bytes: readonly Uint8Array[];
	readonly #tokens: Token[] = [];
	/** Tokens that are found in a text before it is split into words: `<|endoftext|>`. */
	readonly #special: ReadonlySet<string>;
	/** Splits a text around them. */
	readonly #specials: RegExp;
	/** Whether a long text can be cut into pieces that are encoded alone. */
	readonly #canCut: boolean;
	/** The last long text: every request about it would encode it again, a fifth of a second for a chapter. */
	#lastLong: {text: string; ids: readonly number[]} = {text: '', ids: []};

	/** From the contents of `tokenizer.json` and `tokenizer_config.json`. @throws EngineError `bad-model`. */
	constructor(tokenizer: unknown, config: unknown, {trusted = false} = {}) {
		const {file, canCut} = checkTokenizerFile(tokenizer, config, trusted);
		this.#canCut = canCut;
		try {
			this.#hub = new HubTokenizer(withUnicodeWhiteSpace(file), config as object);
			this.#bytes = bytesOfTokens(this.#hub);
			this.#special = new Set(Array.from(this.#hub.get_added_tokens_decoder().values(), token => token.content));
			this.#specials = new RegExp(`(${[...this.#special].map(escaped).join('|') || '(?!)'})`);
		} catch (error) {
			throw new EngineError('bad-model', refuse('tokenizer-broken'), {cause: error});
		}
	}

	/** How many tokens there are. */
	get size(): number {
		return this.#bytes.length;
	}

	/** Whether the same id means the same bytes in both. */
	hasTokensOf(other: Tokenizer): boolean {
		const same = (a: Uint8Array, b: Uint8Array) => a.length === b.length && a.every((byte, i) => byte === b[i]);
		return this.size === other.size && this.#bytes.every((bytes, id) => same(bytes, other.#bytes[id]));
	}

	/** Token ids of a text. A lone surrogate counts as U+FFFD, as in UTF-8. */
	encode(text: string): number[] {
		if (text === this.#lastLong.text) return [...this.#lastLong.ids];
		const {ids} = this.#hub.encode(text.toWellFormed(), {add_special_tokens: false});
		if (text.length >= LONG_TEXT) this.#lastLong = {text, ids: [...ids]};
		return ids;
	}

	/**
	 * Encode a long text ahead, in pieces between which other tasks run; `encode` then has its tokens at once.
	 * @throws the signal's reason.
	 */
	async prepare(text: string, signal?: AbortSignal): Promise<void> {
		if (text.length < LONG_TEXT || text === this.#lastLong.text || !this.#canCut) return;
		const pause = async () => {
			await nextTask();
			signal?.throwIfAborted();
		};
		const ids: number[] = [];
		for (const piece of textPieces(text.toWellFormed(), [...this.#special])) {
			await pause();
			const encoded =
				piece.length > LONG_WORD
					? await this.#encodeUncut(piece, pause)
					: this.#hub.encode(piece, {add_special_tokens: false}).ids;
			for (const id of encoded) ids.push(id);
		}
		this.#lastLong = {text, ids};
	}

	/** Encode a piece that could not be cut further: a few words of which some are long, or special tokens. */
	async #encodeUncut(piece: string, pause: () => Promise<void>): Promise<readonly number[]> {
		const ids: number[] = [];
		let done = 0;
		for (const {start, end} of this.words(piece)) {
			const word = piece.slice(start, end);
			const encoded =
				word.length > LONG_WORD
					? await this.#encodeWord(word, pause)
					: this.#hub.encode(word, {add_special_tokens: false}).ids;
			for (const id of encoded) ids.push(id);
			done += word.length;
			if (done > LONG_WORD) {
				done = 0;
				await pause();
			}
		}
		return ids;
	}

	/** Encode a single long word. */
	async #encodeWord(word: string, pause: () => Promise<void>): Promise<readonly number[]> {
		const characters = Array.from(new TextEncoder().encode(word), byte => BYTE_CHARACTERS[byte]);
		const symbols = await mergeInSteps(
			characters,
			(left, right) => this.#ranks.get(JSON.stringify([left, right])),
			pause,
		);
		return symbols.map(symbol => this.#hub.token_to_id(symbol)!);
	}

	/** The text of tokens; an incomplete character at the end is left out, elsewhere it becomes U+FFFD. */
	decode(ids: readonly number[]): string {
		return new TextDecoder('utf-8', {ignoreBOM: true}).decode(this.#concat(ids), {stream: true});
	}

	token(id: number): Token {
		this.#tokens[id] ??= toToken(id, this.#bytesOf(id));
		return this.#tokens[id];
	}

	/** Where each token is in the text it was encoded from. */
	spans(text: string, ids: readonly number[]): Span[] {
		const starts = byteStarts(text.toWellFormed());
		let at = 0;
		return ids.map(id => {
			const first = at;
			at += this.#bytesOf(id).length;
			// A token may begin or end within a character: it then spans the whole of it.
			let end = at;
			while (end < starts.length - 1 && starts[end] === starts[at - 1]) end++;
			return {start: starts[first], end: starts[end]};
		});
	}

	/**
	 * The words that a text is split into before any merge: no token crosses their borders. A space belongs to the word after
	 * it.
	 */
	words(text: string): Word[] {
		const words: Word[] = [];
		let start = 0;
		for (const [i, part] of text.toWellFormed().split(this.#specials).entries()) {
			// Every second part is a special token, which counts as a word.
			const lengths = i % 2 === 1 ? [part.length] : this.#wordLengths(part);
			for (const length of lengths) {
				if (length === 0) continue;
				words.push({start, end: start + length});
				start += length;
			}
		}

		return words;
	}

	/** How many merges byte-pair encoding knows. */
	get mergeCount(): number {
		return this.#ranks.size;
	}

	/** Rank of every merge, by its two symbols as JSON. */
	get #ranks(): ReadonlyMap<string, number> {
		return (this.#hub.model as unknown as {bpe_ranks: ReadonlyMap<string, number>}).bpe_ranks;
	}

	/** Byte-pair encoding of one word, merge by merge. The word is one of `words`; of several only the first is taken. */
	replay(word: string): BpeReplay {
		const [first] = this.words(word);
		const text = first ? word.toWellFormed().slice(first.start, first.end) : '';
		const id = (token: string) => this.#hub.token_to_id(token)!;
		if (this.#special.has(text)) return {start: [id(text)], steps: []};
		const symbols = [...(this.#hub.pre_tokenizer?.(text)[0] ?? '')];
		return replayMerges(symbols, (left, right) => this.#ranks.get(JSON.stringify([left, right])), id);
	}

	/** Ids of all tokens whose text contains the query, in order of id. */
	containing(query: string): number[] {
		const ids: number[] = [];
		for (let id = 0; id < this.size; id++) {
			if (this.token(id).text?.includes(query)) ids.push(id);
		}

		return ids;
	}

	/** Lengths in UTF-16 of the words of a text without special tokens. */
	#wordLengths(text: string): number[] {
		const starts = byteStarts(text);
		let at = 0;
		return (text === '' ? [] : (this.#hub.pre_tokenizer?.(text) ?? [])).map(word => {
			const from = starts[at];
			// The vocabulary writes every byte as one character.
			at += word.length;
			return starts[at] - from;
		});
	}

	#bytesOf(id: number): Uint8Array {
		const bytes = this.#bytes[id];
		if (!bytes) throw new EngineError('bad-parameter', refuse('token-missing', {id, size: this.size}));
		return bytes;
	}

	#concat(ids: readonly number[]): Uint8Array {
		const parts = ids.map(id => this.#bytesOf(id));
		const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
		let at = 0;
		for (const part of parts) {
			bytes.set(part, at);
			at += part.length;
		}

		return bytes;
	}
}

const strictDecoder = new TextDecoder('utf-8', {fatal: true, ignoreBOM: true});

function toToken(id: number, bytes: Uint8Array): Token {
	try {
		return {id, text: strictDecoder.decode(bytes)};
	} catch {
		return {id, bytes: [...bytes]};
	}
}
