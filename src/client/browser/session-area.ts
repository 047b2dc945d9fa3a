import browser from 'webextension-polyfill';

/** Keys that changed, with their new values; `undefined` for a removed key. */
export type Changes = Record<string, {newValue?: unknown}>;

/** Storage that is forgotten with the browser, and in incognito windows with the last of them. */
export interface SessionArea {
	/** One key's entry, or all of them. */
	get(key: string | null): Promise<Record<string, unknown>>;
	set(items: Record<string, unknown>): Promise<void>;
	remove(key: string): Promise<void>;
	clear(): Promise<void>;
	onChanged: {addListener(listener: Listener): void; removeListener(listener: Listener): void};
}
type Listener = (changes: Changes) => void;

let offTheRecord: SessionArea | null = null;

/**
 * The storage of this side of the extension. Chromium runs a second instance for incognito windows (`incognito: split`), but
 * keeps one `storage.session` for both: state of incognito windows would show in the others, and outlive them.
 */
export function sessionArea(): SessionArea {
	if (!browser.extension?.inIncognitoContext || browser.runtime.getManifest().incognito !== 'split') {
		return browser.storage.session as SessionArea;
	}
	offTheRecord ??= createOffTheRecordArea();
	return offTheRecord;
}

const STORE = 'session';

/** IndexedDB, which the browser keeps in memory for incognito windows and drops with the last of them. */
function createOffTheRecordArea(): SessionArea {
	const listeners = new Set<Listener>();
	// Its own messages do not come back to a channel, so the listeners of this page are called here.
	const channel = new BroadcastChannel(STORE);
	const tell = (changes: Changes) => {
		for (const listener of listeners) listener(changes);
	};
	channel.onmessage = ({data}) => tell(data);
	const announce = (changes: Changes) => {
		channel.postMessage(changes);
		tell(changes);
	};

	const database = new Promise<IDBDatabase>((resolve, reject) => {
		const opening = indexedDB.open(STORE);
		opening.onupgradeneeded = () => opening.result.createObjectStore(STORE);
		opening.onsuccess = () => resolve(opening.result);
		opening.onerror = () => reject(opening.error);
	});
	/** One transaction; resolves with what the requests in it give, once it is complete. */
	async function transact(mode: IDBTransactionMode, act: (store: IDBObjectStore) => IDBRequest[]): Promise<unknown[]> {
		const transaction = (await database).transaction(STORE, mode);
		const requests = act(transaction.objectStore(STORE));
		await new Promise<void>((resolve, reject) => {
			transaction.oncomplete = () => resolve();
			transaction.onabort = () => reject(transaction.error);
		});
		return requests.map(request => request.result);
	}

	return {
		async get(key) {
			if (key !== null) {
				const [value] = await transact('readonly', store => [store.get(key)]);
				return value === undefined ? {} : {[key]: value};
			}
			const [keys, values] = await transact('readonly', store => [store.getAllKeys(), store.getAll()]);
			return Object.fromEntries((keys as IDBValidKey[]).map((name, i) => [String(name), (values as unknown[])[i]]));
		},
		async set(items) {
			const entries = Object.entries(items);
			await transact('readwrite', store => entries.map(([key, value]) => store.put(value, key)));
			announce(Object.fromEntries(entries.map(([key, newValue]) => [key, {newValue}])));
		},
		async remove(key) {
			await transact('readwrite', store => [store.delete(key)]);
			announce({[key]: {}});
		},
		async clear() {
			const [keys] = await transact('readwrite', store => [store.getAllKeys(), store.clear()]);
			announce(Object.fromEntries((keys as IDBValidKey[]).map(key => [String(key), {}])));
		},
		onChanged: {
			addListener: listener => void listeners.add(listener),
			removeListener: listener => void listeners.delete(listener),
		},
	};
}
