import {type Generation, PARAMETERS, type ParameterName, unreadWithout} from '../parameters/registry.ts';
import {strategyOf} from '../parameters/strategies.ts';

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
	const isFraction = parameter.kind === 'number' && !parameter.whole && Number.isInteger(value);
	return isFraction ? `${value}.0` : pythonLiteral(value);
}

/** Parameters that `generate` takes in another form, or that are written on a line of their own. */
export const WRITTEN_SEPARATELY: ReadonlySet<ParameterName> = new Set([
	'badWords',
	'stopStrings',
	'seed',
	'numAssistantTokens',
]);

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
		const isNeutral = [neutral, huggingFaceDefault ?? neutral].every(
			it => JSON.stringify(it) === JSON.stringify(value),
		);
		if (name === 'maxNewTokens' || !isNeutral) written.push(`${huggingFace}=${pythonValue(name, generation)}`);
	}
	if (generation.stopStrings.length > 0) {
		written.push(`stop_strings=${pythonLiteral(generation.stopStrings)}`, 'tokenizer=tokenizer');
	}
	if (generation.badWords.length > 0) written.push('bad_words_ids=bad_words_ids');
	const elsewhere = OWN_REPOSITORY[strategyOf(generation)];
	if (elsewhere) written.push(`custom_generate=${pythonLiteral(elsewhere)}`, 'trust_remote_code=True');
	return written;
}
