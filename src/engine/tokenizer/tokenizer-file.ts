import {refuse} from '../errors/refusal.ts';
import {checkByteLevel} from './byte-level-file.ts';
import {checkAddedTokens, checkFallback, fallsBackToBytes} from './fallback-file.ts';
import {asJson, broken, isObject, type Part, unsupported} from './file-parts.ts';
import type {NormalizationSteps} from './normalization.ts';
import {type AddedToken, readVocabulary, type Vocabulary} from './vocabulary.ts';

/** Takes a `tokenizer.json` that is a BPE on bytes or one that falls back to them. Any other would give wrong tokens or offsets. */

/** A tokenizer that has been checked. */
interface CheckedFile {
	/** With the fields that exporters leave out. */
	file: Part;
	vocabulary: Vocabulary;
	/** Tokens that are looked for in a text before it is split into words, those beyond the model's classes left out. */
	added: readonly AddedToken[];
	/** Whether characters that are no token become their bytes, as in SentencePiece; else every character is bytes, as in GPT-2. */
	fallsBack: boolean;
	steps: NormalizationSteps;
	/** The added tokens that are looked for in the normalised text. */
	tokensInText: readonly string[];
	/** Whether white space ends all of these, so that long texts can be cut before it. */
	canCut: boolean;
}

/**
 * Check a tokenizer before it is built.
 * @param config contents of `tokenizer_config.json`, which Hugging Face's tokenizers follow.
 * @param options.trusted whether its tokens and merges, which are many, are known to be right.
 * @param options.classes how many classes the model has; added tokens beyond them are left out.
 * @throws EngineError `bad-model` naming the part of the file that is of another kind.
 */
export function checkTokenizerFile(
	json: unknown,
	config: unknown,
	{trusted = false, classes = Infinity}: {trusted?: boolean; classes?: number} = {},
): CheckedFile {
	if (!isObject(json) || !isObject(json.model)) return broken(refuse('tokenizer-no-model'));
	const {model} = json;
	if (model.type !== undefined && model.type !== 'BPE')
		unsupported(refuse('tokenizer-kind', {kind: asJson(model.type)}));
	const {vocab} = model;
	if (!isObject(vocab) && !Array.isArray(vocab)) return broken(refuse('tokenizer-no-vocabulary'));
	if (model.dropout) unsupported(refuse('tokenizer-dropout'));
	for (const name of ['continuing_subword_prefix', 'end_of_word_suffix'])
		if (model[name]) unsupported(refuse('tokenizer-affix', {name}));
	const fallsBack = fallsBackToBytes(model);
	const steps = fallsBack ? checkFallback(json) : checkByteLevel(json);
	checkPrefix(config, steps, fallsBack);
	const listed = json.added_tokens ?? [];
	if (!Array.isArray(listed) || !listed.every(isAddedToken)) return broken(refuse('tokenizer-added'));
	const added: readonly AddedToken[] = listed.filter(({id}) => id < classes);
	if (added.some(({lstrip, rstrip}) => lstrip === true || rstrip === true)) unsupported(refuse('tokenizer-strips'));
	const whole = added.find(token => token.single_word === true);
	if (whole) unsupported(refuse('tokenizer-single-word', {token: whole.content}));
	if (fallsBack) checkAddedTokens(added);
	const vocabulary = readVocabulary({vocab, merges: model.merges}, added, trusted);
	const inText = added.filter(({normalized, special}) => steps.nfc && (normalized ?? !special));
	return {
		file: {normalizer: null, pre_tokenizer: null, post_processor: null, decoder: null, ...json, added_tokens: added},
		vocabulary,
		added,
		fallsBack,
		steps,
		tokensInText: inText.map(({content}) => content),
		canCut: !inText.some(({content}) => /\P{White_Space}\p{White_Space}/u.test(content)),
	};
}

/** The configuration may ask for a space before a text, or against it, where the file says otherwise. */
function checkPrefix(config: unknown, {prepend}: NormalizationSteps, fallsBack: boolean): void {
	const asked = isObject(config) ? config.add_prefix_space : undefined;
	if (asked === true && prepend === '') unsupported(refuse('tokenizer-prefix-space'));
	if (asked === false && fallsBack && prepend !== '') unsupported(refuse('tokenizer-no-prefix-space'));
}

const isAddedToken = (value: unknown): value is AddedToken =>
	isObject(value) && Number.isSafeInteger(value.id) && typeof value.content === 'string' && value.content !== '';
