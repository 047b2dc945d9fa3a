import {platform} from '#platform';
import {putInInbox} from './inbox.ts';
import {type Place, selectionAt} from './selection.ts';
import {showInbox} from './views.ts';

/** "Predict the next token": the selected text goes to the popup. The engine starts meanwhile. */
export const predict = async (place: Place, windowId?: number): Promise<void> => {
	warmUp();
	const selected = await selectionAt(place);
	await putInInbox({...selected, view: 'classes', at: Date.now(), windowId});
	await showInbox(windowId);
};

/** Starts the engine before it is asked. Whoever asks it later meets the error, if there is one. */
export const warmUp = (): void => {
	platform.ensureEngine().catch(error => console.warn('The engine could not be started ahead of time.', error));
};
