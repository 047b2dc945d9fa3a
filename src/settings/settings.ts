import * as v from 'valibot';
import {DEFAULT_GENERATION} from '../parameters/registry.ts';
import {choice, integer, onOff} from '../protocol/fields.ts';
import {Generation} from '../protocol/generation.ts';
import {PassageScale} from '../protocol/messages.ts';

/** How many classes the list may show. */
export const CLASSES_LISTED = {min: 5, max: 200} as const;

/** Everything that a person can tune; kept in `storage.sync` (see `stored.ts`). */
export const Settings = v.object({
	version: v.literal(1),
	generation: Generation,
	/** `fresh`: a new seed for every run, shown beside the result; `fixed`: `generation.seed` every time. */
	seedMode: choice('seedMode', ['fresh', 'fixed']),
	/** How many classes the list shows. */
	classesListed: integer('classesListed', CLASSES_LISTED.min, CLASSES_LISTED.max),
	passageScale: PassageScale,
	/** Whether the side panel takes over text that is newly selected on the page. */
	panelFollowsSelection: onOff('panelFollowsSelection'),
	/** Whether single keys work the loop: digits, Enter, space, Backspace. */
	loopKeys: onOff('loopKeys'),
});
export type Settings = v.InferOutput<typeof Settings>;

const {version: _version, generation: _generation, ...displayFields} = Settings.entries;
/** The settings that are no parameters of generation. */
export const DISPLAY_FIELDS = displayFields;

/** The key in `storage.sync` of all settings but the colour scale. */
export const SETTINGS_KEY = 'settings';
/** The key of the colour scale, which is switched on pages too. */
export const SCALE_KEY = 'passageScale';

/** A new user's settings. */
export const DEFAULT_SETTINGS: Settings = {
	version: 1,
	generation: DEFAULT_GENERATION,
	seedMode: 'fresh',
	classesListed: 20,
	passageScale: 'rank',
	panelFollowsSelection: false,
	loopKeys: true,
};
