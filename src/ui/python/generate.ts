import {isSameJson} from '../../client/same-json.ts';
import {readBanned, readBias, readClasses, type Written} from '../../engine/parameters/forms.ts';
import {type Generation, PARAMETERS, type ParameterName, unreadWithout} from '../../engine/parameters/registry.ts';
import {WATERMARK} from '../../engine/parameters/table/watermark.ts';
import {pythonChoices, pythonProcessors} from './processors.ts';
import {fraction, pythonLiteral} from './python.ts';

/** A call of transformers' `generate` with some settings. The prompt is `ids`. */
export interface GenerateCall {
	/** What is imported from transformers for it. */
	readonly imports: readonly string[];
	/** What these lines cannot ask for, a sentence each. */
	readonly notes: readonly string[];
	/** What comes before the call. */
	readonly lines: readonly string[];
	readonly arguments: readonly string[];
}

/** @param begun the text that was appended to the prompt before: a form goes on after it. */
export function generateCall(generation: Generation, begun = ''): GenerateCall {
	const processors = pythonProcessors(generation);
	const choices = generation.formKind === 'choices' ? generation.form.split('\n').filter(text => text !== '') : [];
	const lines = processors.flatMap(({lines}) => (lines ? [...lines, ''] : []));
	const written = [...plain(generation), ...rewritten(generation)];
	if (generation.badWords.length > 0) {
		const spellings = readBanned(generation.badWords).map(pythonIds);
		lines.push(`bad_words_ids = [${spellings.join(', ')}]`);
		written.push('bad_words_ids=bad_words_ids');
	}
	if (choices.length > 0) {
		lines.push(...pythonChoices(choices, choices.some(choice => choice.startsWith(begun)) ? begun : ''));
		written.push('prefix_allowed_tokens_fn=fitting');
	}
	if (processors.length > 0) written.push(`logits_processor=[${processors.map(({call}) => call).join(', ')}]`);
	return {
		imports: [
			...(processors.some(({lines}) => lines) ? ['LogitsProcessor'] : []),
			...(processors.some(({lines}) => !lines) ? ['RepetitionPenaltyLogitsProcessor'] : []),
			...(generation.watermarkingConfig.length > 0 ? ['SynthIDTextWatermarkingConfig'] : []),
		],
		notes: missing(generation, new Set(processors.flatMap(({names}) => names))),
		lines,
		arguments: written,
	};
}

/**
 * A parameter's value. transformers refuses a whole number where it wants a fraction: `temperature=2` is an error there,
 * and `temperature=2.0` is not.
 */
function pythonValue(name: ParameterName, generation: Generation): string {
	const parameter = PARAMETERS[name];
	const value = generation[name];
	return parameter.kind === 'number' && !parameter.whole ? fraction(value as number) : pythonLiteral(value);
}

const WATERMARK_NAMES = Object.keys(WATERMARK) as (keyof typeof WATERMARK)[];

/** Parameters that `generate` takes in another form, or that are written on a line of their own. */
const WRITTEN_SEPARATELY: ReadonlySet<ParameterName> = new Set([
	'badWords',
	'negativePrompt',
	'sequenceBias',
	'suppressTokens',
	'beginSuppressTokens',
	'promptIgnoreLength',
	'exponentialDecayLengthPenalty',
	'stopStrings',
	'seed',
	'numAssistantTokens',
	'assistantConfidenceThreshold',
	'numAssistantTokensSchedule',
	...WATERMARK_NAMES,
	'formKind',
	'form',
]);

/** Token ids of classes as they are written in settings: `[11]`, or what the tokenizer makes of a text. */
const pythonIds = (written: Written) =>
	'ids' in written
		? pythonLiteral(written.ids)
		: `tokenizer(${pythonLiteral(written.text)}, add_special_tokens=False).input_ids`;

/**
 * The parameters away from neutral, or from what Hugging Face does by itself, under Hugging Face's names. It warns of those
 * that the strategy does not read, so they are left out.
 */
function plain(generation: Generation): string[] {
	const written: string[] = [`do_sample=${pythonLiteral(generation.doSample)}`];
	for (const name of Object.keys(PARAMETERS) as ParameterName[]) {
		const {huggingFace, neutral, huggingFaceDefault} = PARAMETERS[name];
		const value = generation[name];
		if (name === 'doSample' || huggingFace === null || WRITTEN_SEPARATELY.has(name)) continue;
		if (unreadWithout(name, generation)) continue;
		if (name === 'repetitionPenalty' && generation.promptIgnoreLength > 0) continue;
		const isNeutral = [neutral, huggingFaceDefault ?? neutral].every(it => isSameJson(it, value));
		if (name === 'maxNewTokens' || !isNeutral) written.push(`${huggingFace}=${pythonValue(name, generation)}`);
	}
	return written;
}

/** What `generate` takes in another form than it is written here. */
function rewritten(generation: Generation): string[] {
	const written: string[] = [];
	const {negativePrompt, sequenceBias} = generation;
	if (generation.stopStrings.length > 0) {
		written.push(`stop_strings=${pythonLiteral(generation.stopStrings)}`, 'tokenizer=tokenizer');
	}
	if (generation.guidanceScale !== 1 && negativePrompt !== '') {
		const text = pythonLiteral(negativePrompt);
		written.push(`negative_prompt_ids=tokenizer(${text}, add_special_tokens=True, return_tensors="pt").input_ids`);
	}
	if (sequenceBias.length > 0) {
		const biases = sequenceBias.map(text => {
			const {classes, bias} = readBias(text)!;
			return `[${pythonIds(classes)}, ${fraction(bias)}]`;
		});
		written.push(`sequence_bias=[${biases.join(', ')}]`);
	}
	for (const name of ['suppressTokens', 'beginSuppressTokens'] as const) {
		const ids = generation[name].map(text => `*${pythonIds(readClasses(text))}`);
		if (ids.length > 0) written.push(`${PARAMETERS[name].huggingFace}=[${ids.join(', ')}]`);
	}
	const [start, factor] = generation.exponentialDecayLengthPenalty;
	if (start !== undefined) written.push(`exponential_decay_length_penalty=(${start}, ${fraction(factor)})`);
	if (generation.watermarkingConfig.length > 0) written.push(watermark(generation));
	return written;
}

/** A watermark is one argument, whose fields are parameters here. */
function watermark(generation: Generation): string {
	const fields = WATERMARK_NAMES.map(name => {
		const field = name === 'watermarkingConfig' ? 'keys' : WATERMARK[name].huggingFace;
		return `${field}=${pythonValue(name, generation)}`;
	});
	return `watermarking_config=SynthIDTextWatermarkingConfig(${fields.join(', ')})`;
}

/** Forms that nothing in transformers itself holds a text to. */
const FORMS = {regex: 'a regular expression', json_schema: 'a JSON Schema', grammar: 'a grammar'} as const;

/** Notes on the settings that a call cannot ask for, a sentence each. @param carried what its processors ask for. */
function missing(generation: Generation, carried: ReadonlySet<ParameterName>): string[] {
	const notes: string[] = [];
	const without = (Object.keys(PARAMETERS) as ParameterName[]).filter(
		name =>
			PARAMETERS[name].huggingFace === null &&
			!WRITTEN_SEPARATELY.has(name) &&
			!carried.has(name) &&
			unreadWithout(name, generation) === null &&
			!isSameJson(generation[name], PARAMETERS[name].neutral),
	);
	if (without.length > 0) notes.push(`transformers has no ${without.join(' and no ')}, so the text can differ.`);
	const {formKind} = generation;
	if (formKind !== 'none' && formKind !== 'choices') {
		notes.push(`transformers alone does not hold a text to ${FORMS[formKind]}, so this one is free.`);
	}
	if (formKind === 'choices' && /[^\p{ASCII}]/u.test(generation.form)) {
		notes.push(
			'The choices are compared as text: a character that takes several tokens, as many emoji do, is not written.',
		);
	}
	if (generation.doSample) {
		notes.push('transformers draws other random numbers, so a sampled text differs; greedy and beam texts do not.');
	}
	if (generation.encoderRepetitionPenalty !== 1 && Math.max(generation.numBeams, generation.numReturnSequences) > 1) {
		notes.push('transformers applies encoder_repetition_penalty to the first beam or text alone, so texts can differ.');
	}
	if (generation.watermarkingConfig.length > 0) {
		notes.push('On a GPU, PyTorch draws another table for the watermark; on a CPU it is the same.');
	}
	if (generation.numAssistantTokens > 0) {
		notes.push('Without an assistant model this decodes alone, which gives the same greedy text.');
	}
	return notes;
}
