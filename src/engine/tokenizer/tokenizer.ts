import {EngineError} from '../errors/engine-error.ts';
import {refuse} from '../errors/refusal.ts';
import {beginningOf} from './beginning.ts';
import type {BpeReplay} from './bpe-replay.ts';
import {type WrittenTemplate, writtenTemplate} from './chat/written-template.ts';
import {Encoder} from './encoder.ts';
import type {Part} from './file-parts.ts';
import {hubTokenizer} from './hub-parts.ts';
import {joined, type NormalizationSteps, type Piece, placesOf} from './normalization.ts';
import {bytesOfTokens, concatenated, type TokenBytes} from './token-bytes.ts';
import {checkTokenizerFile} from './tokenizer-file.ts';
import {inLists, type Vocabulary} from './vocabulary.ts';
import {byteLevel, fallingBack, type Writing} from './writing.ts';

/** A token: `text` when its bytes are UTF-8 on their own, `bytes` when it is only part of a character. */
export interface Token {
	id: number;
	text?: string;
	bytes?: number[];
	/** Said of a prompt's tokens: it is written as text and stands for none, such as `<|im_start|>`. */
	special?: true;
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

/** How a tokenizer is made. */
interface TokenizerOptions {
	/** Its tokens and merges, which are many, are known to be right. */
	trusted?: boolean;
	/** How many classes the model has: added tokens beyond them, which it could not read, are left out. */
	classes?: number;
}

/**
 * Byte-pair encoding, byte-level as in GPT-2 or falling back to bytes as in SentencePiece. Every token is a string of bytes, and
 * the bytes of a text's tokens are the UTF-8 of the text, normalised: tokens are shown and counted by their bytes.
 */
export class Tokenizer {
	/** Ids of the tokens that come before every text, unless a person wants none: `<|begin_of_text|>`; often none. */
	readonly beginning: readonly number[];
	/** How the model writes a conversation; null for one that was not trained on any. */
	readonly chat: WrittenTemplate | null;
	readonly #vocabulary: Vocabulary;
	readonly #bytes: TokenBytes;
	readonly #tokens: Token[] = [];
	/** Those that stand for no text, `<|endoftext|>`. An added token that is not special, such as Gemma 3's line breaks, is its text. */
	readonly #special: ReadonlySet<number>;
	readonly #steps: NormalizationSteps;
	readonly #writing: Writing;
	readonly #encoder: Encoder;
	/** What `idsIn` found, four bytes a token; it goes with either of the two. */
	readonly #idsIn = new WeakMap<Tokenizer, Int32Array>();
	/** The last long text: every request about it would encode it again, a fifth of a second for a chapter. */
	#lastLong: {text: string; ids: readonly number[]} = {text: '', ids: []};

	/** From the contents of `tokenizer.json` and `tokenizer_config.json`. @throws EngineError `bad-model`. */
	constructor(tokenizer: unknown, config: unknown, options: TokenizerOptions = {}) {
		const checked = checkTokenizerFile(tokenizer, config, options);
		const {file, vocabulary, added, fallsBack, steps, tokensInText, canCut} = checked;
		this.#vocabulary = vocabulary;
		this.#steps = steps;
		this.chat = writtenTemplate(config);
		this.#special = new Set(added.filter(({special}) => special).map(({id}) => id));
		try {
			const hub = hubTokenizer(file, config, vocabulary);
			this.#bytes = bytesOfTokens(vocabulary.tokens, new Set(added.map(({id}) => id)), fallsBack);
			this.beginning = beginningOf(file.post_processor, config, token => vocabulary.ids.get(token));
			this.#writing = fallsBack ? fallingBack(vocabulary) : byteLevel(hub, tokensInText, canCut);
			const byContent = new Map(added.map(({content, id}) => [content, id]));
			this.#encoder = new Encoder(hub, vocabulary, byContent, steps, this.#writing);
		} catch (error) {
			if (error instanceof EngineError) throw error;
			throw new EngineError('bad-model', refuse('tokenizer-broken'), {cause: error});
		}
	}

	/** The contents of its `tokenizer.json` in the form in which they are kept: they are opened in a fraction of the time. */
	kept(file: unknown): unknown {
		return inLists(file as Part, this.#vocabulary);
	}

	/** How many tokens there are. */
	get size(): number {
		return this.#bytes.size;
	}

	/** Whether the same id means the same bytes in both. */
	hasTokensOf(other: Tokenizer): boolean {
		return this.#bytes.isSameAs(other.#bytes);
	}

	/**
	 * The id of each token in another tokenizer, [size]: of the token with the same bytes, -1 where it has none. Of several with the
	 * same bytes the first counts, on either side. They are looked for once.
	 */
	idsIn(other: Tokenizer): Int32Array {
		const known = this.#idsIn.get(other);
		if (known) return known;
		const ids = this.#bytes.idsIn(other.#bytes);
		this.#idsIn.set(other, ids);
		return ids;
	}

	/** Token ids of a text. A lone surrogate counts as U+FFFD, as in UTF-8. */
	encode(text: string): number[] {
		if (text === this.#lastLong.text) return [...this.#lastLong.ids];
		const ids = this.#encoder.encode(text.toWellFormed());
		if (text.length >= LONG_TEXT) this.#lastLong = {text, ids: [...ids]};
		return ids;
	}

	/** Token ids of what stands behind another text, such as a label: what is put before a text (the `▁` of Llama 2) is not put there. */
	encodeRest(text: string): number[] {
		return this.#encoder.encodeRest(text.toWellFormed());
	}

	/**
	 * Encode a long text ahead, in pieces between which other tasks run; `encode` then has its tokens at once.
	 * @throws the signal's reason.
	 */
	async prepare(text: string, signal?: AbortSignal): Promise<void> {
		if (text.length < LONG_TEXT || text === this.#lastLong.text) return;
		this.#lastLong = {text, ids: await this.#encoder.encodeInPieces(text.toWellFormed(), signal)};
	}

	/** The text of tokens; an incomplete character at the end is left out, elsewhere it becomes U+FFFD. */
	decode(ids: readonly number[]): string {
		return new TextDecoder('utf-8', {ignoreBOM: true}).decode(concatenated(ids.map(id => this.#bytesOf(id))), {
			stream: true,
		});
	}

	/** The bytes of every token, by id; null for special tokens, which stand for no text. */
	get plainBytes(): (Uint8Array | null)[] {
		return Array.from({length: this.size}, (_, id) => (this.#special.has(id) ? null : this.#bytesOf(id)));
	}

	token(id: number): Token {
		this.#tokens[id] ??= toToken(id, this.#bytesOf(id));
		return this.#tokens[id];
	}

	/** A token of a prompt. */
	promptToken(id: number): Token {
		return this.#special.has(id) ? {...this.token(id), special: true} : this.token(id);
	}

	/** Where each token is in the text it was encoded from. A token that was put in, such as a leading `▁`, is nowhere in it. */
	spans(text: string, ids: readonly number[]): Span[] {
		const pieces: Piece[] = [];
		let start = 0;
		for (const section of this.#encoder.sections(text.toWellFormed())) {
			for (const piece of this.#encoder.normalized(section))
				pieces.push({...piece, start: start + piece.start, end: start + piece.end});
			start += section.length;
		}
		const {from, to} = placesOf(pieces, this.#steps.marksSpaces);
		let at = 0;
		return ids.map(id => {
			const first = at;
			at += this.#bytesOf(id).length;
			return {start: from[first], end: to[at - 1]};
		});
	}

	/**
	 * The words that a text is split into before any merge: no token crosses their borders. A space belongs to the word after
	 * it.
	 */
	words(text: string): Word[] {
		const words: Word[] = [];
		let start = 0;
		for (const section of this.#encoder.sections(text.toWellFormed())) {
			for (const word of this.#wordsIn(section)) words.push({start: start + word.start, end: start + word.end});
			start += section.length;
		}

		return words;
	}

	#wordsIn(section: string): Word[] {
		const pieces = this.#encoder.normalized(section);
		const {from, to} = placesOf(pieces, this.#steps.marksSpaces);
		const words: Word[] = [];
		let at = 0;
		for (const {written, id} of this.#encoder.wordsOf(joined(pieces))) {
			const start = from[at];
			at += id === null ? this.#writing.byteLength(written) : this.#bytesOf(id).length;
			const [end, last] = [to[at - 1], words.at(-1)];
			// Words that share a character that was composed are one.
			if (last && start < last.end) last.end = end;
			else if (start < end) words.push({start, end});
		}
		return words;
	}

	/** How many merges byte-pair encoding knows. */
	get mergeCount(): number {
		return this.#vocabulary.ranks.size;
	}

	/** Byte-pair encoding of one word, merge by merge. The word is one of `words`; of several only the first is taken. */
	replay(word: string): BpeReplay {
		return this.#encoder.replay(word);
	}

	/** Ids of all tokens whose text contains the query, in order of id. */
	containing(query: string): number[] {
		const ids = this.#bytes.containing(new TextEncoder().encode(query));
		return ids.filter(id => this.token(id).text?.includes(query));
	}

	#bytesOf(id: number): Uint8Array {
		const bytes = this.#bytes.of(id);
		if (!bytes) throw new EngineError('bad-parameter', refuse('token-missing', {id, size: this.size}));
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
