import {generationOf} from '../../engine/parameters/registry.ts';
import {conflictsOf} from '../../engine/parameters/strategies.ts';
import {isSameJson} from '../same-json.ts';
import type {SettingName, Settings} from './settings.ts';

/** Some settings with other values. */
export type Edits = Partial<Settings>;

/**
 * The fields in which `after` differs from `before`. A page writes these alone, so that it never undoes what another page
 * has changed in the meantime.
 */
export function editsBetween(before: Settings, after: Settings): Edits {
	const names = Object.keys(after) as SettingName[];
	return Object.fromEntries(
		names.filter(name => !isSameJson(before[name], after[name])).map(name => [name, after[name]]),
	);
}

/**
 * Settings with these edits.
 * @param whole the settings that the person sees. Where an edit cannot be combined with what another page has chosen, all
 * parameters of generation are taken from here: the latest choice wins as a whole.
 */
export function applyEdits(settings: Settings, edits: Edits, whole: Settings): Settings {
	const edited = {...settings, ...edits};
	return conflictsOf(edited).length === 0 ? edited : {...edited, ...generationOf(whole)};
}
