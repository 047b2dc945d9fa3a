import {type Folder, namesIn} from './folder.ts';

/** A dedicated worker's access to a file, which TypeScript's types for pages leave out. */
interface AccessHandle {
	read(into: Uint8Array, options: {at: number}): number;
	write(bytes: Uint8Array, options: {at: number}): number;
	flush(): void;
	close(): void;
}
type AccessibleHandle = FileSystemFileHandle & {
	createSyncAccessHandle(options?: {mode: 'read-only'}): Promise<AccessHandle>;
};

/** The browser's Origin Private File System; in a dedicated worker, where files can be written in place. */
export function privateFolder(): Folder {
	const root = () => navigator.storage.getDirectory();

	async function folderOf(parts: readonly string[], create: boolean): Promise<FileSystemDirectoryHandle | null> {
		let folder = await root();
		for (const part of parts) {
			const next = await folder.getDirectoryHandle(part, {create}).catch(missing);
			if (!next) return null;
			folder = next;
		}
		return folder;
	}

	async function fileOf(path: string, create: boolean): Promise<FileSystemFileHandle | null> {
		const parts = namesIn(path);
		const folder = await folderOf(parts.slice(0, -1), create);
		return (await folder?.getFileHandle(parts.at(-1)!, {create}).catch(missing)) ?? null;
	}

	return {
		async read(path) {
			const file = await fileOf(path, false);
			return file ? new Uint8Array(await (await file.getFile()).arrayBuffer()) : null;
		},
		async parts(path) {
			const handle = await fileOf(path, false);
			if (!handle) return null;
			const file = await handle.getFile();
			return {
				size: file.size,
				read: (into, at) => readPart(handle as AccessibleHandle, file, into, at),
			};
		},
		async write(path, bytes) {
			// It is written beside the old file, and takes its place when it is closed.
			const stream = await (await fileOf(path, true))!.createWritable();
			await stream.write(bytes as Uint8Array<ArrayBuffer>);
			await stream.close();
		},
		async open(path) {
			const access = await ((await fileOf(path, true)) as AccessibleHandle).createSyncAccessHandle();
			return {
				write: (bytes, at) => writeAll(access, bytes, at),
				flush: () => access.flush(),
				close: () => access.close(),
			};
		},
		async list(path) {
			const folder = await folderOf(namesIn(path), false);
			const names: string[] = [];
			if (folder) for await (const name of folder.keys()) names.push(name);
			return names.sort();
		},
		async remove(path) {
			const parts = namesIn(path);
			const folder = await folderOf(parts.slice(0, -1), false);
			if (folder) await whenFree(() => folder.removeEntry(parts.at(-1)!, {recursive: true}).catch(missing));
		},
	};
}

/**
 * Read into memory that is there already: what a `Blob` gives is new each time, and piles up until it is collected. The file is open for
 * no longer than that; where somebody writes it meanwhile, it is read as it was.
 */
async function readPart(handle: AccessibleHandle, file: File, into: Uint8Array, at: number): Promise<number> {
	const access = await handle.createSyncAccessHandle({mode: 'read-only'}).catch(() => null);
	if (access) {
		try {
			return access.read(into, {at});
		} finally {
			access.close();
		}
	}
	const bytes = new Uint8Array(await file.slice(at, at + into.byteLength).arrayBuffer());
	into.set(bytes);
	return bytes.byteLength;
}

/** Another worker that opens a model has a file of it open while it reads a piece, which takes milliseconds. */
const MOST_TRIES = 50;
const BETWEEN_TRIES = 40;

/** Change what is there as soon as it is not being read. @throws DOMException. */
async function whenFree<T>(change: () => Promise<T>): Promise<T> {
	for (let tries = 1; ; tries++) {
		try {
			return await change();
		} catch (error) {
			if ((error as DOMException).name !== 'NoModificationAllowedError' || tries === MOST_TRIES) throw error;
			await new Promise(resolve => setTimeout(resolve, BETWEEN_TRIES));
		}
	}
}

/** @throws DOMException `QuotaExceededError`. */
function writeAll(access: AccessHandle, bytes: Uint8Array, at: number): void {
	const written = access.write(bytes, {at});
	if (written < bytes.byteLength) throw new DOMException('The storage is full.', 'QuotaExceededError');
}

/** A missing entry, or a file where a folder was expected, is not an error. */
function missing(error: unknown): null {
	const {name} = error as DOMException;
	if (name === 'NotFoundError' || name === 'TypeMismatchError') return null;
	throw error;
}
