import * as v from 'valibot';
import {type Refusal, refuse} from '../../engine/errors/refusal.ts';
import {goneFrom, isGone} from '../../engine/parameters/gone.ts';
import {DEFAULT_GENERATION, type Generation} from '../../engine/parameters/registry.ts';
import {conflictsOf} from '../../engine/parameters/strategies.ts';
import {GenerationFields} from '../../protocol/values/generation.ts';
import {refusalsOf} from '../../protocol/values/refused.ts';
import {DEFAULT_SETTINGS, DISPLAY_FIELDS, type Settings} from './settings.ts';
import {writtenForm} from './written.ts';

/** Something in settings from elsewhere that could not be used, and why. Its default is used instead. */
export interface SettingsProblem {
	/** `generation.topK`, `seedMode`; empty when the whole is no settings at all. */
	field: string;
	/** `invalid`: not an allowed value; `conflict`: does not go with another one; `unknown`: no such setting here. */
	kind: 'invalid' | 'conflict' | 'unknown';
	/** What is wrong with the value. */
	refusals: readonly Refusal[];
}

/** Usable settings, and the problems of the values that could not be used. */
export interface ParsedSettings {
	settings: Settings;
	problems: SettingsProblem[];
}

/** Whether a value is an object with fields: no array, and not null. */
export const isRecord = (value: unknown): value is Record<string, unknown> =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

/** Take every field that is allowed, the default for every other, and say which those were. */
function parseFields<T extends object>(
	value: Record<string, unknown>,
	fields: Record<string, v.GenericSchema>,
	defaults: T,
	prefix: string,
	problems: SettingsProblem[],
): T {
	const parsed: Record<string, unknown> = {...(defaults as Record<string, unknown>)};
	for (const [name, schema] of Object.entries(fields)) {
		// A field an older version did not have yet is no problem: it starts at its default.
		if (value[name] === undefined) continue;
		const result = v.safeParse(schema, value[name]);
		if (result.success) parsed[name] = result.output;
		else problems.push({field: prefix + name, kind: 'invalid', refusals: refusalsOf(result.issues)});
	}
	return parsed as T;
}

/** Put parameters that exclude each other back to their defaults, one conflict at a time. */
function settleConflicts(generation: Generation, problems: SettingsProblem[]): Generation {
	let settled = generation;
	for (const {parameter, refusal} of conflictsOf(generation)) {
		// An earlier repair may have settled this one too.
		if (!conflictsOf(settled).some(conflict => conflict.refusal.code === refusal.code)) continue;
		settled = {...settled, [parameter]: DEFAULT_GENERATION[parameter]};
		problems.push({field: `generation.${parameter}`, kind: 'conflict', refusals: [refusal]});
	}
	if (conflictsOf(settled).length === 0) return settled;
	// The values still exclude each other, and no single default mends them: all go back to their defaults.
	return DEFAULT_GENERATION;
}

function unknownFields(value: Record<string, unknown>, known: object, prefix: string): SettingsProblem[] {
	return Object.keys(value)
		.filter(name => !Object.hasOwn(known, name) && !isGone(name))
		.map(name => ({
			field: prefix + name,
			kind: 'unknown' as const,
			refusals: [refuse('settings-unknown', {name: JSON.stringify(name.slice(0, 100))})],
		}));
}

/**
 * Settings from a value that anything may have written: an older or newer version, a person's text editor, a broken
 * sync. Field by field, allowed values are kept, and every other falls back to its default and is reported as a problem.
 * `undefined` (nothing stored yet) is no problem.
 */
export function parseSettings(value: unknown): ParsedSettings {
	if (value === undefined) return {settings: DEFAULT_SETTINGS, problems: []};
	if (!isRecord(value)) {
		return {settings: DEFAULT_SETTINGS, problems: [{field: '', kind: 'invalid', refusals: [refuse('settings-none')]}]};
	}
	const problems: SettingsProblem[] = unknownFields(value, writtenForm(DEFAULT_SETTINGS), '');
	const display = parseFields(value, DISPLAY_FIELDS, DEFAULT_SETTINGS, '', problems);
	let generation = DEFAULT_GENERATION;
	if (isRecord(value.generation)) {
		problems.push(...unknownFields(value.generation, GenerationFields.entries, 'generation.'));
		const gone = goneFrom(value.generation);
		problems.push(...gone.map(refusal => ({field: 'generation', kind: 'unknown' as const, refusals: [refusal]})));
		const fields = parseFields(value.generation, GenerationFields.entries, DEFAULT_GENERATION, 'generation.', problems);
		generation = settleConflicts(fields, problems);
	} else if (value.generation !== undefined) {
		problems.push({field: 'generation', kind: 'invalid', refusals: [refuse('settings-generation')]});
	}
	return {settings: {...display, ...generation}, problems};
}
