import * as v from 'valibot';
import browser from 'webextension-polyfill';
import {type Changes, sessionArea} from '../../platform/session-area.ts';
import {INBOX_KEY, Inbox} from '../../protocol/messages.ts';
import type {View} from '../state/session.ts';

/** What waits for this page, or null. Taking it is what makes it no longer wait. */
export async function takeInbox(view: View): Promise<Inbox | null> {
	try {
		const stored = await sessionArea().get(INBOX_KEY);
		const parsed = v.safeParse(Inbox, stored[INBOX_KEY]);
		if (!parsed.success || !(await isForUs(view, parsed.output))) return null;
		await sessionArea().remove(INBOX_KEY);
		return parsed.output;
	} catch (error) {
		// The page opens on what it showed before; the text still waits.
		console.error('The text that waits could not be taken.', error);
		return null;
	}
}

/** A tab in the background, or another window's panel, leaves the text to the popup that is about to open. */
async function isForUs(view: View, inbox: Inbox): Promise<boolean> {
	if (view === 'tab') return document.visibilityState === 'visible';
	if (view === 'popup' || inbox.windowId === undefined) return true;
	return inbox.windowId === (await browser.windows.getCurrent()).id;
}

/** Calls back when something may have come: now or later. Returns what stops it. */
export function onInbox(callback: () => void): () => void {
	const changed = (changes: Changes) => {
		if (changes[INBOX_KEY]?.newValue !== undefined) callback();
	};
	const seen = () => document.visibilityState === 'visible' && callback();
	const {onChanged} = sessionArea();
	onChanged.addListener(changed);
	document.addEventListener('visibilitychange', seen);
	return () => {
		onChanged.removeListener(changed);
		document.removeEventListener('visibilitychange', seen);
	};
}
