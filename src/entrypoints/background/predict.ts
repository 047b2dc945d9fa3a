import browser from 'webextension-polyfill';
import {platform} from '#platform';
import {sessionArea} from '../../client/browser/session-area.ts';
import {chosenModel} from '../../client/chosen-model.ts';
import {createEngineClient, type EngineClient} from '../../client/engine-client.ts';
import {classesQuestion} from '../../client/settings/classes-question.ts';
import {readStored} from '../../client/settings/stored.ts';
import {AHEAD_KEY, type Ahead} from '../../protocol/messages/inbox.ts';
import {markClick} from '../../protocol/messages/marks.ts';
import {ENGINE_PORT} from '../../protocol/port.ts';
import {putInInbox} from './inbox.ts';
import {type Place, selectionAt} from './selection.ts';
import {showInbox} from './views.ts';

/** "Predict what comes next": the selected text goes to the popup. The engine starts at the same time. */
export const predict = async (place: Place, windowId?: number): Promise<void> => {
	markClick('received');
	warmUp();
	const selected = await selectionAt(place);
	markClick('selected');
	const at = Date.now();
	void readAhead(selected.text, at);
	await putInInbox({...selected, view: 'classes', at, windowId});
	await showInbox(windowId);
};

/** Starts the engine before it is asked. An error is left to the first request, which meets it again. */
export const warmUp = (): void => {
	platform.ensureEngine().catch(error => console.warn('The engine could not be started ahead of time.', error));
};

const askEngine = (): EngineClient =>
	createEngineClient({
		ensure: () => platform.ensureEngine(),
		connect() {
			markClick('asked');
			return browser.runtime.connect({name: ENGINE_PORT});
		},
	});

/**
 * Asks the engine while the popup's process is still starting, and leaves the answer beside the text. Where the answer comes
 * too late, the popup's own request at least finds the model open and the prompt read. An error is left to the popup's
 * request, which meets it again.
 * @param at the inbox's.
 */
export const readAhead = async (text: string, at: number, client: () => EngineClient = askEngine): Promise<void> => {
	if (text === '' || !platform.backgroundCanAsk) return;
	const engine = client();
	try {
		const [{settings}, model] = await Promise.all([readStored(), chosenModel()]);
		const params = classesQuestion({text, appended: []}, settings);
		const answer = await engine.request('classes', params);
		markClick('ahead');
		await sessionArea().set({[AHEAD_KEY]: {at, model, params, answer} satisfies Ahead});
	} catch (error) {
		console.info('The prompt could not be read ahead of the popup.', error);
	} finally {
		engine.dispose();
	}
};
