import type {PlainKey} from '../../client/browser/i18n.ts';
import {insertAt} from '../../client/page/frames.ts';
import type {Source} from '../../protocol/messages/inbox.ts';
import {copyText} from '../../ui/copy.ts';

/**
 * Put text into the field that the selection came from. Where it is gone, or the page refuses, the text is copied
 * instead. Resolves with the message to show.
 */
export async function insertInto(source: Source, text: string): Promise<PlainKey> {
	try {
		if (await insertAt(source, text)) return 'popup_inserted';
	} catch {
		// The tab has closed, gone elsewhere, or is no longer ours to touch.
	}
	return (await copyText(text)) === 'popup_copied' ? 'popup_insert_copied' : 'popup_insert_failed';
}
