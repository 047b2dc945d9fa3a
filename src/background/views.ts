import browser from 'webextension-polyfill';
import {platform} from '#platform';
import {showBadge} from './badge.ts';

/** The one user interface, at three widths: popup, side panel and tab. */
const PAGE = 'src/app/index.html';

const contextsOf = async (type: chrome.runtime.ContextType) => {
	const contexts = await chrome.runtime.getContexts({contextTypes: [type]});
	return contexts.filter(context => context.documentUrl?.startsWith(chrome.runtime.getURL(PAGE)));
};

/**
 * Shows what waits in the inbox: in the side panel if the window has it open, else in the popup. A browser can refuse to
 * open a popup (no focused window, another popup open); the toolbar icon then says that a text is waiting.
 */
export const showInbox = async (windowId?: number): Promise<void> => {
	const panels = await contextsOf(chrome.runtime.ContextType.SIDE_PANEL);
	if (panels.some(panel => windowId === undefined || panel.windowId === windowId)) return;
	try {
		await browser.action.openPopup(windowId === undefined ? undefined : {windowId});
	} catch (error) {
		console.info('The browser did not open the popup; the text waits behind the icon.', error);
		await showBadge();
	}
};

/** Opens the full-size view, or brings the one that is open to the front. */
export const openTab = async (): Promise<void> => {
	const [open] = await contextsOf(chrome.runtime.ContextType.TAB);
	if (open) {
		await browser.tabs.update(open.tabId, {active: true});
		await browser.windows.update(open.windowId, {focused: true});
	} else {
		await browser.tabs.create({url: browser.runtime.getURL(`${PAGE}?view=tab`)});
	}
};

/** Opens the side panel. Must be called at once in the handler of a click, before anything is awaited. */
export const openPanel = (windowId: number): Promise<void> => platform.openPanel(windowId);
