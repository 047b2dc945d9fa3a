// @vitest-environment happy-dom
import {afterEach, beforeEach, expect, test, vi} from 'vitest';
import {onInbox, takeInbox} from '../../../src/app/page/inbox.ts';
import type {Inbox} from '../../../src/protocol/messages.ts';
import {FakeStorage} from '../../helpers/fake-storage.ts';

/** Which of the open pages takes a text that waits. Two windows: tab 7 is in the first, which is ours. */

let session: FakeStorage;
const visibility = (state: 'visible' | 'hidden') => vi.spyOn(document, 'visibilityState', 'get').mockReturnValue(state);

beforeEach(() => {
	session = new FakeStorage();
	vi.stubGlobal('chrome', {
		storage: {session},
		windows: {getCurrent: async () => ({id: 1})},
		tabs: {
			async get(id: number) {
				if (id > 8) throw new Error(`No tab with id: ${id}.`);
				return {windowId: id === 7 ? 1 : 2};
			},
		},
	});
	visibility('visible');
});
afterEach(() => {
	vi.unstubAllGlobals();
	vi.restoreAllMocks();
});

const waiting = (tabId: number | null): Inbox => ({
	text: 'Once upon a',
	source: tabId === null ? null : {tabId, frameId: 0, editable: false},
	view: 'classes',
	at: 1,
});
const put = (inbox: unknown) => session.set({inbox});

test('taking it is what makes it no longer wait', async () => {
	await put(waiting(7));
	expect(await takeInbox('popup')).toEqual(waiting(7));
	expect(await takeInbox('popup')).toBeNull();
});

test.each([
	['popup', 8, true],
	['panel', 7, true],
	['panel', 8, false],
	['panel', null, true],
	// Its tab was closed in the meantime: then it belongs to no window.
	['panel', 9, true],
	['tab', 8, true],
] as const)('the %s takes a text from tab %s: %s', async (view, tabId, taken) => {
	await put(waiting(tabId));
	expect(await takeInbox(view)).toEqual(taken ? waiting(tabId) : null);
	expect(session.entries.has('inbox')).toBe(!taken);
});

test('a full view in the background leaves it to the popup', async () => {
	visibility('hidden');
	await put(waiting(7));
	expect(await takeInbox('tab')).toBeNull();
	expect(session.entries.has('inbox')).toBe(true);
});

test.each([null, 'text', {text: 5}, {...waiting(7), view: '<b>'}])('%j is no text that waits', async value => {
	await put(value);
	expect(await takeInbox('popup')).toBeNull();
});

test('a storage that cannot be read is reported, and the page opens on what it showed before', async () => {
	const report = vi.spyOn(console, 'error').mockImplementation(() => {});
	session.get = () => Promise.reject(new Error('corrupt database'));
	expect(await takeInbox('popup')).toBeNull();
	expect(String(report.mock.calls[0][1])).toContain('corrupt database');
});

test('who listens is called when a text comes and when the page comes to the front, not when a text is taken', async () => {
	const called = vi.fn();
	const stop = onInbox(called);
	await put(waiting(7));
	expect(called).toHaveBeenCalledTimes(1);
	await session.set({other: 1});
	expect(called).toHaveBeenCalledTimes(1);
	document.dispatchEvent(new Event('visibilitychange'));
	expect(called).toHaveBeenCalledTimes(2);
	visibility('hidden');
	document.dispatchEvent(new Event('visibilitychange'));
	expect(called).toHaveBeenCalledTimes(2);
	visibility('visible');
	stop();
	await put(waiting(8));
	document.dispatchEvent(new Event('visibilitychange'));
	expect(called).toHaveBeenCalledTimes(2);
});
