import {sessionArea} from '../../client/browser/session-area.ts';
import {endOf} from '../../client/text-end.ts';
import {INBOX_KEY, type Inbox} from '../../protocol/messages/inbox.ts';
import {MAX_TEXT_LENGTH} from '../../protocol/values/prompt.ts';

/** Characters kept of a text that the browser has no room for: more than any model here reads. */
const SHORT_LENGTH = 20_000;

const shortened = (inbox: Inbox, length: number): Inbox =>
	inbox.text.length <= length
		? inbox
		: {...inbox, text: endOf(inbox.text, length), notice: inbox.notice ?? 'background_notice_too_long'};

const store = (inbox: Inbox) => sessionArea().set({[INBOX_KEY]: inbox});

/**
 * Puts a text where the popup, the side panel and the full view look for it. The model reads the end of a long text, so
 * that is what is kept of one that is too long for a request, or for the room that is left in the session's storage.
 */
export const putInInbox = async (inbox: Inbox): Promise<void> => {
	try {
		await store(shortened(inbox, MAX_TEXT_LENGTH));
	} catch (error) {
		console.warn('No room for the whole text, its end is kept.', error);
		// With no room at all, the state of the last popup is removed: the text that was just chosen matters more.
		await store(shortened(inbox, SHORT_LENGTH)).catch(async () => {
			await sessionArea().clear();
			await store(shortened(inbox, SHORT_LENGTH));
		});
	}
};

export const isInboxFull = async (): Promise<boolean> => (await sessionArea().get(INBOX_KEY))[INBOX_KEY] !== undefined;

/** Calls back when the waiting text has been taken. */
export const onInboxTaken = (callback: () => void): void => {
	sessionArea().onChanged.addListener(changes => {
		const change = changes[INBOX_KEY];
		if (change && change.newValue === undefined) callback();
	});
};
