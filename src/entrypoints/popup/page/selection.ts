import browser from 'webextension-polyfill';
import {pickSelection, readFrames, sourceOf} from '../../../client/page/frames.ts';
import type {CutWord, Source} from '../../../protocol/messages/inbox.ts';

/** A text selected on the page, or the text before the caret of a field there. */
export interface PageSelection {
	text: string;
	source: Source;
	/** Nothing is selected: the text is the one before the caret. */
	caret: boolean;
	/** What it leaves of the words it cuts. */
	cut?: CutWord;
}

/** The selection of the page in front; `readable` is false where the browser gives no access to the page. */
export interface PageReading {
	readable: boolean;
	selection: PageSelection | null;
}

// A page that does not answer must not keep the popup waiting.
const PATIENCE_MILLISECONDS = 400;

/**
 * Read the active tab of this window. Opening the popup, the menu or a key gives access to a page until the person leaves
 * it; to the browser's own pages, nothing gives access. Never rejects.
 */
export async function readActiveTab(): Promise<PageReading> {
	try {
		const [tab] = await browser.tabs.query({active: true, currentWindow: true});
		const tabId = tab?.id;
		if (tabId === undefined) return {readable: false, selection: null};
		const found = pickSelection(await readFrames({tabId, allFrames: true}, PATIENCE_MILLISECONDS));
		if (!found) return {readable: true, selection: null};
		const source = sourceOf(tabId, found);
		return {readable: true, selection: {text: found.text, source, caret: found.caret ?? false, cut: found.cut}};
	} catch {
		return {readable: false, selection: null};
	}
}
