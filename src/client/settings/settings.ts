import * as v from 'valibot';
import {DEFAULT_GENERATION} from '../../engine/parameters/registry.ts';
import {choice, integer, onOff} from '../../protocol/values/fields.ts';
import {GenerationFields, goTogether} from '../../protocol/values/generation.ts';
import {PassageScale} from '../../protocol/values/passage-scale.ts';

/** How many classes the list may show. */
export const CLASSES_LISTED = {min: 5, max: 200} as const;

/** The settings that are no parameters of generation. */
export const DISPLAY_FIELDS = {
	/** `fresh`: a new seed for every run, shown beside the result; `fixed`: `seed` every time. */
	seedMode: choice('seedMode', ['fresh', 'fixed']),
	/** How many classes the list shows. */
	classesListed: integer('classesListed', CLASSES_LISTED.min, CLASSES_LISTED.max),
	passageScale: PassageScale,
	/** Whether the side panel takes over text that is newly selected on the page. */
	panelFollowsSelection: onOff('panelFollowsSelection'),
	/** Whether single keys work the loop: digits, Enter, space, Backspace. */
	loopKeys: onOff('loopKeys'),
};

/** Everything that a person can tune, in one flat record; `stored.ts` keeps it in `storage.sync`. */
export const Settings = v.pipe(v.object({...GenerationFields.entries, ...DISPLAY_FIELDS}), goTogether());
export type Settings = v.InferOutput<typeof Settings>;
/** The name of one of them. */
export type SettingName = keyof Settings;

/** The key in `storage.sync` of all settings but the colour scale. */
export const SETTINGS_KEY = 'settings';
/** The key of the colour scale, which is switched on pages too. */
export const SCALE_KEY = 'passageScale';

/** A new user's settings. */
export const DEFAULT_SETTINGS: Settings = {
	...DEFAULT_GENERATION,
	seedMode: 'fresh',
	classesListed: 20,
	passageScale: 'rank',
	panelFollowsSelection: false,
	loopKeys: true,
};
