import type {Parameter} from './parameter.ts';
import {PARAMETERS, type ParameterName} from './registry.ts';

/** How long a text may be, and how many there may be. */
const MOST_CHARACTERS = 200;
const MOST_TEXTS = 100;

/** Why a value is refused, in a sentence that names the parameter, the value and what to do; null when it is allowed. */
export function refusal(name: ParameterName, value: unknown): string | null {
	const parameter = PARAMETERS[name];
	if (parameter.kind === 'texts') return textsRefusal(name, value);
	if (fits(parameter, value)) return null;
	const advice = parameter.advice ? ` ${parameter.advice}` : '';
	return `${name} must be ${expected(parameter)}, but is ${shown(value)}.${advice}`;
}

function fits(parameter: Exclude<Parameter, {kind: 'texts'}>, value: unknown): boolean {
	switch (parameter.kind) {
		case 'number':
			return (
				typeof value === 'number' &&
				(parameter.whole ? Number.isInteger(value) : Number.isFinite(value)) &&
				value >= parameter.min &&
				value <= parameter.max
			);
		case 'switch':
			return typeof value === 'boolean';
		case 'choice':
			return parameter.choices.includes(value as string | boolean);
	}
}

/** The allowed values in words: `a whole number from 1 to 64`. */
export function expected(parameter: Parameter): string {
	switch (parameter.kind) {
		case 'number':
			return `a ${parameter.whole ? 'whole ' : ''}number from ${parameter.min} to ${parameter.max}`;
		case 'switch':
			return 'true or false';
		case 'choice': {
			const choices = parameter.choices.map(shown);
			return `${choices.slice(0, -1).join(', ')} or ${choices.at(-1)}`;
		}
		case 'texts':
			return 'texts';
	}
}

function textsRefusal(name: ParameterName, value: unknown): string | null {
	if (!Array.isArray(value) || !value.every(text => typeof text === 'string'))
		return `${name} must be a list of texts, but is ${shown(value)}.`;
	if (value.length > MOST_TEXTS) return `${name} takes at most ${MOST_TEXTS} texts.`;
	if (value.includes('')) return `${name} has an empty text. Remove it, or write what it should be.`;
	if (value.some(text => text.length > MOST_CHARACTERS))
		return `A text in ${name} is longer than ${MOST_CHARACTERS} characters.`;
	return null;
}

const shown = (value: unknown) => {
	const text = typeof value === 'string' || typeof value === 'object' ? JSON.stringify(value) : String(value);
	return text.length > 100 ? `${text.slice(0, 100)}…` : text;
};
