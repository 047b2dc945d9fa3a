import type {Tokenizer as HubTokenizer} from '@huggingface/tokenizers';
import {nextTask} from '../model/next-task.ts';
import {type BpeReplay, replayMerges} from './bpe-replay.ts';
import {partsOfHub} from './hub-parts.ts';
import {LONG_WORD, mergeInSteps} from './long-text.ts';
import {joined, type NormalizationSteps, normalized, type Piece} from './normalization.ts';
import type {Vocabulary} from './vocabulary.ts';
import type {Writing} from './writing.ts';

/** A word as the vocabulary writes it, or an added token. */
interface WrittenWord {
	written: string;
	/** null for a word. */
	id: number | null;
}

/** From a text to its token ids: sections between added tokens, normalised, in words, merged. */
export class Encoder {
	constructor(
		private readonly hub: HubTokenizer,
		private readonly vocabulary: Vocabulary,
		/** Tokens that are found in a text before it is split into words: `<|endoftext|>`. */
		private readonly added: ReadonlyMap<string, number>,
		private readonly steps: NormalizationSteps,
		private readonly writing: Writing,
	) {}

	/** @param text well-formed. @param first how its first section is normalised. */
	encode(text: string, first = this.steps): number[] {
		// Where a whole text is one word, its parts between borders that no token crosses are merged much sooner.
		return this.steps.marksSpaces
			? this.sections(text).flatMap((section, i) => this.#encodeSection(section, i === 0 ? first : this.steps))
			: this.hub.encode(text, {add_special_tokens: false}).ids;
	}

	/** What goes on a text: nothing is put before it. */
	encodeRest(text: string): number[] {
		return this.encode(text, {...this.steps, prepend: ''});
	}

	/**
	 * The same in pieces, between which other tasks run.
	 * @throws the signal's reason.
	 */
	async encodeInPieces(text: string, signal?: AbortSignal): Promise<number[]> {
		const pause = async () => {
			await nextTask();
			signal?.throwIfAborted();
		};
		const ids: number[] = [];
		let done = Infinity;
		for (const section of this.sections(text)) {
			for (const piece of this.#piecesOf(section)) {
				if (done > LONG_WORD / 2) {
					done = 0;
					await pause();
				}
				for (const word of this.wordsOf(piece)) {
					const encoded = word.written.length > LONG_WORD ? await this.#mergeWord(word, pause) : this.#encodeWord(word);
					for (const id of encoded) ids.push(id);
					done += word.written.length;
					if (done <= LONG_WORD) continue;
					done = 0;
					await pause();
				}
			}
		}
		return ids;
	}

	/** A text cut around the added tokens that are looked for before it is normalised. */
	sections(text: string): string[] {
		return partsOfHub(this.hub).splitter_unnormalized.split(text);
	}

	/** A section, normalised; an added token stays as it is. */
	normalized(section: string, steps = this.steps): Piece[] {
		if (!this.added.has(section)) return normalized(section, steps);
		return [{text: section, start: 0, end: section.length, same: true}];
	}

	/** Words of a normalised text; added tokens are words too. */
	wordsOf(text: string): WrittenWord[] {
		const parts = this.added.has(text) ? [text] : partsOfHub(this.hub).splitter_normalized.split(text);
		return parts.flatMap((part): WrittenWord[] => {
			const id = this.added.get(part);
			if (id !== undefined) return [{written: part, id}];
			return this.writing.words(part).map(written => ({written, id: null}));
		});
	}

	/** Byte-pair encoding of one word, merge by merge; of several words only the first is taken. */
	replay(word: string): BpeReplay {
		const [section = ''] = this.sections(word.toWellFormed());
		// What comes before a text comes before its first word alone, and the others begin with a space.
		const prepend = word.startsWith(' ') ? '' : this.steps.prepend;
		const [first, second] = this.wordsOf(joined(this.normalized(section, {...this.steps, prepend})));
		if (first === undefined) return {start: [], steps: []};
		if (first.id !== null) return {start: [first.id], steps: []};
		const written = first.written === prepend && second?.id === null ? first.written + second.written : first.written;
		const {ids, ranks} = this.vocabulary;
		return replayMerges(
			this.writing.symbols(written),
			(left, right) => ranks.of(left, right),
			symbol => ids.get(symbol)!,
		);
	}

	/** A section, normalised, in parts that can be encoded alone. */
	#piecesOf(section: string, steps = this.steps): Iterable<string> {
		return this.added.has(section) ? [section] : this.writing.pieces(joined(this.normalized(section, steps)));
	}

	#encodeSection(section: string, steps: NormalizationSteps): number[] {
		return [...this.#piecesOf(section, steps)].flatMap(piece =>
			this.wordsOf(piece).flatMap(word => this.#encodeWord(word)),
		);
	}

	#encodeWord({written, id}: WrittenWord): number[] {
		return id === null ? this.#idsOf(partsOfHub(this.hub).model.encode([written])) : [id];
	}

	/** Encode a word that is so long that it is merged step by step. */
	async #mergeWord({written}: WrittenWord, pause: () => Promise<void>): Promise<number[]> {
		const rank = (left: string, right: string) => this.vocabulary.ranks.of(left, right);
		return this.#idsOf(await mergeInSteps(this.writing.symbols(written), rank, pause));
	}

	#idsOf(symbols: readonly string[]): number[] {
		return symbols.map(symbol => this.vocabulary.ids.get(symbol)!);
	}
}
