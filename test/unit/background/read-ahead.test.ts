import {afterEach, beforeEach, expect, test, vi} from 'vitest';
import {promptOf, requestOf} from '../../../src/app/state/prompt.ts';
import {readAhead} from '../../../src/background/predict.ts';
import {DEFAULT_SETTINGS, SETTINGS_KEY} from '../../../src/settings/settings.ts';
import {FakeEngine} from '../../helpers/fake-engine.ts';
import {FakeStorage} from '../../helpers/fake-storage.ts';

/** At the click the engine is asked what the popup is about to ask, so that it finds the answer ready. */

let engine: FakeEngine;

beforeEach(() => {
	engine = new FakeEngine();
	const sync = new FakeStorage();
	sync.entries.set(SETTINGS_KEY, JSON.stringify({...DEFAULT_SETTINGS, classesListed: 50}));
	vi.stubGlobal('chrome', {storage: {sync}, i18n: {getMessage: (key: string) => key}});
});
afterEach(() => vi.unstubAllGlobals());

test('the engine is asked the very question that the popup asks of the selection', async () => {
	const done = readAhead('Once upon a time', () => engine);
	await vi.waitFor(() => expect(engine.asked).toHaveLength(1));
	expect(engine.asked[0]).toMatchObject({
		method: 'classes',
		params: {
			prompt: requestOf(promptOf('Once upon a time')),
			generation: {...DEFAULT_SETTINGS.generation, seed: 0},
			limit: 50,
		},
	});
	engine.asked[0].fail('bad-model', 'The model is damaged.');
	// The popup meets the error itself; here it stops nothing.
	await expect(done).resolves.toBeUndefined();
});

test('nothing is asked when nothing is selected', async () => {
	await readAhead('', () => engine);
	expect(engine.asked).toEqual([]);
});
