import {type Refusal, refuse} from '../errors/refusal.ts';
import {readBias} from './forms.ts';
import type {Parameter} from './parameter.ts';
import {PARAMETERS, type ParameterName} from './registry.ts';

/** How long a text may be, and how many there may be. */
const MAX_CHARACTERS = 200;
const MAX_TEXTS = 100;
/** How long a text may be where there is only one. */
const MAX_OF_ONE = 4000;

/** Why a value is refused, by refusals that name the parameter, the value and what to do; null when it is allowed. */
export function refusalsOfValue(name: ParameterName, value: unknown): readonly Refusal[] | null {
	const parameter = PARAMETERS[name];
	if (parameter.kind === 'texts') return textsRefusals(name, value, parameter.form);
	if (parameter.kind === 'text') return textRefusals(name, value);
	if (fits(parameter, value)) return null;
	const advice: Parameter['advice'] = parameter.advice;
	return [rangeRefusal(name, parameter, shown(value)), ...(advice ? [refuse(advice)] : [])];
}

/** A parameter that is no text. */
type Plain = Exclude<Parameter, {kind: 'text' | 'texts'}>;

function rangeRefusal(name: string, parameter: Plain, value: string): Refusal {
	switch (parameter.kind) {
		case 'numbers': {
			const {min, max, count} = parameter;
			return count
				? refuse('parameter-pair', {parameter: name, count, min, max, value})
				: refuse('parameter-ids', {parameter: name, min, max, value});
		}
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

function fits(parameter: Plain, value: unknown): boolean {
	switch (parameter.kind) {
		case 'numbers': {
			const {min, max, count, whole} = parameter;
			const isWhole = (i: number) => whole === 'all' || i === 0;
			const isOne = (one: unknown, i: number) =>
				(isWhole(i) ? Number.isInteger(one) : Number.isFinite(one)) && (one as number) >= min && (one as number) <= max;
			if (!Array.isArray(value) || value.length > MAX_TEXTS) return false;
			return (count === undefined || value.length === 0 || value.length === count) && value.every(isOne);
		}
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
		case 'text':
			return 'a text';
		case 'texts':
			return 'texts';
		case 'numbers':
			return parameter.count
				? `${parameter.count} numbers, with a comma between them`
				: 'whole numbers, with commas between them';
	}
}

function textRefusals(parameter: ParameterName, value: unknown): readonly Refusal[] | null {
	if (typeof value === 'string' && value.length <= MAX_OF_ONE) return null;
	return [refuse('parameter-text', {parameter, most: MAX_OF_ONE, value: shown(value)})];
}

function textsRefusals(parameter: ParameterName, value: unknown, form?: 'class' | 'bias'): readonly Refusal[] | null {
	if (!Array.isArray(value) || !value.every(text => typeof text === 'string'))
		return [refuse('parameter-texts', {parameter, value: shown(value)})];
	if (value.length > MAX_TEXTS) return [refuse('parameter-many-texts', {parameter, most: MAX_TEXTS})];
	if (value.includes('')) return [refuse('parameter-empty-text', {parameter})];
	if (value.some(text => text.length > MAX_CHARACTERS))
		return [refuse('parameter-long-text', {parameter, most: MAX_CHARACTERS})];
	const formless = form === 'bias' && value.find(text => readBias(text) === null);
	if (typeof formless === 'string') return [refuse('parameter-bias', {parameter, value: shown(formless)})];
	return null;
}

const shown = (value: unknown) => {
	const text = typeof value === 'string' || typeof value === 'object' ? JSON.stringify(value) : String(value);
	return text.length > 100 ? `${text.slice(0, 100)}…` : text;
};
