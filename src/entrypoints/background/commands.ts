import browser from 'webextension-polyfill';
import {APP_PAGE} from '../../client/browser/platform.ts';
import {colour} from './colour.ts';
import {putInInbox} from './inbox.ts';
import {predict} from './predict.ts';

/** The keyboard commands of the manifest. The key grants access to the tab, as a click would. */
const COMMANDS: Readonly<Record<string, typeof predict>> = {predict, colour};

interface Tab {
	id?: number;
	windowId?: number;
	url?: string;
}

export const onCommand = (name: string, tab?: Tab): Promise<void> | undefined => {
	// In our own tab there is no page to read; what is typed there is read at once.
	if (tab?.url?.startsWith(browser.runtime.getURL(APP_PAGE))) {
		const notice = 'background_notice_own_page';
		return putInInbox({text: '', source: null, view: 'classes', notice, at: Date.now(), windowId: tab.windowId});
	}
	return COMMANDS[name]?.({tabId: tab?.id}, tab?.windowId);
};
