import type {Storage} from 'webextension-polyfill';

type Changes = Record<string, {oldValue?: unknown; newValue?: unknown}>;

/** JSON with the keys of objects in the order of the alphabet: so Chromium's storage gives them back. */
const stored = (value: unknown): string | undefined =>
	JSON.stringify(value, (_key, value) =>
		typeof value === 'object' && value !== null && !Array.isArray(value)
			? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
			: value,
	);

/**
 * A storage area in memory that copies what it is given and sorts its keys, as the browser's does, and can be told to
 * refuse.
 */
export class FakeStorage {
	readonly entries = new Map<string, string>();
	readonly writes: Record<string, unknown>[] = [];
	/** Set to make every write (of a key that matches) fail with this. */
	refusal: {message: string; keys?: RegExp} | null = null;
	private readonly listeners = new Set<(changes: Changes) => void>();

	readonly onChanged = {
		addListener: (listener: (changes: Changes) => void) => void this.listeners.add(listener),
		removeListener: (listener: (changes: Changes) => void) => void this.listeners.delete(listener),
	} as unknown as Storage.StorageArea['onChanged'];

	read(key: string): unknown {
		const text = this.entries.get(key);
		return text === undefined ? undefined : JSON.parse(text);
	}

	get = (async (keys: string | string[] | null) => {
		const names = keys === null ? [...this.entries.keys()] : [keys].flat();
		return Object.fromEntries(names.filter(name => this.entries.has(name)).map(name => [name, this.read(name)]));
	}) as Storage.StorageArea['get'];

	set = (async (items: Record<string, unknown>) => {
		const {refusal} = this;
		if (refusal && Object.keys(items).some(key => refusal.keys?.test(key) ?? true)) throw new Error(refusal.message);
		this.writes.push(items);
		const changes: Changes = {};
		for (const [key, value] of Object.entries(items)) {
			changes[key] = {oldValue: this.read(key), newValue: value};
			this.entries.set(key, stored(value)!);
		}
		for (const listener of this.listeners) listener(JSON.parse(stored(changes)!));
	}) as Storage.StorageArea['set'];

	remove = (async (key: string) => {
		this.entries.delete(key);
	}) as Storage.StorageArea['remove'];
}

/** In place of the browser's lock: one action after the other. */
let last: Promise<unknown> = Promise.resolve();
export const oneByOne = <T>(action: () => Promise<T>): Promise<T> => {
	const mine = last.then(action);
	last = mine.catch(() => {});
	return mine;
};
