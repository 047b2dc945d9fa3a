import browser from 'webextension-polyfill';
import {APP_PAGE} from './platform.ts';

/**
 * Opens the full-size view, or brings the one that is open to the front.
 * @param reload whether an open one must start again, to show what has been handed over to it.
 */
export async function openTab({reload = false} = {}): Promise<void> {
	const address = browser.runtime.getURL(`${APP_PAGE}?view=tab`);
	const [open] = await browser.tabs.query({url: `${address}*`});
	if (open?.id === undefined) {
		await browser.tabs.create({url: address});
		return;
	}
	if (reload) await browser.tabs.reload(open.id);
	await browser.tabs.update(open.id, {active: true});
	if (open.windowId !== undefined) await browser.windows.update(open.windowId, {focused: true});
}
