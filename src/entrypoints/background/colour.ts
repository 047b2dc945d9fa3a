import * as v from 'valibot';
import browser from 'webextension-polyfill';
import {openTab} from '../../client/browser/tabs.ts';
import {inPatience} from '../../client/page/frames.ts';
import passageScript from '../../features/passage/content/passage.iife.ts?script';
import {PaintAnswer, type ToContent} from '../../protocol/messages/content.ts';
import {putInInbox} from './inbox.ts';
import {warmUp} from './predict.ts';
import {type Place, selectionAt} from './selection.ts';
import {storedScale} from './stored-settings.ts';
import {showInbox} from './views.ts';

/** No popup has to open while the click still counts, so a busy page may take this long: the paint belongs there. */
const PATIENCE_MILLISECONDS = 20_000;

const send = (tabId: number, frameId: number, message: ToContent): Promise<unknown> =>
	browser.tabs.sendMessage(tabId, message, {frameId});

/** Paints text of a frame. Null where that is not possible: the page may not be touched, or does not answer. */
const paint = async (tabId: number, frameId: number, what: 'selection' | 'page'): Promise<PaintAnswer | null> => {
	const answer = async () => {
		// The script starts once, however often it is injected.
		await browser.scripting.executeScript({target: {tabId, frameIds: [frameId]}, files: [passageScript]});
		const scale = await storedScale();
		return v.parse(PaintAnswer, await send(tabId, frameId, {type: 'passage.paint', what, scale}));
	};
	try {
		return await inPatience(PATIENCE_MILLISECONDS, answer());
	} catch (error) {
		console.info('The page could not be painted.', error);
		return null;
	}
};

/**
 * Paints the selected passage where it is; its summary waits in the inbox. Where text cannot be painted (a field, a page that
 * may not be touched) the passage opens in the full-size view. With nothing selected, the page is painted.
 */
export const colour = async (place: Place, windowId?: number): Promise<void> => {
	warmUp();
	const selected = await selectionAt(place, PATIENCE_MILLISECONDS);
	const inbox = {...selected, view: 'passage', at: Date.now(), windowId} as const;
	if (selected.notice === 'background_notice_no_selection') return colourPage(place, windowId);
	if (selected.text === '') {
		await putInInbox({...inbox, view: 'classes'});
		return showInbox(windowId);
	}
	const {source} = selected;
	const answer = source && (await paint(source.tabId, source.frameId, 'selection'));
	if (answer?.outcome === 'painted') return putInInbox({...inbox, text: answer.text});
	const notice = answer?.outcome === 'field' ? 'background_notice_field' : 'background_notice_unpainted';
	await putInInbox({...inbox, notice});
	await openTab();
};

/** Paints the page: its article, or else all its text. */
export const colourPage = async ({tabId, frameId = 0}: Place, windowId?: number): Promise<void> => {
	warmUp();
	const answer = tabId === undefined ? null : await paint(tabId, frameId, 'page');
	const inbox = {source: null, at: Date.now(), windowId};
	if (answer?.outcome === 'painted') return putInInbox({...inbox, text: answer.text, view: 'passage'});
	const notice = answer ? 'background_notice_no_text' : 'background_notice_forbidden';
	await putInInbox({...inbox, text: '', view: 'classes', notice});
	await showInbox(windowId);
};

/** Takes the colours off every frame of a tab that has any. */
export const clearColours = async (tabId: number): Promise<void> => {
	// Without a `frameId` the message goes to every frame. No painter in the tab is no error.
	await browser.tabs.sendMessage(tabId, {type: 'passage.clear'} satisfies ToContent).catch(() => undefined);
};
