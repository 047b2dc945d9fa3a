import {Tokenizer as HubTokenizer} from '@huggingface/tokenizers';
import type {Part} from './file-parts.ts';
import type {Vocabulary} from './vocabulary.ts';
import {withUnicodeWhiteSpace} from './white-space.ts';

/** Splits a text around a set of words, the longest first; parts and words together are the text. */
interface Splitter {
	split(text: string): string[];
}

/** A symbol of a word while it is merged. */
interface MergeNode {
	token: string;
	next: MergeNode;
	/** Where it is in the word, from 0 to 1: of equal merges the first comes first. */
	bias: number;
	score?: number;
}

/** What a tokenizer of the library is made of, beyond what its types tell. */
interface HubParts {
	model: {
		tokens_to_ids: Map<string, number>;
		vocab: string[];
		unk_token_id: number | undefined;
		/** Put the merge of a symbol and the next one into the queue, where there is such a merge. */
		add_node(queue: {push(node: MergeNode): void}, node: MergeNode): void;
		/** The tokens of words that are written in the vocabulary's characters. */
		encode(words: readonly string[]): string[];
	};
	/** Finds the added tokens that are looked for before the text is normalised. */
	splitter_unnormalized: Splitter;
	/** Finds those that are looked for afterwards. */
	splitter_normalized: Splitter;
}

export const partsOfHub = (hub: HubTokenizer): HubParts => hub as unknown as HubParts;

/**
 * The library's tokenizer, with our vocabulary in place of its own: it would keep every token and merge several times, and find merges by
 * their JSON.
 * @param file `tokenizer.json`, checked.
 */
export function hubTokenizer(file: Part, config: unknown, {ids, tokens, ranks}: Vocabulary): HubTokenizer {
	const model = file.model as Part;
	const empty = {...file, model: {...model, vocab: {}, merges: []}};
	const hub = new HubTokenizer(withUnicodeWhiteSpace(empty), config as object);
	Object.assign(partsOfHub(hub).model, {
		tokens_to_ids: ids,
		vocab: tokens,
		unk_token_id: typeof model.unk_token === 'string' ? ids.get(model.unk_token) : undefined,
		add_node: (queue, node) => {
			const rank = ranks.of(node.token, node.next.token);
			if (rank === undefined) return;
			node.score = rank + node.bias;
			queue.push(node);
		},
	} satisfies Partial<HubParts['model']>);
	return hub;
}
