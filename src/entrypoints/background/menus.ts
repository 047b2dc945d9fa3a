import browser, {type Menus} from 'webextension-polyfill';
import {platform} from '#platform';
import {openTab} from '../../client/browser/tabs.ts';
import {clearColours, colour, colourPage} from './colour.ts';
import {predict} from './predict.ts';
import type {Place} from './selection.ts';

interface Item {
	title: string;
	contexts: Menus.ContextType[];
	clicked(place: Place, windowId: number | undefined): Promise<void>;
}

/**
 * Every menu item, by an id that stays the same from version to version. Where a text is selected there are two: both
 * browsers put them one step deep, under the extension's name.
 */
const ITEMS: Readonly<Record<string, Item>> = {
	predict: {
		title: 'background_menu_predict',
		contexts: ['selection', 'editable'],
		clicked: predict,
	},
	colour: {
		title: 'background_menu_colour',
		contexts: ['page', 'selection'],
		clicked: (place, windowId) => (place.text ? colour(place, windowId) : colourPage(place, windowId)),
	},
	panel: {
		title: 'background_menu_panel',
		contexts: ['action'],
		clicked: async (_place, windowId) => (windowId === undefined ? openTab() : platform.openPanel(windowId)),
	},
	tab: {
		title: 'background_menu_tab',
		contexts: ['action'],
		clicked: () => openTab(),
	},
	clear: {
		title: 'background_menu_clear',
		contexts: ['action'],
		clicked: async ({tabId}) => (tabId === undefined ? undefined : clearColours(tabId)),
	},
};

/** Makes the menus; the browser keeps them while the service worker sleeps. */
export const createMenus = async (): Promise<void> => {
	await browser.contextMenus.removeAll();
	for (const [id, {title, contexts}] of Object.entries(ITEMS)) {
		browser.contextMenus.create({id, title: browser.i18n.getMessage(title), contexts});
	}
};

/** Called with the item that was clicked, and where. Pages outside tabs (a side panel, a viewer) give a tab id of -1. */
export const onMenuClicked = (
	info: Menus.OnClickData,
	tab?: {id?: number; windowId?: number},
): Promise<void> | undefined => {
	const place = {tabId: tab?.id === -1 ? undefined : tab?.id, frameId: info.frameId, text: info.selectionText};
	return ITEMS[info.menuItemId]?.clicked(place, tab?.windowId);
};
