import type {Parameter, ParameterGroup} from '../../engine/parameters/parameter.ts';
import {PARAMETER_NAMES, PARAMETERS, type ParameterName} from '../../engine/parameters/registry.ts';
import {CLASSES_LISTED, DISPLAY_FIELDS, type SettingName} from './settings.ts';

/**
 * Every value a person can set, and the control that suits it. Labels and explanations are `locales` messages named
 * after the value: `options_topP` and `options_topP_help`.
 */

/** The control for a value. */
export type Control =
	/** A slider over the useful part of the range, with a field for any allowed number. */
	| {kind: 'slider'; min: number; max: number; step: number}
	| {kind: 'number'}
	| {kind: 'switch'}
	/** One of a few; the message of each is the value's name, `_`, and the choice. */
	| {kind: 'choice'; choices: readonly (string | boolean)[]}
	/** A text. */
	| {kind: 'text'}
	/** Texts, one a line. */
	| {kind: 'texts'}
	/** Numbers with commas between them. */
	| {kind: 'numbers'};

/** The values that are no parameters of generation. */
const DISPLAY_CONTROLS: Readonly<Record<Exclude<SettingName, ParameterName>, Control>> = {
	seedMode: {kind: 'choice', choices: DISPLAY_FIELDS.seedMode.options},
	classesListed: {kind: 'slider', ...CLASSES_LISTED, step: 1},
	passageScale: {kind: 'choice', choices: DISPLAY_FIELDS.passageScale.options},
	panelFollowsSelection: {kind: 'switch'},
	loopKeys: {kind: 'switch'},
};

function controlOf(parameter: Parameter): Control {
	switch (parameter.kind) {
		case 'number': {
			if (!parameter.slider) return {kind: 'number'};
			const [min, max, step] = parameter.slider;
			return {kind: 'slider', min, max, step};
		}
		case 'choice':
			return {kind: 'choice', choices: parameter.choices};
		default:
			return {kind: parameter.kind};
	}
}

/** The control for every value. */
export const CONTROLS = {
	...Object.fromEntries(PARAMETER_NAMES.map(name => [name, controlOf(PARAMETERS[name])])),
	...DISPLAY_CONTROLS,
} as Readonly<Record<SettingName, Control>>;

const inGroup = (group: ParameterGroup) => PARAMETER_NAMES.filter(name => PARAMETERS[name].group === group);

/** The groups a person finds them in; a group's heading is the message `options_group_` + its name. */
export const GROUPS = {
	truncation: inGroup('truncation'),
	penalties: inGroup('penalties'),
	length: inGroup('length'),
	strategy: inGroup('strategy'),
	form: inGroup('form'),
	writers: inGroup('writers'),
	seed: ['seedMode', ...inGroup('seed')],
	display: ['classesListed', 'passageScale', 'panelFollowsSelection', 'loopKeys'],
} as const satisfies Record<string, readonly SettingName[]>;

/** The name of a group. */
export type GroupName = keyof typeof GROUPS;
