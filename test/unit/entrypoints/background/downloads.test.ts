import {afterEach, beforeEach, expect, test, vi} from 'vitest';
import {showDownload} from '../../../../src/entrypoints/background/downloads.ts';
import {FakeStorage} from '../../../helpers/fake-storage.ts';

/** The service worker's part in downloads, with the engine's document in the hands of the test. */

const {ensureEngine} = vi.hoisted(() => ({ensureEngine: vi.fn(async () => {})}));
vi.mock('#platform', () => ({platform: {ensureEngine}}));

let local: FakeStorage;
/** Grants the lock that the document held: it has died. */
let dies: () => void;

beforeEach(() => {
	local = new FakeStorage();
	ensureEngine.mockClear();
	const action = {
		getBadgeText: async () => '',
		setBadgeText: async () => {},
		setBadgeBackgroundColor: async () => {},
		setTitle: async () => {},
	};
	vi.stubGlobal('chrome', {storage: {local}, action, i18n: {getMessage: (key: string) => key}});
	vi.stubGlobal('navigator', {
		locks: {
			request: (_name: string, granted: () => Promise<void>) =>
				new Promise<void>(resolve => {
					dies = () => void granted().then(resolve);
				}),
		},
	});
});
afterEach(() => vi.unstubAllGlobals());

const settled = () => new Promise(resolve => setTimeout(resolve));

test('when the engine’s document dies while something is fetched, another goes on', async () => {
	await showDownload(0.4);
	await showDownload(0.5);
	dies();
	await settled();
	expect(ensureEngine).toHaveBeenCalledOnce();
	// The next one is watched as well.
	await showDownload(0.6);
	dies();
	await settled();
	expect(ensureEngine).toHaveBeenCalledTimes(2);
	// One that closes after everything has been fetched is missed by nobody.
	await showDownload(0.9);
	await showDownload(null);
	dies();
	await settled();
	expect(ensureEngine).toHaveBeenCalledTimes(2);
});
