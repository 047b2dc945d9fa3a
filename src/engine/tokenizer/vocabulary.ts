import {refuse} from '../errors/refusal.ts';
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

/** The part of `tokenizer.json` that is read here, as Hugging Face has it or in lists. */
interface Model {
	/** Ids by token; in lists the tokens in order of their ids. */
	vocab: Part | unknown[];
	/** Two tokens each; in lists the ids of all, one after the other. */
	merges: unknown;
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
export function readVocabulary({vocab, merges}: Model, added: readonly AddedToken[], trusted: boolean): Vocabulary {
	const listed = Array.isArray(merges) ? merges : broken(refuse('tokenizer-no-merges'));
	if (Array.isArray(vocab)) return readLists(vocab, listed, added);
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
	const ranks = new MergeRanks(symbolsOf(listed, ids, trusted), ids);
	for (const {content, id} of added) ids.set(content, id);
	return {ids, tokens: tokens.byId.slice(0, tokens.size) as string[], ranks};
}

/** Read the tokens and merges that `inLists` has written. @throws EngineError `bad-model`. */
function readLists(tokens: readonly unknown[], merges: readonly unknown[], added: readonly AddedToken[]): Vocabulary {
	const ids = new Map<string, number>();
	for (let id = 0; id < tokens.length; id++) {
		const token = tokens[id];
		if (typeof token !== 'string') return broken(refuse('tokenizer-no-vocabulary'));
		ids.set(token, id);
	}
	for (const {content, id} of added) {
		if (tokens[id] !== content)
			broken(refuse('tokenizer-same-id', {token: asJson(content), other: asJson(tokens[id]), id: String(id)}));
		ids.set(content, id);
	}
	const symbols = new Int32Array(merges as readonly number[]);
	const wrong = symbols.findIndex((id, i) => id !== merges[i] || id < 0 || id >= tokens.length);
	if (wrong >= 0 || symbols.length % 2 > 0)
		broken(refuse('tokenizer-merge', {merge: asJson(merges[wrong >= 0 ? wrong : symbols.length - 1])}));
	return {ids, tokens: tokens as string[], ranks: new MergeRanks(symbols, ids)};
}

/**
 * A `tokenizer.json` with its tokens in order of their ids and its merges as ids, one after the other: no other program reads it, and it
 * is opened in a fraction of the time.
 * @param file one that has been read.
 */
export const inLists = (file: Part, {tokens, ranks}: Vocabulary): Part => ({
	...file,
	model: {...(file.model as Part), vocab: tokens, merges: [...ranks.symbols]},
});

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
function symbolsOf(merges: readonly unknown[], ids: ReadonlyMap<string, number>, trusted: boolean): Int32Array {
	const symbols = new Int32Array(2 * merges.length);
	for (const [rank, merge] of merges.entries()) {
		const pair = pairOf(merge);
		const left = pair ? ids.get(pair[0]) : undefined;
		const right = pair ? ids.get(pair[1]) : undefined;
		if (!pair || left === undefined || right === undefined || !(trusted || ids.has(pair[0] + pair[1])))
			return broken(refuse('tokenizer-merge', {merge: asJson(merge)}));
		symbols[2 * rank] = left;
		symbols[2 * rank + 1] = right;
	}
	return symbols;
}

function pairOf(merge: unknown): readonly [string, string] | null {
	if (typeof merge === 'string') {
		const space = merge.indexOf(' ');
		return space >= 0 && space === merge.lastIndexOf(' ') ? [merge.slice(0, space), merge.slice(space + 1)] : null;
	}
	const isPair = Array.isArray(merge) && merge.length === 2 && merge.every(part => typeof part === 'string');
	return isPair ? (merge as [string, string]) : null;
}
