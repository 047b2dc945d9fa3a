import * as v from 'valibot';
import browser from 'webextension-polyfill';
import {sessionArea} from '../../../client/browser/session-area.ts';
import {onWaiting} from '../../../client/browser/waiting.ts';
import type {View} from '../../../features/prompt/session.ts';
import {AHEAD_KEY, type Ahead, INBOX_KEY, Inbox} from '../../../protocol/messages/inbox.ts';

/** Whether this page is on its way out: its scripts still run, but what it takes is shown by no page. */
let isLeaving = false;
globalThis.addEventListener?.('pagehide', () => {
	isLeaving = true;
});
globalThis.addEventListener?.('pageshow', () => {
	isLeaving = false;
});

/**
 * Take the text that waits for this page out of the inbox; null where there is none.
 * @param stored contents of the session's storage, where they have been read already.
 */
export async function takeInbox(view: View, stored?: Readonly<Record<string, unknown>>): Promise<Inbox | null> {
	try {
		const {[INBOX_KEY]: waiting} = stored ?? (await sessionArea().get(INBOX_KEY));
		const parsed = v.safeParse(Inbox, waiting);
		if (!parsed.success || !(await isForUs(view, parsed.output))) return null;
		const taken = sessionArea().remove(INBOX_KEY);
		// A page that has read the storage need not wait until the text is removed from it.
		if (stored) taken.catch(report);
		else await taken;
		return parsed.output;
	} catch (error) {
		report(error);
		return null;
	}
}

/** The page opens with its earlier prompt; the text still waits. */
const report = (error: unknown) => console.error('The text that waits could not be taken.', error);

/**
 * The engine's answer to a text that has just been taken, where it came before this page did; null where it did not, or is
 * to another text, or another model's.
 * @param model id of the one that answers now.
 */
export function takeAhead(stored: Readonly<Record<string, unknown>>, inbox: Inbox | null, model: string): Ahead | null {
	// Only this extension can write there, so the value needs no schema.
	const ahead = stored[AHEAD_KEY] as Ahead | undefined;
	if (!ahead) return null;
	sessionArea().remove(AHEAD_KEY).catch(report);
	return ahead.at === inbox?.at && ahead.model === model ? ahead : null;
}

/** A page that closes, one that cannot be seen, or another window's panel leaves the text to the popup that is about to open. */
async function isForUs(view: View, inbox: Inbox): Promise<boolean> {
	if (view === 'panel' && inbox.windowId !== undefined) {
		if (inbox.windowId !== (await browser.windows.getCurrent()).id) return false;
	}
	return !isLeaving && (view === 'popup' || document.visibilityState === 'visible');
}

/** Calls back when a text may have come to the inbox. Returns a function that stops it. */
export const onInbox = (callback: () => void): (() => void) => onWaiting(INBOX_KEY, callback);
