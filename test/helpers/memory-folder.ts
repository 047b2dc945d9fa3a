import {type Folder, namesIn, partsOf} from '../../src/service/library/folder.ts';

/** Files in memory, with as much room as a test gives. */
export class MemoryFolder implements Folder {
	readonly files: Map<string, Uint8Array>;
	room = Number.POSITIVE_INFINITY;

	/** @param files a copy of these is there. */
	constructor(files: ReadonlyMap<string, Uint8Array> = new Map()) {
		this.files = new Map([...files].map(([path, bytes]) => [path, bytes.slice()]));
	}

	get used(): number {
		return [...this.files.values()].reduce((sum, {length}) => sum + length, 0);
	}

	async read(path: string) {
		return this.files.get(path)?.slice() ?? null;
	}

	async parts(path: string) {
		const bytes = this.files.get(path);
		return bytes ? partsOf(bytes) : null;
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

/**
 * A folder whose owner ends after so many writes: from then on nothing is read or written, as when the browser is closed. A
 * removal of several files may be cut off between them.
 */
export class KillableFolder implements Folder {
	writes = 0;
	readonly killed: Promise<void>;
	#kill = () => {};
	isDead = false;

	constructor(
		private readonly disk: MemoryFolder,
		private limit = Number.POSITIVE_INFINITY,
	) {
		this.killed = new Promise(resolve => {
			this.#kill = resolve;
		});
	}

	read = (path: string) => this.#alive(() => this.disk.read(path));
	parts = (path: string) => this.#alive(() => this.disk.parts(path));
	list = (path: string) => this.#alive(() => this.disk.list(path));
	write = (path: string, bytes: Uint8Array) => this.#changing(() => this.disk.write(path, bytes));

	async open(path: string) {
		const file = await this.#changing(() => this.disk.open(path));
		return {
			write: (bytes: Uint8Array, at: number) => this.#changing(async () => file.write(bytes, at)),
			flush: () => this.#alive(async () => {}),
			close: () => this.#alive(async () => {}),
		};
	}

	async remove(path: string) {
		const inside = [...this.disk.files.keys()].filter(file => file === path || file.startsWith(`${path}/`));
		for (const file of inside) await this.#changing(() => this.disk.remove(file));
	}

	/** End the owner now. */
	kill(): void {
		this.isDead = true;
		this.#kill();
	}

	/** End the owner before its write after so many more. */
	killAfter(writes: number): void {
		this.limit = this.writes + writes;
	}

	#changing<T>(change: () => Promise<T>): Promise<T> {
		if (this.writes++ >= this.limit) this.kill();
		return this.#alive(change);
	}

	/** What is dead gets no answer. */
	#alive<T>(use: () => Promise<T>): Promise<T> {
		return this.isDead ? new Promise<T>(() => {}) : use();
	}
}
