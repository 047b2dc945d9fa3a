import {sessionArea} from '../../client/browser/session-area.ts';
import {openDesk} from '../../client/browser/tabs.ts';
import {DESK_TEXT_KEY} from '../../protocol/messages/keys.ts';

/** Open the desk, or bring the one that is open to the front, and hand it a text, if there is one. It takes nothing away for it. */
export async function openDeskOn(text: string): Promise<void> {
	if (text.trim() !== '')
		await sessionArea()
			.set({[DESK_TEXT_KEY]: text})
			.catch(error => console.error('The text could not be handed over.', error));
	await openDesk();
}
