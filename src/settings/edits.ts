import type {Generation} from '../parameters/registry.ts';
import {conflictsOf} from '../parameters/strategies.ts';
import {isSameJson} from '../protocol/same-json.ts';
import type {Settings} from './settings.ts';

/** Some settings with other values. */
export type Edits = Partial<Omit<Settings, 'generation'>> & {generation?: Partial<Generation>};

/**
 * The fields in which `after` differs from `before`. A page writes these alone, so that it never undoes what another page
 * has changed in the meantime.
 */
export function editsBetween(before: Settings, after: Settings): Edits {
	const {generation, ...display} = changedFields(before, after);
	return {...display, ...(generation && {generation: changedFields(before.generation, after.generation)})};
}

/** Both edits, the later ones on top. */
export function mergeEdits(earlier: Edits, later: Edits): Edits {
	const generation = {...earlier.generation, ...later.generation};
	return {...earlier, ...later, ...(Object.keys(generation).length > 0 && {generation})};
}

/**
 * Settings with these edits.
 * @param whole the settings that the person sees. Where an edit cannot be combined with what another page has chosen, all
 * parameters of generation are taken from here: the latest choice wins as a whole.
 */
export function applyEdits(settings: Settings, edits: Edits, whole: Settings): Settings {
	const generation = {...settings.generation, ...edits.generation};
	const fits = conflictsOf(generation).length === 0;
	return {...settings, ...edits, generation: fits ? generation : whole.generation};
}

function changedFields<T extends object>(before: T, after: T): Partial<T> {
	const names = Object.keys(after) as (keyof T)[];
	const changed = names.filter(name => !isSameJson(before[name], after[name]));
	return Object.fromEntries(changed.map(name => [name, after[name]])) as Partial<T>;
}
