import browser from 'webextension-polyfill';
import {platform} from '#platform';
import {ENGINE_PORT} from '../protocol/engine.ts';
import {markClick} from '../protocol/marks.ts';
import {readStored} from '../settings/stored.ts';
import {createEngineClient, type EngineClient} from '../ui/client/engine-client.ts';
import {putInInbox} from './inbox.ts';
import {type Place, selectionAt} from './selection.ts';
import {showInbox} from './views.ts';

/** "Predict what comes next": the selected text goes to the popup. The engine starts meanwhile. */
export const predict = async (place: Place, windowId?: number): Promise<void> => {
	markClick('received');
	warmUp();
	const selected = await selectionAt(place);
	markClick('selected');
	void readAhead(selected.text);
	await putInInbox({...selected, view: 'classes', at: Date.now(), windowId});
	await showInbox(windowId);
};

/** Starts the engine before it is asked. Whoever asks it later meets the error, if there is one. */
export const warmUp = (): void => {
	platform.ensureEngine().catch(error => console.warn('The engine could not be started ahead of time.', error));
};

const askEngine = (): EngineClient =>
	createEngineClient({
		ensure: () => platform.ensureEngine(),
		connect: () => browser.runtime.connect({name: ENGINE_PORT}),
	});

/**
 * Has the engine read a prompt while the popup's process starts, so that the answer waits for the popup and not the popup
 * for the answer: the popup's own question finds the model open and the prompt read. Whatever goes wrong here goes wrong
 * again in the popup, which says so.
 */
export const readAhead = async (text: string, client: () => EngineClient = askEngine): Promise<void> => {
	if (text === '' || !platform.backgroundCanAsk) return;
	const engine = client();
	try {
		const {settings} = await readStored();
		const generation = {...settings.generation, seed: 0};
		await engine.request('classes', {prompt: {text, appended: []}, generation, limit: settings.classesListed});
		markClick('ahead');
	} catch (error) {
		console.info('The prompt could not be read ahead of the popup.', error);
	} finally {
		engine.dispose();
	}
};
