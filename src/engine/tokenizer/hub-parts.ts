import type {Tokenizer as HubTokenizer} from '@huggingface/tokenizers';

/** Splits a text around a set of words, the longest first; parts and words together are the text. */
interface Splitter {
	split(text: string): string[];
}

/** What a tokenizer of the library is made of, beyond what its types tell. */
interface HubParts {
	model: {
		/** Rank of every merge, by its two symbols as JSON. */
		bpe_ranks: ReadonlyMap<string, number>;
		/** The tokens of words that are written in the vocabulary's characters. */
		encode(words: readonly string[]): string[];
	};
	/** Finds the added tokens that are looked for before the text is normalised. */
	splitter_unnormalized: Splitter;
	/** Finds those that are looked for afterwards. */
	splitter_normalized: Splitter;
}

export const partsOfHub = (hub: HubTokenizer): HubParts => hub as unknown as HubParts;
