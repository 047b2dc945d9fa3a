import * as v from 'valibot';
import {refuse} from '../../engine/errors/refusal.ts';
import {saying} from './refused.ts';

/** Schemas of settings whose refusals name the setting, the value and what is allowed. */

const shown = (input: unknown) => `${JSON.stringify(input)}`.slice(0, 100);

/** A whole number in a range; its message names the parameter, the value and what to do. */
export function integer(parameter: string, min: number, max: number) {
	const message = saying(input => refuse('parameter-whole-range', {parameter, min, max, value: shown(input)}));
	return v.pipe(v.number(message), v.integer(message), v.minValue(min, message), v.maxValue(max, message));
}

/** One of a few texts. */
export const choice = <const T extends readonly string[]>(parameter: string, choices: T) =>
	v.picklist(
		choices,
		saying(input => refuse('parameter-choice', {parameter, choices: choices.map(shown), value: shown(input)})),
	);

/** On or off. */
export const onOff = (parameter: string) =>
	v.boolean(saying(input => refuse('parameter-switch', {parameter, value: shown(input)})));
