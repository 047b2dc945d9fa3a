import {EngineError} from '../engine/errors.ts';
import {configWith, type GenerationConfig} from '../engine/generation/config.ts';
import type {Tokenizer} from '../engine/tokenizer/tokenizer.ts';
import {readBias, readClasses, type Written} from '../parameters/forms.ts';
import type {Generation} from '../parameters/registry.ts';
import {refuse} from '../refusals/refusal.ts';
import {withBeginning} from './prompts.ts';

/**
 * The engine's parameters from a person's, whose texts become token ids. A banned word is banned as it is written and after a
 * space; a class may be written as # and its token id.
 * @throws EngineError `bad-parameter` for a text that should be one class and is several.
 */
export function engineConfig(generation: Generation, tokenizer: Tokenizer): GenerationConfig {
	const {badWords, negativePrompt, sequenceBias} = generation;
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
	const spellings = badWords
		.map(readClasses)
		.flatMap(word => ('ids' in word || /^\s/.test(word.text) ? [word] : [word, {text: ` ${word.text}`}]));
	return configWith(generation, {
		badWordsIds: spellings.map(idsOf),
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
