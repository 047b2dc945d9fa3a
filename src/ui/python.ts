import {readBias, readClasses, type Written} from '../parameters/forms.ts';
import {type Generation, PARAMETERS, type ParameterName, unreadWithout} from '../parameters/registry.ts';
import {strategyOf} from '../parameters/strategies.ts';
import {isSameJson} from '../protocol/same-json.ts';

/** A JSON string is a Python string too. */
export const pythonLiteral = (value: unknown): string => {
	if (typeof value === 'boolean') return value ? 'True' : 'False';
	if (Array.isArray(value)) return `[${value.map(pythonLiteral).join(', ')}]`;
	return JSON.stringify(value);
};

/**
 * A parameter's value. transformers refuses a whole number where it wants a fraction: `temperature=2` is an error there,
 * and `temperature=2.0` is not.
 */
function pythonValue(name: ParameterName, generation: Generation): string {
	const parameter = PARAMETERS[name];
	const value = generation[name];
	return parameter.kind === 'number' && !parameter.whole ? fraction(value as number) : pythonLiteral(value);
}

const fraction = (value: number) => (Number.isInteger(value) ? `${value}.0` : String(value));

/** Parameters that `generate` takes in another form, or that are written on a line of their own. */
export const WRITTEN_SEPARATELY: ReadonlySet<ParameterName> = new Set([
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
]);

/** Token ids of classes as they are written in settings: `[11]`, or what the tokenizer makes of a text. */
const pythonIds = (written: Written) =>
	'ids' in written
		? pythonLiteral(written.ids)
		: `tokenizer(${pythonLiteral(written.text)}, add_special_tokens=False).input_ids`;

/** What `generate` takes in another form than it is written here. */
function rewritten(generation: Generation): string[] {
	const written: string[] = [];
	const {negativePrompt, sequenceBias, promptIgnoreLength, repetitionPenalty} = generation;
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
	if (repetitionPenalty !== 1 && promptIgnoreLength > 0) {
		written.push(
			`logits_processor=[RepetitionPenaltyLogitsProcessor(${fraction(repetitionPenalty)}, prompt_ignore_length=${promptIgnoreLength})]`,
		);
	}
	return written;
}

/** Strategies that transformers has moved out, and the repository of the Hub each is in now. */
export const OWN_REPOSITORY: Partial<Record<ReturnType<typeof strategyOf>, string>> = {
	contrastive: 'transformers-community/contrastive-search',
	'diverse-beam': 'transformers-community/group-beam-search',
};

/**
 * The parameters away from neutral, or from what Hugging Face does by itself, under Hugging Face's names. It warns of those
 * that the strategy does not read, so they are left out.
 */
export function generateArguments(generation: Generation): string[] {
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
	if (generation.stopStrings.length > 0) {
		written.push(`stop_strings=${pythonLiteral(generation.stopStrings)}`, 'tokenizer=tokenizer');
	}
	if (generation.badWords.length > 0) written.push('bad_words_ids=bad_words_ids');
	written.push(...rewritten(generation));
	const elsewhere = OWN_REPOSITORY[strategyOf(generation)];
	if (elsewhere) written.push(`custom_generate=${pythonLiteral(elsewhere)}`, 'trust_remote_code=True');
	return written;
}
