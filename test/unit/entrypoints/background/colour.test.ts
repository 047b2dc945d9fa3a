import {afterEach, beforeEach, expect, test, vi} from 'vitest';
import type {Inbox} from '../../../../src/protocol/messages/inbox.ts';
import {FakeStorage} from '../../../helpers/fake-storage.ts';

vi.mock('../../../../src/features/passage/content/passage.iife.ts?script', () => ({default: 'passage.js'}));
vi.mock('../../../../src/client/page/page-script.iife.ts?script', () => ({default: 'page.js'}));
const {colour} = await import('../../../../src/entrypoints/background/colour.ts');

/** The selection of a page that is coloured, or not. */

let session: FakeStorage;
let tabs: Record<string, ReturnType<typeof vi.fn>>;

beforeEach(() => {
	vi.useFakeTimers();
	vi.spyOn(console, 'info').mockImplementation(() => undefined);
	session = new FakeStorage();
	tabs = {
		sendMessage: vi.fn(async () => ({outcome: 'painted', text: 'some text'})),
		query: vi.fn(async () => []),
		create: vi.fn(async () => ({})),
	};
	const selection = {text: 'some text', editable: false, focused: true};
	vi.stubGlobal('chrome', {
		runtime: {
			getURL: (path: string) => `chrome-extension://lens/${path}`,
			getContexts: async () => [{}],
			ContextType: {},
		},
		scripting: {executeScript: async () => [{frameId: 0, result: selection}]},
		storage: {session, sync: new FakeStorage()},
		tabs,
	});
});
afterEach(() => {
	vi.useRealTimers();
	vi.unstubAllGlobals();
});

const inbox = () => session.read('inbox') as Inbox;

test('a painted passage waits for the popup to summarise it', async () => {
	await colour({tabId: 1, frameId: 0}, 5);
	expect(tabs.sendMessage.mock.calls[0]).toEqual([
		1,
		{type: 'passage.paint', what: 'selection', scale: 'rank'},
		{frameId: 0},
	]);
	expect(inbox()).toMatchObject({text: 'some text', view: 'passage', windowId: 5});
	expect(tabs.create).not.toHaveBeenCalled();
});

test('a page that never answers is not waited for without end: its passage opens in the full view', async () => {
	tabs.sendMessage.mockReturnValue(new Promise(() => undefined));
	const done = colour({tabId: 1, frameId: 0}, 5);
	await vi.advanceTimersByTimeAsync(60_000);
	await done;
	expect(inbox()).toMatchObject({text: 'some text', view: 'passage', notice: 'background_notice_unpainted'});
	expect(tabs.create).toHaveBeenCalled();
});
