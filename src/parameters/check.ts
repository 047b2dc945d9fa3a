import {type Refusal, refuse} from '../refusals/refusal.ts';
import type {Parameter} from './parameter.ts';
import {PARAMETERS, type ParameterName} from './registry.ts';

/** How long a text may be, and how many there may be. */
const MAX_CHARACTERS = 200;
const MAX_TEXTS = 100;

/** Why a value is refused, by refusals that name the parameter, the value and what to do; null when it is allowed. */
export function refusalsOfValue(name: ParameterName, value: unknown): readonly Refusal[] | null {
	const parameter = PARAMETERS[name];
	if (parameter.kind === 'texts') return textsRefusals(name, value);
	if (fits(parameter, value)) return null;
	const advice: Parameter['advice'] = parameter.advice;
	return [rangeRefusal(name, parameter, shown(value)), ...(advice ? [refuse(advice)] : [])];
}

function rangeRefusal(name: string, parameter: Exclude<Parameter, {kind: 'texts'}>, value: string): Refusal {
	switch (parameter.kind) {
		case 'number': {
			const {min, max, whole} = parameter;
			return refuse(whole ? 'parameter-whole-range' : 'parameter-range', {parameter: name, min, max, value});
		}
		case 'switch':
			return refuse('parameter-switch', {parameter: name, value});
		case 'choice':
			return refuse('parameter-choice', {parameter: name, choices: parameter.choices.map(shown), value});
	}
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

function textsRefusals(parameter: ParameterName, value: unknown): readonly Refusal[] | null {
	if (!Array.isArray(value) || !value.every(text => typeof text === 'string'))
		return [refuse('parameter-texts', {parameter, value: shown(value)})];
	if (value.length > MAX_TEXTS) return [refuse('parameter-many-texts', {parameter, most: MAX_TEXTS})];
	if (value.includes('')) return [refuse('parameter-empty-text', {parameter})];
	if (value.some(text => text.length > MAX_CHARACTERS))
		return [refuse('parameter-long-text', {parameter, most: MAX_CHARACTERS})];
	return null;
}

const shown = (value: unknown) => {
	const text = typeof value === 'string' || typeof value === 'object' ? JSON.stringify(value) : String(value);
	return text.length > 100 ? `${text.slice(0, 100)}…` : text;
};
