import {afterEach, beforeEach, expect, test, vi} from 'vitest';
import {showInbox} from '../../../../src/entrypoints/background/views.ts';
import {FakeStorage} from '../../../helpers/fake-storage.ts';

/** Where a text that waits is shown: in the panel of the window that was clicked in, or in the popup. */

const PANEL = 'chrome-extension://lens/src/entrypoints/popup/index.html?view=panel';
let contexts: {documentUrl: string; windowId: number}[];
let session: FakeStorage;
let openPopup: ReturnType<typeof vi.fn>;
let badge: string;

beforeEach(() => {
	vi.spyOn(console, 'info').mockImplementation(() => undefined);
	contexts = [];
	session = new FakeStorage();
	badge = '';
	openPopup = vi.fn(async () => undefined);
	vi.stubGlobal('chrome', {
		runtime: {
			getURL: (path: string) => `chrome-extension://lens/${path}`,
			getContexts: async () => contexts,
			ContextType: {SIDE_PANEL: 'SIDE_PANEL'},
		},
		storage: {session},
		i18n: {getMessage: (key: string) => key},
		action: {
			openPopup,
			setBadgeBackgroundColor: async () => undefined,
			setBadgeText: async ({text}: {text: string}) => {
				badge = text;
			},
			setTitle: async () => undefined,
		},
	});
});
afterEach(() => vi.unstubAllGlobals());

test('no popup opens on top of the panel of that window, which the browser gives the window −1', async () => {
	contexts = [{documentUrl: `${PANEL}&window=5`, windowId: -1}];
	await showInbox(5);
	expect(openPopup).not.toHaveBeenCalled();
});

test('the panel of another window is no reason not to open the popup', async () => {
	contexts = [{documentUrl: `${PANEL}&window=6`, windowId: -1}];
	await showInbox(5);
	expect(openPopup).toHaveBeenCalledWith({windowId: 5});
});

test('a badge says that a text waits where no popup opens', async () => {
	await session.set({inbox: {text: 'waiting'}});
	openPopup.mockRejectedValue(new Error('Could not find an active browser window.'));
	await showInbox(5);
	expect(badge).toBe('1');
});

test('no badge stays for a text that an open popup has taken meanwhile', async () => {
	openPopup.mockRejectedValue(new Error('Another popup is open.'));
	await showInbox(5);
	expect(badge).toBe('');
});
