import type {Settings} from './settings.ts';

/**
 * Every value a person can set, and the control that suits it. Labels and explanations are `_locales` messages named
 * after the value: `options_topP` and `options_topP_help`.
 */

/** All settings, flat: the parameters of generation and those of the interface. */
export type Values = Settings['generation'] & Omit<Settings, 'version' | 'generation'>;
/** The name of one of them. */
export type ValueName = keyof Values;

/** The control for a value. */
export type Control =
	/** A slider over the useful part of the range, with a field for any allowed number. */
	| {kind: 'slider'; min: number; max: number; step: number}
	| {kind: 'number'}
	| {kind: 'switch'}
	/** One of a few; the message of each is the value's name, `_`, and the choice. */
	| {kind: 'choice'; choices: readonly (string | boolean)[]}
	/** Texts, one a line. */
	| {kind: 'texts'};

const slider = (min: number, max: number, step: number): Control => ({kind: 'slider', min, max, step});

/** The control for every value. */
export const CONTROLS: Readonly<Record<ValueName, Control>> = {
	temperature: slider(0.05, 2.5, 0.05),
	topK: slider(0, 200, 1),
	topP: slider(0, 1, 0.01),
	minP: slider(0, 0.5, 0.005),
	typicalP: slider(0.05, 1, 0.01),
	epsilonCutoff: slider(0, 0.05, 0.0005),
	etaCutoff: slider(0, 0.05, 0.0005),
	repetitionPenalty: slider(0.5, 2, 0.01),
	frequencyPenalty: slider(-2, 2, 0.05),
	presencePenalty: slider(-2, 2, 0.05),
	noRepeatNgramSize: slider(0, 10, 1),
	badWords: {kind: 'texts'},
	maxNewTokens: slider(1, 256, 1),
	minNewTokens: slider(0, 256, 1),
	maxTime: {kind: 'number'},
	stopStrings: {kind: 'texts'},
	doSample: {kind: 'switch'},
	numReturnSequences: slider(1, 16, 1),
	numBeams: slider(1, 16, 1),
	numBeamGroups: slider(1, 16, 1),
	diversityPenalty: slider(0, 5, 0.1),
	lengthPenalty: slider(-2, 2, 0.1),
	earlyStopping: {kind: 'choice', choices: [false, true, 'never']},
	penaltyAlpha: slider(0, 1, 0.05),
	numAssistantTokens: slider(0, 16, 1),
	seedMode: {kind: 'choice', choices: ['fresh', 'fixed']},
	seed: {kind: 'number'},
	classesListed: slider(5, 200, 1),
	passageScale: {kind: 'choice', choices: ['rank', 'surprisal']},
	panelFollowsSelection: {kind: 'switch'},
};

/** The groups a person finds them in; a group's heading is the message `options_group_` + its name. */
export const GROUPS = {
	truncation: ['temperature', 'topK', 'topP', 'minP', 'typicalP', 'epsilonCutoff', 'etaCutoff'],
	penalties: ['repetitionPenalty', 'frequencyPenalty', 'presencePenalty', 'noRepeatNgramSize', 'badWords'],
	length: ['maxNewTokens', 'minNewTokens', 'maxTime', 'stopStrings'],
	strategy: [
		'doSample',
		'numReturnSequences',
		'numBeams',
		'numBeamGroups',
		'diversityPenalty',
		'lengthPenalty',
		'earlyStopping',
		'penaltyAlpha',
		'numAssistantTokens',
	],
	seed: ['seedMode', 'seed'],
	display: ['classesListed', 'passageScale', 'panelFollowsSelection'],
} as const satisfies Record<string, readonly ValueName[]>;

/** The name of a group. */
export type GroupName = keyof typeof GROUPS;

/** Settings as one flat record. */
export function valuesOf({version: _, generation, ...rest}: Settings): Values {
	return {...generation, ...rest};
}

/** The settings a flat record stands for. */
export function settingsOf(values: Values): Settings {
	const {seedMode, classesListed, passageScale, panelFollowsSelection, ...generation} = values;
	return {version: 1, generation, seedMode, classesListed, passageScale, panelFollowsSelection};
}
