import {type Folder, namesIn} from '../../src/library/folder.ts';

/** Files in memory, with as much room as a test gives. */
export class MemoryFolder implements Folder {
	readonly files = new Map<string, Uint8Array>();
	room = Number.POSITIVE_INFINITY;

	get used(): number {
		return [...this.files.values()].reduce((sum, {length}) => sum + length, 0);
	}

	async read(path: string) {
		return this.files.get(path)?.slice() ?? null;
	}

	async write(path: string, bytes: Uint8Array) {
		this.files.delete(path);
		this.#put(path, bytes, 0);
	}

	async open(path: string) {
		if (!this.files.has(path)) this.files.set(path, new Uint8Array(0));
		return {write: (bytes: Uint8Array, at: number) => this.#put(path, bytes, at), flush() {}, close() {}};
	}

	async list(path: string) {
		const names = [...this.files.keys()].filter(file => file.startsWith(`${path}/`));
		return [...new Set(names.map(file => file.slice(path.length + 1).split('/')[0]))].sort();
	}

	async remove(path: string) {
		for (const file of [...this.files.keys()])
			if (file === path || file.startsWith(`${path}/`)) this.files.delete(file);
	}

	#put(path: string, bytes: Uint8Array, at: number) {
		namesIn(path);
		const old = this.files.get(path) ?? new Uint8Array(0);
		const length = Math.max(old.length, at + bytes.length);
		if (this.used - old.length + length > this.room)
			throw new DOMException('The storage is full.', 'QuotaExceededError');
		const next = length === old.length ? old : new Uint8Array(length);
		if (next !== old) next.set(old);
		next.set(bytes, at);
		this.files.set(path, next);
	}
}
