// @vitest-environment happy-dom
import {afterEach, beforeEach, expect, test, vi} from 'vitest';
import {onInbox, takeInbox} from '../../../../src/entrypoints/popup/page/inbox.ts';
import type {Inbox} from '../../../../src/protocol/messages/inbox.ts';
import {FakeStorage} from '../../../helpers/fake-storage.ts';

/** Which of the open pages takes a text that waits. Ours is window 1. */

let session: FakeStorage;
const visibility = (state: 'visible' | 'hidden') => vi.spyOn(document, 'visibilityState', 'get').mockReturnValue(state);

beforeEach(() => {
	session = new FakeStorage();
	vi.stubGlobal('chrome', {
		storage: {session},
		windows: {getCurrent: async () => ({id: 1})},
	});
	visibility('visible');
});
afterEach(() => {
	vi.unstubAllGlobals();
	vi.restoreAllMocks();
});

/** A text that was sent in a window; the source may be unknown, as with text of a frame that cannot be entered. */
const waiting = (windowId?: number): Inbox => ({
	text: 'Once upon a',
	source: null,
	view: 'classes',
	at: 1,
	...(windowId !== undefined && {windowId}),
});
const put = (inbox: unknown) => session.set({inbox});

test('a text waits until it is taken', async () => {
	await put(waiting(1));
	expect(await takeInbox('popup')).toEqual(waiting(1));
	expect(await takeInbox('popup')).toBeNull();
});

test.each([
	['popup', 2, true],
	['panel', 1, true],
	['panel', 2, false],
	['panel', undefined, true],
	['tab', 2, true],
] as const)('the %s takes a text from window %s: %s', async (view, windowId, taken) => {
	await put(waiting(windowId));
	expect(await takeInbox(view)).toEqual(taken ? waiting(windowId) : null);
	expect(session.entries.has('inbox')).toBe(!taken);
});

test.each(['tab', 'panel'] as const)('a %s that cannot be seen leaves it to the popup', async view => {
	visibility('hidden');
	await put(waiting(1));
	expect(await takeInbox(view)).toBeNull();
	expect(session.entries.has('inbox')).toBe(true);
});

test.each(['tab', 'panel', 'popup'] as const)('a %s that closes takes nothing more', async view => {
	await put(waiting(1));
	// It closes while it looks.
	const taking = takeInbox(view);
	window.dispatchEvent(new Event('pagehide'));
	expect(await taking).toBeNull();
	expect(await takeInbox(view)).toBeNull();
	expect(session.entries.has('inbox')).toBe(true);
	window.dispatchEvent(new Event('pageshow'));
	expect(await takeInbox(view)).toEqual(waiting(1));
});

test.each([null, 'text', {text: 5}, {...waiting(1), view: '<b>'}])('%j is no text that waits', async value => {
	await put(value);
	expect(await takeInbox('popup')).toBeNull();
});

test('a storage that cannot be read is reported, and the page opens on what it showed before', async () => {
	const report = vi.spyOn(console, 'error').mockImplementation(() => {});
	session.get = () => Promise.reject(new Error('corrupt database'));
	expect(await takeInbox('popup')).toBeNull();
	expect(String(report.mock.calls[0][1])).toContain('corrupt database');
});

test('a listener is called when a text comes and when the page comes to the front, not when a text is taken', async () => {
	const called = vi.fn();
	const stop = onInbox(called);
	await put(waiting(1));
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
	await put(waiting(2));
	document.dispatchEvent(new Event('visibilitychange'));
	expect(called).toHaveBeenCalledTimes(2);
});
