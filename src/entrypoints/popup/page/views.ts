import browser from 'webextension-polyfill';
import {platform} from '#platform';
import {WINDOW_PARAMETER} from '../../../client/browser/platform.ts';
import {openTab} from '../../../client/browser/tabs.ts';
import type {Session, View} from '../../../features/prompt/session.ts';

/** Opens the extension's other pages. */

/** Open the options page, or bring it to the front. */
export const openOptions = () => browser.runtime.openOptionsPage();

// Asked for at load: opening the panel must follow a click at once, before anything is awaited.
let windowId: number | undefined;
/** Find out which window this page is in. A panel puts it in its address, where the service worker looks for it. */
export async function rememberWindow(view: View): Promise<void> {
	windowId = (await browser.windows.getCurrent()).id;
	if (view !== 'panel') return;
	const address = new URL(location.href);
	address.searchParams.set(WINDOW_PARAMETER, String(windowId));
	history.replaceState(history.state, '', address);
}

/**
 * Open the side panel of this window on what this page shows. Call it first thing in the handler of a click, once
 * `rememberWindow` has resolved.
 * @throws where the browser opens none.
 */
export async function openPanel(session: Session): Promise<void> {
	if (windowId === undefined) throw new Error('The window of this page is not known.');
	// On its way before the panel opens: that takes the focus, which may close the popup with all that it has not yet asked for.
	const handedOver = session.handOver('panel');
	await Promise.all([platform.openPanel(windowId), handedOver]);
}

/** Open the full-size view on what this page shows, or bring the one that is open to the front with it. */
export async function openFullView(session: Session): Promise<void> {
	await session.handOver('tab');
	await openTab({reload: true});
}
