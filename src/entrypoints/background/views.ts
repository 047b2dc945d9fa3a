import browser from 'webextension-polyfill';
import {platform} from '#platform';
import {showBadge} from './badge.ts';

/**
 * Shows the text in the inbox: in the side panel if the window has it open, else in the popup. A browser can refuse to
 * open a popup (no focused window, another popup open); the toolbar icon then says that a text is waiting.
 */
export const showInbox = async (windowId?: number): Promise<void> => {
	if (await platform.isPanelOpen(windowId)) return;
	try {
		await browser.action.openPopup(windowId === undefined ? undefined : {windowId});
	} catch (error) {
		console.info('The browser did not open the popup; the text waits behind the icon.', error);
		await showBadge();
	}
};
