import {type Refusal, refuse} from '../../refusals/refusal.ts';
import {EngineError} from '../errors.ts';
import {GPT2_PATTERN} from './white-space.ts';

/** Takes a `tokenizer.json` that is byte-level BPE as in GPT-2. Any other would give wrong tokens or offsets. */

/**
 * Patterns of a `Split` that are known to run in linear time and to leave no character out: GPT-2's own, and those of the
 * families that followed it (cl100k and Llama 3, Qwen 2).
 */
const KNOWN_PATTERNS = new Set([
	GPT2_PATTERN,
	"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
	"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
]);

type Part = Record<string, unknown>;
const isObject = (value: unknown): value is Part =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

/** Refuse a tokenizer of another kind. */
const unsupported = (why: Refusal): never => {
	throw new EngineError('bad-model', [why, refuse('tokenizer-only-bpe')]);
};

/** Refuse a file that is damaged or incomplete. */
const broken = (why: Refusal): never => {
	throw new EngineError('bad-model', [why, refuse('tokenizer-again')]);
};

const asJson = (value: unknown) => `${JSON.stringify(value)}`;

/**
 * Check a tokenizer before it is built, and add the fields that exporters leave out.
 * @param config contents of `tokenizer_config.json`, which Hugging Face's tokenizers follow.
 * @param trusted whether its tokens and merges, which are many, are known to be right.
 * @returns the file with its `added_tokens`; `canCut`, whether none of them holds white space, so that long texts can be cut.
 * @throws EngineError `bad-model` naming the part of the file that is no byte-level BPE.
 */
export function checkTokenizerFile(json: unknown, config: unknown, trusted = false): {file: Part; canCut: boolean} {
	if (!isObject(json) || !isObject(json.model)) return broken(refuse('tokenizer-no-model'));
	const {model, normalizer, decoder} = json;
	if (isObject(config) && config.add_prefix_space === true) unsupported(refuse('tokenizer-prefix-space'));
	if (model.type !== undefined && model.type !== 'BPE')
		unsupported(refuse('tokenizer-kind', {kind: asJson(model.type)}));
	const vocab = isObject(model.vocab) ? model.vocab : broken(refuse('tokenizer-no-vocabulary'));
	if (model.byte_fallback === true) unsupported(refuse('tokenizer-byte-fallback'));
	if (model.dropout) unsupported(refuse('tokenizer-dropout'));
	for (const name of ['continuing_subword_prefix', 'end_of_word_suffix'])
		if (model[name]) unsupported(refuse('tokenizer-affix', {name}));
	if (normalizer !== undefined && normalizer !== null)
		unsupported(refuse('tokenizer-normalizer', {kind: kindOf(normalizer)}));
	const steps = stepsOf(json.pre_tokenizer);
	for (const step of steps) checkStep(step);
	const toBytes = steps.findIndex(({type}) => type === 'ByteLevel');
	if (toBytes < 0) unsupported(refuse('tokenizer-no-bytes'));
	if (toBytes < steps.length - 1) unsupported(refuse('tokenizer-after-bytes'));
	if (decoder !== undefined && decoder !== null && kindOf(decoder) !== 'ByteLevel')
		unsupported(refuse('tokenizer-decoder', {kind: kindOf(decoder)}));
	const listed = json.added_tokens ?? [];
	if (!Array.isArray(listed) || !listed.every(isAddedToken)) return broken(refuse('tokenizer-added'));
	const added: readonly AddedToken[] = listed;
	if (added.some(({lstrip, rstrip}) => lstrip === true || rstrip === true)) unsupported(refuse('tokenizer-strips'));
	if (!trusted) {
		checkIds(vocab, added);
		checkMerges(model.merges, vocab);
	}
	return {
		file: {normalizer: null, post_processor: null, decoder: null, ...json, added_tokens: added},
		canCut: !added.some(({content}) => /\p{White_Space}/u.test(content)),
	};
}

interface AddedToken {
	id: number;
	content: string;
	lstrip?: unknown;
	rstrip?: unknown;
}
const isAddedToken = (value: unknown): value is AddedToken =>
	isObject(value) && Number.isSafeInteger(value.id) && typeof value.content === 'string' && value.content !== '';

const kindOf = (value: unknown) => (isObject(value) ? String(value.type) : JSON.stringify(value));

function stepsOf(preTokenizer: unknown): Part[] {
	if (!isObject(preTokenizer)) return unsupported(refuse('tokenizer-no-bytes'));
	const {type, pretokenizers} = preTokenizer;
	if (type !== 'Sequence') return [preTokenizer];
	if (!Array.isArray(pretokenizers) || !pretokenizers.every(isObject)) return broken(refuse('tokenizer-no-steps'));
	return pretokenizers;
}

function checkStep(step: Part): void {
	switch (step.type) {
		case 'ByteLevel':
			if (step.add_prefix_space === true) unsupported(refuse('tokenizer-prefix-space'));
			return;
		case 'Digits':
			return;
		case 'Split': {
			const pattern = isObject(step.pattern) ? step.pattern.Regex : undefined;
			if (typeof pattern !== 'string' || !KNOWN_PATTERNS.has(pattern))
				unsupported(refuse('tokenizer-pattern', {pattern: asJson(pattern).slice(0, 80)}));
			// Either way says that the pattern's matches are the words; any other loses or joins some.
			const {behavior, invert = false} = step;
			if (!(behavior === 'Isolated' && invert === false) && !(behavior === 'Removed' && invert === true))
				unsupported(refuse('tokenizer-behavior', {behavior: asJson(behavior), invert: asJson(invert)}));
			return;
		}
		default:
			unsupported(refuse('tokenizer-splits', {kind: kindOf(step)}));
	}
}

/** Check that the ids are 0, 1, 2 … and that each has one token. */
function checkIds(vocab: Part, added: readonly AddedToken[]): void {
	// Assigning to this name sets an object's prototype, and the token would be lost.
	if (Object.hasOwn(vocab, '__proto__') || added.some(({content}) => content === '__proto__'))
		unsupported(refuse('tokenizer-proto'));
	const tokens = new Map<number, string>();
	const take = (token: string, id: unknown) => {
		if (!Number.isSafeInteger(id) || (id as number) < 0)
			broken(refuse('tokenizer-id', {token: asJson(token), id: String(id)}));
		const other = tokens.get(id as number);
		if (other !== undefined && other !== token)
			broken(refuse('tokenizer-same-id', {token: asJson(token), other: asJson(other), id: String(id)}));
		tokens.set(id as number, token);
	};
	// A vocabulary is large, and a person waits: no arrays are made of its entries.
	for (const token of Object.keys(vocab)) take(token, vocab[token]);
	for (const {content, id} of added) take(content, id);

	for (let id = 0; id < tokens.size; id++) if (!tokens.has(id)) broken(refuse('tokenizer-no-id', {id: String(id)}));
}

function checkMerges(merges: unknown, vocab: Part): void {
	const isToken = (text: unknown) => typeof text === 'string' && Object.hasOwn(vocab, text);
	const isMerge = (left: unknown, right: unknown) => isToken(left) && isToken(right) && isToken(`${left}${right}`);
	for (const merge of Array.isArray(merges) ? merges : broken(refuse('tokenizer-no-merges'))) {
		let known: boolean;
		if (typeof merge === 'string') {
			const space = merge.indexOf(' ');
			known = space >= 0 && space === merge.lastIndexOf(' ') && isMerge(merge.slice(0, space), merge.slice(space + 1));
		} else known = Array.isArray(merge) && merge.length === 2 && isMerge(merge[0], merge[1]);
		if (!known) broken(refuse('tokenizer-merge', {merge: asJson(merge)}));
	}
}
