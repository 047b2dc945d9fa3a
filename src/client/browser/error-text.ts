import {isRefusalCode, messageKey, namesIn, type Refusal, type RefusalValues} from '../../engine/errors/refusal.ts';
import {disjunction, number, sentences, worded} from './i18n.ts';

/** Refusals in the person's language: one message for each code, with the values put in as this language writes them. */
export const refusalText = (refusals: readonly Refusal[]): string => sentences(refusals.map(sentence));

function sentence({code, values}: Refusal): string {
	// From an engine that is newer than this page: its code says more than nothing.
	if (!isRefusalCode(code)) return code;
	return worded(
		messageKey(code),
		Object.fromEntries(namesIn(code).map(name => [name, word(name, values[name] ?? '')])),
	);
}

function word(name: string, value: RefusalValues[string]): string {
	if (name.startsWith('@')) return labelOf(name.slice(1));
	if (name === 'parameter') return labelOf(String(value));
	if (typeof value === 'number') return number(value);
	return typeof value === 'object' ? disjunction(value) : value;
}

/** A parameter as the options page names it, or else by its own name. */
function labelOf(parameter: string): string {
	const key = `options_${parameter}`;
	const label = worded(key);
	return label === key ? parameter : label;
}

/** Whatever was thrown, in words: its refusals where it has some. */
export function errorText(error: unknown): string {
	const {refusals} = (error ?? {}) as {refusals?: readonly Refusal[]};
	if (refusals && refusals.length > 0) return refusalText(refusals);
	return error instanceof Error ? error.message : String(error);
}
