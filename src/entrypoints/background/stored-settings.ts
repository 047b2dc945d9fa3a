import browser from 'webextension-polyfill';
import {readStored, updateStored} from '../../client/settings/stored.ts';
import type {PassageScale} from '../../protocol/values/passage-scale.ts';

/** The colour scale that pages are painted in. */
export const storedScale = async (): Promise<PassageScale> => (await readStored()).settings.passageScale;

// A person who plays with the switch is never held up; a page that floods us leaves the browser's 120 writes a minute to
// the person's own settings.
const WRITES_AT_ONCE = 5;
// Shorter than the 30 seconds after which an idle service worker may be stopped.
const INTERVAL_MILLISECONDS = 20_000;

let allowance = WRITES_AT_ONCE;
let wanted: PassageScale | null = null;

/** Store the scale that was chosen on a page: the latest one, and at most fifteen times a minute. */
export async function storeScale(scale: PassageScale): Promise<void> {
	wanted = scale;
	if (allowance > 0) await write();
}

async function write(): Promise<void> {
	const passageScale = wanted;
	if (passageScale === null) return;
	wanted = null;
	allowance--;
	setTimeout(() => {
		allowance++;
		write().catch(error => console.warn('The colour scale could not be stored.', error));
	}, INTERVAL_MILLISECONDS);
	await updateStored(browser.storage.sync, stored => ({...stored, passageScale}));
}
