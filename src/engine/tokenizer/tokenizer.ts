import {Tokenizer as HubTokenizer} from '@huggingface/tokenizers';
import {refuse} from '../../refusals/refusal.ts';
import {type WrittenTemplate, writtenTemplate} from '../chat/written-template.ts';
import {EngineError} from '../errors.ts';
import {nextTask} from '../model/next-task.ts';
import {beginningOf} from './beginning.ts';
import {type BpeReplay, replayMerges} from './bpe-replay.ts';
import {partsOfHub} from './hub-parts.ts';
import {LONG_WORD, mergeInSteps} from './long-text.ts';
import {joined, type NormalizationSteps, normalized, type Piece, placesOf} from './normalization.ts';
import {bytesOfTokens, concatenated, type TokenBytes} from './token-bytes.ts';
import {checkTokenizerFile} from './tokenizer-file.ts';
import {withUnicodeWhiteSpace} from './white-space.ts';
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

/** A word as the vocabulary writes it, or an added token. */
interface WrittenWord {
	written: string;
	/** null for a word. */
	id: number | null;
}

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
	readonly #hub: HubTokenizer;
	readonly #bytes: TokenBytes;
	readonly #tokens: Token[] = [];
	/** Tokens that are found in a text before it is split into words: `<|endoftext|>`. */
	readonly #added: ReadonlyMap<string, number>;
	readonly #special: ReadonlySet<number>;
	readonly #steps: NormalizationSteps;
	readonly #writing: Writing;
	/** The last long text: every request about it would encode it again, a fifth of a second for a chapter. */
	#lastLong: {text: string; ids: readonly number[]} = {text: '', ids: []};

	/** From the contents of `tokenizer.json` and `tokenizer_config.json`. @throws EngineError `bad-model`. */
	constructor(tokenizer: unknown, config: unknown, options: TokenizerOptions = {}) {
		const {file, fallsBack, steps, tokensInText, canCut} = checkTokenizerFile(tokenizer, config, options);
		this.#steps = steps;
		this.chat = writtenTemplate(config);
		try {
			this.#hub = new HubTokenizer(withUnicodeWhiteSpace(file), config as object);
			this.#bytes = bytesOfTokens(this.#hub, fallsBack);
			const added = [...this.#hub.get_added_tokens_decoder().values()];
			this.#added = new Map(added.map(({content, id}) => [content, id]));
			this.#special = new Set(added.filter(({special}) => special).map(({id}) => id));
			this.beginning = beginningOf(file.post_processor, config, token => this.#hub.token_to_id(token));
			this.#writing = fallsBack ? fallingBack(this.#hub) : byteLevel(this.#hub, tokensInText, canCut);
		} catch (error) {
			if (error instanceof EngineError) throw error;
			throw new EngineError('bad-model', refuse('tokenizer-broken'), {cause: error});
		}
	}

	/** How many tokens there are. */
	get size(): number {
		return this.#bytes.size;
	}

	/** Whether the same id means the same bytes in both. */
	hasTokensOf(other: Tokenizer): boolean {
		return this.#bytes.isSameAs(other.#bytes);
	}

	/** Token ids of a text. A lone surrogate counts as U+FFFD, as in UTF-8. */
	encode(text: string): number[] {
		if (text === this.#lastLong.text) return [...this.#lastLong.ids];
		const wellFormed = text.toWellFormed();
		// Where a whole text is one word, its parts between borders that no token crosses are merged much sooner.
		const ids = this.#steps.marksSpaces
			? this.#sections(wellFormed).flatMap(section => this.#encodeSection(section))
			: this.#hub.encode(wellFormed, {add_special_tokens: false}).ids;
		if (text.length >= LONG_TEXT) this.#lastLong = {text, ids: [...ids]};
		return ids;
	}

	/**
	 * Encode a long text ahead, in pieces between which other tasks run; `encode` then has its tokens at once.
	 * @throws the signal's reason.
	 */
	async prepare(text: string, signal?: AbortSignal): Promise<void> {
		if (text.length < LONG_TEXT || text === this.#lastLong.text) return;
		const pause = async () => {
			await nextTask();
			signal?.throwIfAborted();
		};
		const ids: number[] = [];
		let done = Infinity;
		for (const section of this.#sections(text.toWellFormed())) {
			for (const piece of this.#piecesOf(section)) {
				if (done > LONG_WORD / 2) {
					done = 0;
					await pause();
				}
				for (const word of this.#wordsOf(piece)) {
					const encoded = word.written.length > LONG_WORD ? await this.#mergeWord(word, pause) : this.#encodeWord(word);
					for (const id of encoded) ids.push(id);
					done += word.written.length;
					if (done <= LONG_WORD) continue;
					done = 0;
					await pause();
				}
			}
		}
		this.#lastLong = {text, ids};
	}

	/** A text cut around the added tokens that are looked for before it is normalised. */
	#sections(text: string): string[] {
		return partsOfHub(this.#hub).splitter_unnormalized.split(text);
	}

	/** A section, normalised, in parts that can be encoded alone. */
	#piecesOf(section: string): Iterable<string> {
		return this.#added.has(section) ? [section] : this.#writing.pieces(joined(normalized(section, this.#steps)));
	}

	/** Words of a normalised text; added tokens are words too. */
	#wordsOf(text: string): WrittenWord[] {
		const parts = this.#added.has(text) ? [text] : partsOfHub(this.#hub).splitter_normalized.split(text);
		return parts.flatMap((part): WrittenWord[] => {
			const id = this.#added.get(part);
			if (id !== undefined) return [{written: part, id}];
			return this.#writing.words(part).map(written => ({written, id: null}));
		});
	}

	#encodeSection(section: string): number[] {
		return [...this.#piecesOf(section)].flatMap(piece => this.#wordsOf(piece).flatMap(word => this.#encodeWord(word)));
	}

	#encodeWord({written, id}: WrittenWord): number[] {
		return id === null ? this.#idsOf(partsOfHub(this.#hub).model.encode([written])) : [id];
	}

	/** Encode a word that is so long that it is merged step by step. */
	async #mergeWord({written}: WrittenWord, pause: () => Promise<void>): Promise<number[]> {
		const {bpe_ranks: ranks} = partsOfHub(this.#hub).model;
		const rank = (left: string, right: string) => ranks.get(JSON.stringify([left, right]));
		return this.#idsOf(await mergeInSteps(this.#writing.symbols(written), rank, pause));
	}

	#idsOf(symbols: readonly string[]): number[] {
		return symbols.map(symbol => this.#hub.token_to_id(symbol)!);
	}

	/** The text of tokens; an incomplete character at the end is left out, elsewhere it becomes U+FFFD. */
	decode(ids: readonly number[]): string {
		return new TextDecoder('utf-8', {ignoreBOM: true}).decode(concatenated(ids.map(id => this.#bytesOf(id))), {
			stream: true,
		});
	}

	/** The bytes of every token, by id; null for special tokens, which stand for no text. */
	get plainBytes(): (Uint8Array | null)[] {
		const special = new Set(this.#hub.get_added_tokens_decoder().keys());
		return Array.from({length: this.size}, (_, id) => (special.has(id) ? null : this.#bytesOf(id)));
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
		for (const section of this.#sections(text.toWellFormed())) {
			for (const piece of this.#normalized(section))
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

	#normalized(section: string): Piece[] {
		if (!this.#added.has(section)) return normalized(section, this.#steps);
		return [{text: section, start: 0, end: section.length, same: true}];
	}

	/**
	 * The words that a text is split into before any merge: no token crosses their borders. A space belongs to the word after
	 * it.
	 */
	words(text: string): Word[] {
		const words: Word[] = [];
		let start = 0;
		for (const section of this.#sections(text.toWellFormed())) {
			for (const word of this.#wordsIn(section)) words.push({start: start + word.start, end: start + word.end});
			start += section.length;
		}

		return words;
	}

	#wordsIn(section: string): Word[] {
		const pieces = this.#normalized(section);
		const {from, to} = placesOf(pieces, this.#steps.marksSpaces);
		const words: Word[] = [];
		let at = 0;
		for (const {written, id} of this.#wordsOf(joined(pieces))) {
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
		return partsOfHub(this.#hub).model.bpe_ranks.size;
	}

	/** Byte-pair encoding of one word, merge by merge. The word is one of `words`; of several only the first is taken. */
	replay(word: string): BpeReplay {
		const [section] = this.#sections(word.toWellFormed());
		// What comes before a text comes before its first word alone, and the others begin with a space.
		const prepend = word.startsWith(' ') ? '' : this.#steps.prepend;
		const isAdded = section === undefined || this.#added.has(section);
		const [first, second] = this.#wordsOf(
			isAdded ? (section ?? '') : joined(normalized(section, {...this.#steps, prepend})),
		);
		if (first === undefined) return {start: [], steps: []};
		if (first.id !== null) return {start: [first.id], steps: []};
		const {bpe_ranks: ranks} = partsOfHub(this.#hub).model;
		const written = first.written === prepend && second?.id === null ? first.written + second.written : first.written;
		return replayMerges(
			this.#writing.symbols(written),
			(left, right) => ranks.get(JSON.stringify([left, right])),
			symbol => this.#hub.token_to_id(symbol)!,
		);
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
