import {insertText} from '../../page-access/insert-text.ts';
import type {Source} from '../../protocol/messages.ts';
import type {MessageKey} from '../../ui/i18n.ts';
import {copyText} from './copy.ts';

/**
 * Put text into the field that the selection came from. Where it is gone (another page, another focus), the text is
 * copied instead. Resolves with what to say.
 */
export async function insertInto(source: Source, text: string): Promise<MessageKey> {
	try {
		const target = {tabId: source.tabId, frameIds: [source.frameId]};
		const [result] = await chrome.scripting.executeScript({target, func: insertText, args: [text]});
		if (result?.result) return 'popup_inserted';
	} catch {
		// The tab has closed, gone elsewhere, or is no longer ours to touch.
	}
	return (await copyText(text)) === 'popup_copied' ? 'popup_insert_copied' : 'popup_insert_failed';
}
