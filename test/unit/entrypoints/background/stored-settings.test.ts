import {afterEach, beforeEach, expect, test, vi} from 'vitest';
import {FakeStorage, oneByOne} from '../../../helpers/fake-storage.ts';

/** Switching the colour scale on a page, as the service worker stores it. */

let sync: FakeStorage;
let stored: typeof import('../../../../src/entrypoints/background/stored-settings.ts');

beforeEach(async () => {
	vi.useFakeTimers();
	sync = new FakeStorage();
	vi.stubGlobal('chrome', {storage: {sync}});
	vi.stubGlobal('navigator', {locks: {request: (_name: string, action: () => Promise<unknown>) => oneByOne(action)}});
	vi.resetModules();
	stored = await import('../../../../src/entrypoints/background/stored-settings.ts');
});

afterEach(() => {
	vi.useRealTimers();
	vi.unstubAllGlobals();
});

test('the scale is stored under its own key, and nothing else is written', async () => {
	await stored.storeScale('surprisal');
	expect(sync.writes).toEqual([{passageScale: 'surprisal'}]);
	expect(await stored.storedScale()).toBe('surprisal');
});

test('the scale that is stored already is not written again', async () => {
	await stored.storeScale('rank');
	expect(sync.writes).toEqual([]);
});

test('a page that floods us leaves the browser’s 120 writes a minute to others, and its last choice is kept', async () => {
	for (let i = 0; i < 1000; i++) {
		await stored.storeScale(i % 2 === 0 ? 'surprisal' : 'rank');
		await vi.advanceTimersByTimeAsync(60);
	}
	await stored.storeScale('surprisal');
	expect(sync.writes.length).toBeLessThanOrEqual(25);
	await vi.advanceTimersByTimeAsync(60_000);
	expect(await stored.storedScale()).toBe('surprisal');
});
