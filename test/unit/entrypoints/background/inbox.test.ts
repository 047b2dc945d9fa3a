import {beforeEach, expect, test, vi} from 'vitest';
import type {Inbox} from '../../../../src/protocol/messages/inbox.ts';

/** A session storage that has room for so many characters. */
const storage = vi.hoisted(() => ({
	room: Number.POSITIVE_INFINITY,
	stored: {} as Record<string, unknown>,
	listeners: [] as ((changes: Record<string, {newValue?: unknown}>) => void)[],
}));
vi.mock('webextension-polyfill', () => ({
	default: {
		storage: {
			session: {
				async set(items: Record<string, unknown>) {
					const all = JSON.stringify({...storage.stored, ...items}).length;
					if (all > storage.room) throw new Error('Session storage quota bytes exceeded.');
					Object.assign(storage.stored, items);
				},
				async get(key: string) {
					return key in storage.stored ? {[key]: storage.stored[key]} : {};
				},
				async clear() {
					storage.stored = {};
				},
				onChanged: {
					addListener: (listener: (typeof storage.listeners)[number]) => storage.listeners.push(listener),
				},
			},
		},
	},
}));
const {isInboxFull, onInboxTaken, putInInbox} = await import('../../../../src/entrypoints/background/inbox.ts');

const inbox = (text: string, notice?: string): Inbox => ({text, source: null, view: 'classes', at: 0, notice});
const stored = () => storage.stored.inbox as Inbox;

beforeEach(() => {
	storage.listeners = [];
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

test('a text of exactly the length that a request may carry is kept as it is', async () => {
	await putInInbox(inbox('a'.repeat(1_000_000)));
	expect(stored()).toEqual(inbox('a'.repeat(1_000_000)));
});

test('a text waits until it is taken, which its listeners hear', async () => {
	const taken = vi.fn();
	onInboxTaken(taken);
	const tell = (changes: Record<string, {newValue?: unknown}>) => {
		for (const listener of storage.listeners) listener(changes);
	};
	expect(await isInboxFull()).toBe(false);
	await putInInbox(inbox('word'));
	expect(await isInboxFull()).toBe(true);
	tell({inbox: {newValue: stored()}});
	tell({'popup-session': {}});
	expect(taken).not.toHaveBeenCalled();
	tell({inbox: {}});
	expect(taken).toHaveBeenCalledOnce();
});
