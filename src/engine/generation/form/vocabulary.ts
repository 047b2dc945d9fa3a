import type {Automaton, Places} from './automaton.ts';

/** The bytes of every class, ordered so that classes with the same beginning are tried together. */
export class FormVocabulary {
	readonly size: number;
	/** Ids in the order of their bytes; those that write nothing are left out. */
	readonly #order: Uint32Array;
	/** How many first bytes each shares with the one before it. */
	readonly #shared: Uint32Array;
	/** Whether every byte is a class by itself: then every text can be written. */
	readonly isComplete: boolean;

	/** @param bytes of every class, by id; null for one that stands for no text, such as `<|endoftext|>`. */
	constructor(private readonly bytes: readonly (Uint8Array | null)[]) {
		this.size = bytes.length;
		const ids = [...bytes.keys()].filter(id => (bytes[id]?.length ?? 0) > 0);
		this.#order = Uint32Array.from(ids.sort((a, b) => compare(bytes[a]!, bytes[b]!)));
		this.#shared = this.#order.map((id, i) => (i === 0 ? 0 : sharedBytes(bytes[this.#order[i - 1]]!, bytes[id]!)));
		this.isComplete = new Set(ids.filter(id => bytes[id]!.length === 1).map(id => bytes[id]![0])).size === 256;
	}

	/** The places after a class; null where it does not fit. */
	after(automaton: Automaton, places: Places, id: number): Places | null {
		const bytes = this.bytes[id];
		if (!bytes || bytes.length === 0) return null;
		let now: Places | null = places;
		for (let i = 0; now && i < bytes.length; i++) now = automaton.after(now, bytes[i]);
		return now;
	}

	/** Which classes fit at these places: 1 for each that does, by id. */
	fitting(automaton: Automaton, places: Places): Uint8Array {
		const fits = new Uint8Array(this.size);
		/** The places after each number of bytes of the class before, as far as it fitted. */
		const path: Places[] = [places];
		for (let i = 0; i < this.#order.length; i++) {
			const id = this.#order[i];
			const shared = this.#shared[i];
			// It shares the byte that did not fit.
			if (shared >= path.length) continue;
			path.length = shared + 1;
			const bytes = this.bytes[id]!;
			while (path.length <= bytes.length) {
				const next = automaton.after(path[path.length - 1], bytes[path.length - 1]);
				if (!next) break;
				path.push(next);
			}
			if (path.length > bytes.length) fits[id] = 1;
		}
		return fits;
	}
}

function compare(a: Uint8Array, b: Uint8Array): number {
	const shared = sharedBytes(a, b);
	return shared === a.length || shared === b.length ? a.length - b.length : a[shared] - b[shared];
}

function sharedBytes(a: Uint8Array, b: Uint8Array): number {
	let shared = 0;
	while (shared < a.length && shared < b.length && a[shared] === b[shared]) shared++;
	return shared;
}
