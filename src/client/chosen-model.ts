import browser, {type Storage} from 'webextension-polyfill';
import {ACTIVE_MODEL_KEY} from '../protocol/messages/keys.ts';
import {BUNDLED_ID} from '../protocol/values/models.ts';

/** Which model answers, as the library last reported it: the one place where pages look, and hear of another. */

/** The part of `storage.local` used here; tests give their own. */
type LocalArea = Pick<Storage.StorageArea, 'get' | 'onChanged'>;

/** The id of the model that answers. */
export async function chosenModel(area: Pick<LocalArea, 'get'> = browser.storage.local): Promise<string> {
	const {[ACTIVE_MODEL_KEY]: id} = await area.get(ACTIVE_MODEL_KEY);
	return typeof id === 'string' ? id : BUNDLED_ID;
}

/** Calls back, for as long as the page lives, when another model has been chosen, here or elsewhere. */
export function onModelChosen(callback: () => void, area: Pick<LocalArea, 'onChanged'> = browser.storage.local): void {
	area.onChanged.addListener(changes => {
		const {oldValue = BUNDLED_ID, newValue = BUNDLED_ID} = changes[ACTIVE_MODEL_KEY] ?? {};
		if (newValue !== oldValue) callback();
	});
}
