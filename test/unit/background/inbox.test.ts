import {beforeEach, expect, test, vi} from 'vitest';
import type {Inbox} from '../../../src/protocol/messages.ts';

/** A session storage that has room for so many characters. */
const storage = vi.hoisted(() => ({room: Number.POSITIVE_INFINITY, stored: {} as Record<string, unknown>}));
vi.mock('webextension-polyfill', () => ({
	default: {
		storage: {
			session: {
				async set(items: Record<string, unknown>) {
					const all = JSON.stringify({...storage.stored, ...items}).length;
					if (all > storage.room) throw new Error('Session storage quota bytes exceeded.');
					Object.assign(storage.stored, items);
				},
				async clear() {
					storage.stored = {};
				},
			},
		},
	},
}));
const {putInInbox} = await import('../../../src/background/inbox.ts');

const inbox = (text: string, notice?: string): Inbox => ({text, source: null, view: 'classes', at: 0, notice});
const stored = () => storage.stored.inbox as Inbox;

beforeEach(() => {
	storage.room = Number.POSITIVE_INFINITY;
	storage.stored = {};
});

test('a selection of 200,000 characters is kept whole', async () => {
	const text = 'word '.repeat(40_000);
	await putInInbox(inbox(text));
	expect(stored()).toEqual(inbox(text));
});

test('of a text longer than a request may carry the end is kept, and the user is told', async () => {
	await putInInbox(inbox(`${'a'.repeat(1_000_000)}the end`));
	expect(stored().text).toHaveLength(1_000_000);
	expect(stored().text.endsWith('the end')).toBe(true);
	expect(stored().notice).toBe('background_notice_too_long');
});

test('where the storage is full, a shorter end still arrives', async () => {
	storage.room = 50_000;
	vi.spyOn(console, 'warn').mockImplementation(() => undefined);
	await putInInbox(inbox(`${'a'.repeat(100_000)}the end`));
	expect(stored().text).toHaveLength(20_000);
	expect(stored().text.endsWith('the end')).toBe(true);
	expect(stored().notice).toBe('background_notice_too_long');
});

test('where there is no room at all, the state of the last popup is removed, and nothing else', async () => {
	storage.room = 30_000;
	storage.stored = {'popup-session': 'x'.repeat(25_000)};
	vi.spyOn(console, 'warn').mockImplementation(() => undefined);
	await putInInbox(inbox(`${'a'.repeat(100_000)}the end`));
	expect(stored().text).toHaveLength(20_000);
	expect(stored().text.endsWith('the end')).toBe(true);
	expect(Object.keys(storage.stored)).toEqual(['inbox']);
});

test('where the text fits beside the state of the last popup, that state stays', async () => {
	storage.room = 30_000;
	storage.stored = {'popup-session': 'x'.repeat(5_000)};
	vi.spyOn(console, 'warn').mockImplementation(() => undefined);
	await putInInbox(inbox('a'.repeat(100_000)));
	expect(Object.keys(storage.stored).sort()).toEqual(['inbox', 'popup-session']);
});

test('where not even a short end fits, the caller gets an error', async () => {
	storage.room = 100;
	vi.spyOn(console, 'warn').mockImplementation(() => undefined);
	await expect(putInInbox(inbox('a'.repeat(100_000)))).rejects.toThrow('quota');
});

test('a notice that was there already is the one that is kept', async () => {
	await putInInbox(inbox('a'.repeat(1_000_001), 'background_notice_field'));
	expect(stored().notice).toBe('background_notice_field');
});
