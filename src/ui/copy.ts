import type {PlainKey} from '../client/browser/i18n.ts';

/** Copy text; resolves with the message to show. */
export async function copyText(text: string): Promise<PlainKey> {
	try {
		await navigator.clipboard.writeText(text);
		return 'popup_copied';
	} catch {
		return 'popup_copy_failed';
	}
}
