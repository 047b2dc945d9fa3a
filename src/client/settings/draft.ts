import * as v from 'valibot';
import type {Refusal} from '../../engine/errors/refusal.ts';
import {DEFAULT_GENERATION, type Generation} from '../../engine/parameters/registry.ts';
import {conflictsOf} from '../../engine/parameters/strategies.ts';
import {GenerationFields} from '../../protocol/values/generation.ts';
import {refusalsOf} from '../../protocol/values/refused.ts';
import {CONTROLS, type Control} from './parameters.ts';
import {type Choice, NEUTRAL_CHOICE} from './presets.ts';
import {DISPLAY_FIELDS, type SettingName, type Settings} from './settings.ts';

/**
 * Settings while a person edits them. The text of a field is kept as typed, even when it is no allowed value; the
 * value behind it is then the last allowed one. Immutable.
 */
export interface SettingsDraft {
	/** The last allowed value of everything. */
	readonly values: Settings;
	/** The text of each field that was typed in. */
	readonly typed: Readonly<Partial<Record<SettingName, string>>>;
	/** Why that text is refused. */
	readonly errors: Readonly<Partial<Record<SettingName, readonly Refusal[]>>>;
}

const SCHEMAS: Record<SettingName, v.GenericSchema> = {...GenerationFields.entries, ...DISPLAY_FIELDS};

/** A draft with nothing typed. */
export const newSettingsDraft = (values: Settings): SettingsDraft => ({values, typed: {}, errors: {}});

/** Set a value from a control that gives values: a slider, a switch, a preset. */
export function setValue<N extends SettingName>(draft: SettingsDraft, name: N, value: Settings[N]): SettingsDraft {
	const result = v.safeParse(SCHEMAS[name], value);
	const {[name]: _, ...typed} = draft.typed;
	const {[name]: __, ...errors} = draft.errors;
	if (!result.success) return {...draft, errors: {...errors, [name]: refusalsOf(result.issues)}};
	return {values: {...draft.values, [name]: result.output}, typed, errors};
}

/** Set a value from text typed into its field: the text stays as it is, the value follows where it is allowed. */
export function typeText(draft: SettingsDraft, name: SettingName, text: string): SettingsDraft {
	const value = READERS[CONTROLS[name].kind](text);
	const next = setValue(draft, name, value as never);
	return {...next, typed: {...next.typed, [name]: text}};
}

const READERS: Readonly<Record<Control['kind'], (text: string) => unknown>> = {
	slider: textToNumber,
	number: textToNumber,
	numbers: textToNumbers,
	text: text => text,
	texts: linesToTexts,
	switch: text => text,
	choice: text => text,
};

/** Leave a field: an allowed text gives way to the value's usual form; a refused one stays, with its reason. */
export function leaveField(draft: SettingsDraft, name: SettingName): SettingsDraft {
	if (draft.errors[name] !== undefined) return draft;
	const {[name]: _, ...typed} = draft.typed;
	return {...draft, typed};
}

/** The text in a parameter's field. */
export function fieldText(draft: SettingsDraft, name: SettingName): string {
	const value = draft.values[name];
	const isNumbers = CONTROLS[name].kind === 'numbers';
	const written = Array.isArray(value)
		? isNumbers
			? value.join(', ')
			: textsToLines(value as string[])
		: String(value);
	return draft.typed[name] ?? written;
}

/** Why the draft cannot be used, by the value to look at: out of range, or not together with another. */
export function problemsOf(draft: SettingsDraft): ReadonlyMap<SettingName, readonly Refusal[]> {
	const problems = new Map<SettingName, readonly Refusal[]>();
	const add = (name: SettingName, why: readonly Refusal[]) =>
		problems.set(name, [...(problems.get(name) ?? []), ...why]);
	for (const [name, why] of Object.entries(draft.errors)) add(name as SettingName, why);
	for (const {parameter, refusal} of conflictsOf(draft.values)) add(parameter, [refusal]);
	return problems;
}

/**
 * The settings to save: every allowed value, and the last allowed one where a field holds something else; null while
 * values that are each allowed do not go together.
 */
export const savable = (draft: SettingsDraft): Settings | null =>
	conflictsOf(draft.values).length > 0 ? null : draft.values;

/**
 * A value of this parameter with which everything goes together, where one of the usual ones does it: off, one, as many
 * as there are beams, the default. Null when the parameter is part of no conflict.
 */
export function repairOf({values}: SettingsDraft, name: SettingName): Settings[SettingName] | null {
	if (!conflictsOf(values).some(({parameter}) => parameter === name)) return null;
	const usual = [
		NEUTRAL_CHOICE[name as keyof Choice],
		DEFAULT_GENERATION[name as keyof Generation],
		1,
		values.numBeams,
		4,
	];
	const fits = (value: unknown) =>
		v.is(SCHEMAS[name], value) && conflictsOf({...values, [name]: value} as Settings).length === 0;
	return usual.find(fits) ?? null;
}

/** A number as people write it; text that is no number is handed on, so that the message can show it. */
function textToNumber(text: string): number | string {
	const plain = text
		.trim()
		.replace('−', '-')
		.replace(/^(-?\d*),(\d+)$/, '$1.$2');
	return plain === '' || Number.isNaN(Number(plain)) ? text : Number(plain);
}

/** Numbers with commas or spaces between them; what is no number is handed on. */
function textToNumbers(text: string): (number | string)[] {
	return text.trim() === ''
		? []
		: text
				.trim()
				.split(/\s*,\s*|\s+/)
				.map(textToNumber);
}

/** One text a line; `\n`, `\t` and `\\` mean a line break, a tab and a backslash. The last line may be empty. */
function linesToTexts(text: string): string[] {
	const lines = text.split('\n');
	if (lines.at(-1) === '') lines.pop();
	return lines.map(line => line.replace(/\\([nt\\])/g, (_, c: string) => (c === 'n' ? '\n' : c === 't' ? '\t' : '\\')));
}

const textsToLines = (texts: readonly string[]) =>
	texts.map(text => text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\t', '\\t')).join('\n');
