import {refuse} from '../../refusals/refusal.ts';
import {asJson, broken, type Part, unsupported} from './file-parts.ts';
import {MergeRanks} from './merge-ranks.ts';

/** The tokens and merges of a `tokenizer.json`, which may be a quarter of a million: each is kept once. */
export interface Vocabulary {
	/** Every token's id, those of the added tokens among them. */
	ids: Map<string, number>;
	/** The tokens by their ids. */
	tokens: string[];
	ranks: MergeRanks;
}

export interface AddedToken extends Part {
	id: number;
	content: string;
}

/**
 * Read a vocabulary.
 * @param model `model` of `tokenizer.json`.
 * @param added the tokens that come beside it.
 * @param trusted whether ids and merges are known to be right.
 * @throws EngineError `bad-model` unless the ids are 0, 1, 2 … with one token each, and merges make tokens of tokens.
 */
export function readVocabulary(
	{vocab, merges}: {vocab: Part; merges: unknown},
	added: readonly AddedToken[],
	trusted: boolean,
): Vocabulary {
	// Assigning to this name sets an object's prototype, and the token would be lost.
	if (Object.hasOwn(vocab, '__proto__') || added.some(({content}) => content === '__proto__'))
		unsupported(refuse('tokenizer-proto'));
	const names = Object.keys(vocab);
	const tokens = new Tokens(names.length + added.length);
	const ids = new Map<string, number>();
	for (const token of names) {
		const id = vocab[token] as number;
		tokens.take(token, id);
		ids.set(token, id);
	}
	for (const {content, id} of added) tokens.take(content, id);
	if (!trusted) tokens.checkAll();
	const listed = Array.isArray(merges) ? merges : broken(refuse('tokenizer-no-merges'));
	const ranks = new MergeRanks(pairsOf(listed, ids, trusted), listed.length, ids);
	for (const {content, id} of added) ids.set(content, id);
	return {ids, tokens: tokens.byId.slice(0, tokens.size) as string[], ranks};
}

/** Tokens by their ids, of which there may be any. */
class Tokens {
	readonly byId: (string | undefined)[];
	/** How many have come. */
	size = 0;

	/** @param most may come. */
	constructor(private readonly most: number) {
		this.byId = Array.from({length: most}, () => undefined);
	}

	/** @throws EngineError `bad-model` for an id that is none, or that another token has. */
	take(token: string, id: unknown): void {
		if (!Number.isSafeInteger(id) || (id as number) < 0)
			broken(refuse('tokenizer-id', {token: asJson(token), id: String(id)}));
		// Beyond as many as there are, another one is missing.
		const other = (id as number) < this.most ? this.byId[id as number] : undefined;
		if (other !== undefined && other !== token)
			broken(refuse('tokenizer-same-id', {token: asJson(token), other: asJson(other), id: String(id)}));
		if (other === undefined) this.size++;
		if ((id as number) < this.most) this.byId[id as number] = token;
	}

	/** @throws EngineError `bad-model` for the first id that has no token. */
	checkAll(): void {
		for (let id = 0; id < this.size; id++)
			if (this.byId[id] === undefined) broken(refuse('tokenizer-no-id', {id: String(id)}));
	}
}

/** @throws EngineError `bad-model` for a merge that is not of two tokens, or makes none. */
function* pairsOf(
	merges: readonly unknown[],
	ids: ReadonlyMap<string, number>,
	trusted: boolean,
): Generator<readonly [string, string]> {
	for (const merge of merges) {
		const pair = pairOf(merge);
		if (!pair || !(trusted || (ids.has(pair[0]) && ids.has(pair[1]) && ids.has(pair[0] + pair[1]))))
			return broken(refuse('tokenizer-merge', {merge: asJson(merge)}));
		yield pair;
	}
}

function pairOf(merge: unknown): readonly [string, string] | null {
	if (typeof merge === 'string') {
		const space = merge.indexOf(' ');
		return space >= 0 && space === merge.lastIndexOf(' ') ? [merge.slice(0, space), merge.slice(space + 1)] : null;
	}
	const isPair = Array.isArray(merge) && merge.length === 2 && merge.every(part => typeof part === 'string');
	return isPair ? (merge as [string, string]) : null;
}
