import {refuse} from '../../engine/errors/refusal.ts';
import {LibraryError} from './errors.ts';

/** Files by path, parts separated by `/`: the browser's private file system, a folder on the disk, or memory in tests. */
export interface Folder {
	/** null where the file is not there. */
	read(path: string): Promise<Uint8Array | null>;
	/** Open a file to read parts of it; null where it is not there. */
	parts(path: string): Promise<FileParts | null>;
	/** Replace a whole file: when this is interrupted, the old one is still there. */
	write(path: string, bytes: Uint8Array): Promise<void>;
	/** Open a file to write in it, made where it is not there; nothing is cut off. */
	open(path: string): Promise<OpenFile>;
	/** The names in a folder; none where it is not there. */
	list(path: string): Promise<string[]>;
	/** Remove a file, or a folder with all in it. */
	remove(path: string): Promise<void>;
}

/**
 * Whether a path leads to a place in its folder, on every system: names between `/`, none of them empty or of dots alone; no
 * backslash, no drive, no NUL.
 */
export const isInside = (path: string): boolean =>
	!/[\\\0]|^[a-z]:/i.test(path) && path.split('/').every(name => !/^[. ]*$/.test(name));

/** The names in a path. Every folder asks for them here. @throws LibraryError where the path leads out of its folder. */
export function namesIn(path: string): string[] {
	if (!isInside(path)) throw new LibraryError('bad-request', refuse('path-outside', {path}));
	return path.split('/');
}

/** A file of which parts are read. */
export interface FileParts {
	readonly size: number;
	/** Read as many bytes as there is room for. @returns how many: fewer where the file ends. */
	read(into: Uint8Array, at: number): Promise<number>;
}

/** Parts of a file that is in memory. */
export const partsOf = (bytes: Uint8Array): FileParts => ({
	size: bytes.byteLength,
	async read(into, at) {
		const part = bytes.subarray(at, at + into.byteLength);
		into.set(part);
		return part.byteLength;
	},
});

/** A file that is being written. */
export interface OpenFile {
	write(bytes: Uint8Array, at: number): void | Promise<void>;
	/** Make sure that everything written so far survives. */
	flush(): void | Promise<void>;
	close(): void | Promise<void>;
}

const encoder = new TextEncoder();

/** Write a value as JSON. */
export const writeJson = (folder: Folder, path: string, value: unknown): Promise<void> =>
	folder.write(path, encoder.encode(JSON.stringify(value)));

/** A JSON file's value; undefined where it is not there or cannot be read. */
export async function readStoredJson(folder: Folder, path: string): Promise<unknown> {
	const bytes = await folder.read(path);
	if (!bytes) return undefined;
	try {
		return JSON.parse(new TextDecoder().decode(bytes));
	} catch {
		return undefined;
	}
}
