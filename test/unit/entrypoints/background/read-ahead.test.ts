import {afterEach, beforeEach, expect, test, vi} from 'vitest';
import {DEFAULT_SETTINGS, SETTINGS_KEY} from '../../../../src/client/settings/settings.ts';
import {writtenForm} from '../../../../src/client/settings/written.ts';
import {DEFAULT_GENERATION} from '../../../../src/engine/parameters/registry.ts';
import {readAhead} from '../../../../src/entrypoints/background/predict.ts';
import {takeAhead} from '../../../../src/entrypoints/popup/page/inbox.ts';
import {requestOf} from '../../../../src/features/loop/prompt.ts';
import {promptOf} from '../../../../src/features/prompt/prompt.ts';
import type {Inbox} from '../../../../src/protocol/messages/inbox.ts';
import {ACTIVE_MODEL_KEY} from '../../../../src/protocol/messages/keys.ts';
import {classesAnswer, FakeEngine} from '../../../helpers/fake-engine.ts';
import {FakeStorage} from '../../../helpers/fake-storage.ts';

/** At the click the engine is asked what the popup is about to ask, so that it finds the answer ready. */

let engine: FakeEngine;
let session: FakeStorage;
let local: FakeStorage;

beforeEach(() => {
	engine = new FakeEngine();
	const sync = new FakeStorage();
	sync.entries.set(SETTINGS_KEY, JSON.stringify(writtenForm({...DEFAULT_SETTINGS, classesListed: 50})));
	session = new FakeStorage();
	local = new FakeStorage();
	vi.stubGlobal('chrome', {storage: {sync, session, local}, i18n: {getMessage: (key: string) => key}});
});
afterEach(() => vi.unstubAllGlobals());

test('the engine is asked the very question that the popup asks of the selection', async () => {
	const done = readAhead('Once upon a time', 1, () => engine);
	await vi.waitFor(() => expect(engine.asked).toHaveLength(1));
	expect(engine.asked[0]).toMatchObject({
		method: 'classes',
		params: {
			prompt: requestOf(promptOf('Once upon a time')),
			generation: {...DEFAULT_GENERATION, seed: 0},
			limit: 50,
		},
	});
	engine.asked[0].fail('bad-model', 'The model is damaged.');
	// The popup meets the error itself; here it stops nothing.
	await expect(done).resolves.toBeUndefined();
});

test('the answer waits for the popup beside the text, and for no other text or model', async () => {
	local.entries.set(ACTIVE_MODEL_KEY, JSON.stringify('gpt2'));
	const done = readAhead('Once upon a time', 7, () => engine);
	await vi.waitFor(() => expect(engine.asked).toHaveLength(1));
	const asked = engine.last('classes');
	const answer = classesAnswer(['Once', ' upon', ' a', ' time']);
	asked.answer(answer);
	await done;
	const found = await session.get(null);
	const inbox: Inbox = {text: 'Once upon a time', source: null, view: 'classes', at: 7};
	expect(takeAhead(found, inbox, 'gpt2')).toEqual({at: 7, model: 'gpt2', params: asked.params, answer});
	expect(takeAhead(found, {...inbox, at: 8}, 'gpt2')).toBeNull();
	expect(takeAhead(found, null, 'gpt2')).toBeNull();
	// Another one was chosen while the text waited.
	expect(takeAhead(found, inbox, 'gpt2-mini')).toBeNull();
	// Once taken it is gone.
	expect(session.entries.size).toBe(0);
});

test('nothing is asked when nothing is selected', async () => {
	await readAhead('', 1, () => engine);
	expect(engine.asked).toEqual([]);
});
