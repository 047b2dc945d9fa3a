import browser from 'webextension-polyfill';
import type {ToBackground} from '../../../protocol/messages/background.ts';
import type {Source} from '../../../protocol/messages/inbox.ts';

/** Have the selection painted on the page that the prompt came from. */
export async function colourOnPage(source: Source): Promise<void> {
	await browser.runtime.sendMessage({type: 'passage.colour', source} satisfies ToBackground);
}
