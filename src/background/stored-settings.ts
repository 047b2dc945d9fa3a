import browser from 'webextension-polyfill';
import {parseSettings} from '../settings/parse.ts';
import {SETTINGS_KEY, type Settings} from '../settings/settings.ts';

/** The settings as they are stored, with what is unusable in them replaced by the defaults. */
export const storedSettings = async (): Promise<Settings> => {
	const stored = await browser.storage.sync.get(SETTINGS_KEY);
	return parseSettings(stored[SETTINGS_KEY]).settings;
};

export const storeSettings = (settings: Settings): Promise<void> =>
	browser.storage.sync.set({[SETTINGS_KEY]: settings});
