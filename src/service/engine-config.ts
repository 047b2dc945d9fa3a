import {EngineError} from '../engine/errors/engine-error.ts';
import {refuse} from '../engine/errors/refusal.ts';
import {configWith, type GenerationConfig} from '../engine/generation/config.ts';
import {Form, type FormKind} from '../engine/generation/form/form.ts';
import {HeldForm} from '../engine/generation/form/held.ts';
import {FormVocabulary} from '../engine/generation/form/vocabulary.ts';
import {readBanned, readBias, readClasses, type Written} from '../engine/parameters/forms.ts';
import type {Generation} from '../engine/parameters/registry.ts';
import type {Tokenizer} from '../engine/tokenizer/tokenizer.ts';
import {withBeginning} from './prompts.ts';

interface Forms {
	readonly vocabulary: FormVocabulary;
	readonly forms: Map<string, Form>;
}
/** A form is built once, and keeps what it has found out about its vocabulary. */
const FORMS = new WeakMap<Tokenizer, Forms>();
const MAX_FORMS = 4;

function formOf(kind: FormKind, text: string, tokenizer: Tokenizer): Form {
	const known = FORMS.get(tokenizer) ?? {vocabulary: new FormVocabulary(tokenizer.plainBytes), forms: new Map()};
	FORMS.set(tokenizer, known);
	const {vocabulary, forms} = known;
	const key = `${kind} ${text}`;
	const form = forms.get(key) ?? new Form(kind, text, vocabulary);
	forms.delete(key);
	forms.set(key, form);
	if (forms.size > MAX_FORMS) forms.delete(forms.keys().next().value!);
	return form;
}

/**
 * The engine's parameters from a person's, whose texts become token ids. A banned word is banned as it is written and after a
 * space; a class may be written as # and its token id.
 * @param before the tokens that were appended to the prompt before a continuation begins: a form goes on after them.
 * @throws EngineError `bad-parameter` for a text that should be one class and is several.
 */
export function engineConfig(
	generation: Generation,
	tokenizer: Tokenizer,
	before: readonly number[] = [],
): GenerationConfig {
	const {badWords, negativePrompt, sequenceBias, formKind} = generation;
	const idsOf = (written: Written) => ('ids' in written ? written.ids : tokenizer.encode(written.text));
	const classesOf = (parameter: 'suppressTokens' | 'beginSuppressTokens') =>
		generation[parameter].map(written => {
			const ids = idsOf(readClasses(written));
			if (ids.length === 1) return ids[0];
			const tokens = ids.map(id => JSON.stringify(tokenizer.token(id).text));
			throw new EngineError(
				'bad-parameter',
				refuse('not-one-class', {parameter, text: written, tokens: tokens.join(' ')}),
			);
		});
	return configWith(generation, {
		heldTo: formKind === 'none' ? null : new HeldForm(formOf(formKind, generation.form, tokenizer), before),
		badWordsIds: readBanned(badWords).map(idsOf),
		negativePromptIds: negativePrompt === '' ? null : withBeginning(tokenizer, tokenizer.encode(negativePrompt)),
		sequenceBiases: sequenceBias.map(written => {
			const {classes, bias} = readBias(written)!;
			return {ids: idsOf(classes), bias};
		}),
		suppressTokensIds: classesOf('suppressTokens'),
		beginSuppressTokensIds: classesOf('beginSuppressTokens'),
		// As its author has it: the last token of the text where it follows another.
		drySequenceBreakersIds: generation.drySequenceBreakers.map(text => tokenizer.encode(`a${text}`).at(-1)!),
	});
}
