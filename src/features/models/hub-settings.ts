import {type ReadonlySignal, signal} from '@preact/signals';
import * as v from 'valibot';
import browser, {type Storage} from 'webextension-polyfill';
import {refusalText} from '../../client/browser/error-text.ts';
import {DEFAULT_HUB_SETTINGS, HUB_SETTINGS_KEY, HubSettings} from '../../protocol/values/models.ts';
import {refusalsOf} from '../../protocol/values/refused.ts';

/** Where models come from, as every open page sees it. */
export interface HubSettingsStore {
	readonly settings: ReadonlySignal<HubSettings>;
	readonly ready: Promise<void>;
	/** @throws Error with a sentence for the person. */
	save(settings: HubSettings): Promise<void>;
}

/** The part of `browser.storage.local` used here; tests give their own. */
export type LocalArea = Pick<Storage.StorageArea, 'get' | 'set' | 'onChanged'>;

/** Kept on this machine alone: an access token has no place in settings that are synchronised. */
export function openHubSettings(area: LocalArea = browser.storage.local): HubSettingsStore {
	const settings = signal(DEFAULT_HUB_SETTINGS);
	const take = (stored: unknown) => {
		const parsed = v.safeParse(HubSettings, stored);
		if (parsed.success) settings.value = parsed.output;
	};
	area.onChanged.addListener(changes => {
		if (HUB_SETTINGS_KEY in changes) take(changes[HUB_SETTINGS_KEY].newValue);
	});
	return {
		settings,
		ready: area.get(HUB_SETTINGS_KEY).then(stored => take(stored[HUB_SETTINGS_KEY])),
		async save(next) {
			const parsed = v.safeParse(HubSettings, next);
			if (!parsed.success) throw new Error(refusalText(refusalsOf(parsed.issues)));
			const before = settings.peek();
			// They hold here at once: a click that follows must not reach a network that was just switched off.
			settings.value = parsed.output;
			await area.set({[HUB_SETTINGS_KEY]: parsed.output}).catch(error => {
				if (settings.peek() === parsed.output) settings.value = before;
				throw error;
			});
		},
	};
}

/**
 * Ask the browser for access to the Hub's address alone; must be called in the handler of a click.
 * @returns whether the person allowed it.
 */
export const allowHub = ({address}: HubSettings): Promise<boolean> =>
	browser.permissions.request({origins: [`${new URL(address).protocol}//${new URL(address).hostname}/*`]});
