import browser, {type Storage} from 'webextension-polyfill';
import {type Refusal, refuse, sentenceOf} from '../../engine/errors/refusal.ts';
import {editsBetween} from './edits.ts';
import {isRecord, type ParsedSettings, parseSettings} from './parse.ts';
import {SCALE_KEY, SETTINGS_KEY, type Settings} from './settings.ts';
import {writtenForm} from './written.ts';

/**
 * Settings in the browser's storage: under two keys, since the colour scale is switched on any page and must not rewrite
 * everything else.
 */

/** The part of `browser.storage.sync` used here; tests give their own. */
export type SettingsArea = Pick<Storage.StorageArea, 'get' | 'set' | 'onChanged'>;

/** Runs an action while no other page or worker of the extension runs one. */
export type Exclusively = <T>(action: () => Promise<T>) => Promise<T>;

/** The most that the browser stores under one key, in bytes of key and JSON (`browser.storage.sync.QUOTA_BYTES_PER_ITEM`). */
const MAX_ITEM_BYTES = 8192;

/** Settings that the browser has no room for. */
export class TooLargeError extends Error {
	override readonly name = 'TooLargeError';

	readonly refusals: readonly Refusal[];

	constructor(readonly bytes: number) {
		const refusals = [refuse('settings-too-large', {bytes, most: MAX_ITEM_BYTES})];
		super(sentenceOf(refusals));
		this.refusals = refusals;
	}
}

/** Only one page or worker of the extension reads and writes the settings at a time. */
export const inTurn: Exclusively = action => navigator.locks.request('settings', action) as ReturnType<typeof action>;

/** The stored settings; values that cannot be used are replaced by the defaults. */
export async function readStored(area: Pick<SettingsArea, 'get'> = browser.storage.sync): Promise<ParsedSettings> {
	const {[SETTINGS_KEY]: value, [SCALE_KEY]: passageScale} = await area.get([SETTINGS_KEY, SCALE_KEY]);
	// Anything that is no object is no settings at all, and reported as that.
	if (passageScale === undefined || !isRecord(value ?? {})) return parseSettings(value);
	return parseSettings({...(value as object | undefined), passageScale});
}

/**
 * Change the stored settings. Changes that another page writes at the same time are not lost; only keys with another value are
 * written.
 * @throws TooLargeError; the browser's error when it refuses.
 */
export function updateStored(
	area: SettingsArea,
	change: (stored: Settings) => Settings,
	exclusively: Exclusively = inTurn,
): Promise<void> {
	return exclusively(async () => {
		const {settings: before, problems} = await readStored(area);
		const after = change(before);
		// Values that could not be used are overwritten.
		const changed = problems.length > 0 ? Object.keys(after) : Object.keys(editsBetween(before, after));
		const items = itemsOf(after, changed);
		if (!items) return;
		const bytes = itemBytes(SETTINGS_KEY, items[SETTINGS_KEY]);
		if (bytes > MAX_ITEM_BYTES) throw new TooLargeError(bytes);
		await area.set(items);
	});
}

/** The items to store when these fields of the settings have changed; null when none has. */
export function itemsOf(settings: Settings, changed: readonly string[]): Record<string, unknown> | null {
	const {passageScale, ...rest} = writtenForm(settings);
	const items: Record<string, unknown> = {};
	if (changed.some(field => field !== 'passageScale')) items[SETTINGS_KEY] = rest;
	if (changed.includes('passageScale')) items[SCALE_KEY] = passageScale;
	return Object.keys(items).length > 0 ? items : null;
}

/** Chromium counts the key and the value as JSON, in which it writes `<` as six bytes. */
function itemBytes(key: string, value: unknown): number {
	return new TextEncoder().encode(key + (JSON.stringify(value) ?? '').replaceAll('<', '\\u003C')).length;
}
