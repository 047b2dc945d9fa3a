import {enumeration, type PlainKey, t} from '../client/browser/i18n.ts';
import {CONTROLS} from '../client/settings/parameters.ts';
import {type Choice, NEUTRAL_CHOICE, PRESETS, type PresetId} from '../client/settings/presets.ts';
import type {SettingName, Settings} from '../client/settings/settings.ts';
import {isNeutral, PARAMETERS, type ParameterName, unreadWithout} from '../engine/parameters/registry.ts';

/** Parameters and presets in words. */

/** `0.8`, `Off`, `"a" "b"`. */
export function valueText(name: SettingName, value: Settings[SettingName]): string {
	if (CONTROLS[name].kind === 'choice') return t(`options_${name}_${value}` as PlainKey);
	if (typeof value === 'boolean') return t(value ? 'options_on' : 'options_off');
	if (CONTROLS[name].kind === 'text') return JSON.stringify(value);
	return Array.isArray(value) ? value.map(one => JSON.stringify(one)).join(' ') : String(value);
}

/** `Temperature 0.8`; a switch that is on is its name alone. */
export function parameterText(name: SettingName, value: Settings[SettingName]): string {
	const label = t(`options_${name}`);
	const {kind} = CONTROLS[name];
	if (value === true && kind === 'switch') return label;
	return t(kind === 'choice' || kind === 'switch' ? 'options_named_choice' : 'options_named_value', {
		name: label,
		value: valueText(name, value),
	});
}

/** The settings of a preset, in words. */
export function presetText(preset: PresetId): string {
	const sets = Object.entries(PRESETS[preset]) as [keyof Choice, Settings[keyof Choice]][];
	if (sets.length === 0) return t('options_preset_neutral');
	return enumeration(sets.map(([name, value]) => parameterText(name, value)));
}

/** The parameters of a choice that are not neutral, in words. */
export function choiceText(choice: Choice): string {
	const names = Object.keys(NEUTRAL_CHOICE) as (keyof Choice)[];
	const changed = names.filter(name => choice[name] !== NEUTRAL_CHOICE[name]);
	if (changed.length === 0) return t('options_preset_neutral');
	return enumeration(changed.map(name => parameterText(name, choice[name])));
}

const UNREAD: Partial<Record<ParameterName, PlainKey>> = {
	doSample: 'options_unused_sampling',
	numBeams: 'options_unused_beams',
};

/** Why a value has no effect beside the others; null when it has one. */
export function unusedText(name: SettingName, values: Settings): string | null {
	const missing = isParameter(name) ? unreadWithout(name, values) : null;
	if (missing) {
		const why = UNREAD[missing[0]];
		return why ? t(why) : t('options_unused_other', {parameter: t(`options_${missing[0]}`)});
	}
	if (name === 'seed' && values.seedMode === 'fresh') return t('options_unused_seed');
	return null;
}

const isParameter = (name: SettingName): name is ParameterName => name in PARAMETERS;

/** Whether a parameter does nothing at its value; null for a value that always does something. */
export function isNeutralSetting(name: SettingName, values: Settings): boolean | null {
	if (!isParameter(name) || name === 'maxNewTokens' || name === 'seed') return null;
	return isNeutral(name, values[name]);
}

/** Whether few people want a setting. */
export const isRare = (name: SettingName): boolean => isParameter(name) && PARAMETERS[name].rare === true;

/** The name of a parameter in Hugging Face's `generate`: `top_k`; null for a setting that it does not have. */
export const huggingFaceName = (name: SettingName): string | null =>
	isParameter(name) ? PARAMETERS[name].huggingFace : null;
