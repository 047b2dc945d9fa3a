import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {openSettings} from '../../../../src/client/settings/storage.ts';
import {isGone} from '../../../../src/engine/parameters/gone.ts';
import {shownText} from '../../../../src/features/prompt/prompt.ts';
import {createPromptStore} from '../../../../src/features/prompt/prompt-store.ts';
import {openSession} from '../../../../src/features/prompt/session.ts';
import {FakeStorage, oneByOne} from '../../../helpers/fake-storage.ts';

/** What earlier versions left in the browser's storage, as they wrote it: one folder for every released version. */

const RELEASED = 'test/fixtures/released';

const storageWith = (version: string, file: string): FakeStorage => {
	const area = new FakeStorage();
	const items = JSON.parse(readFileSync(join(RELEASED, version, file), 'utf8')) as Record<string, unknown>;
	for (const [key, value] of Object.entries(items)) area.entries.set(key, JSON.stringify(value));
	return area;
};

describe.each(readdirSync(RELEASED))('version %s', version => {
	test('left settings that are all read', async () => {
		const area = storageWith(version, 'storage-sync.json');
		const left = area.read('settings') as {generation: object; passageScale: string; classesListed: number};
		const store = openSettings(area, oneByOne);
		await store.ready;
		expect(store.problems.value).toEqual([]);
		// Settings that are gone were off.
		const kept = Object.entries(left.generation).filter(([name]) => !isGone(name));
		expect(store.settings.value).toMatchObject(Object.fromEntries(kept));
		expect(store.settings.value).toMatchObject({classesListed: left.classesListed, passageScale: left.passageScale});
		store.dispose();
	});

	test('left a session from which a page opens, whether or not its state still fits', async () => {
		const session = await openSession('popup', storageWith(version, 'storage-session.json'));
		const prompt = createPromptStore(session);
		prompt.replace('A new text', 'typed');
		expect(shownText(prompt.prompt.value)).toBe('A new text');
		session.dispose();
	});
});
