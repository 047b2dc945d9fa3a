/** Files by path, parts separated by `/`: the browser's private file system, a folder on the disk, or memory in tests. */
export interface Folder {
	/** null where there is none. */
	read(path: string): Promise<Uint8Array | null>;
	/** Replace a whole file. */
	write(path: string, bytes: Uint8Array): Promise<void>;
	/** Open a file to write in it, made where it is not there; nothing is cut off. */
	open(path: string): Promise<OpenFile>;
	/** The names in a folder; none where it is not there. */
	list(path: string): Promise<string[]>;
	/** Bytes of all files under a path. */
	size(path: string): Promise<number>;
	/** Remove a file, or a folder with all in it. */
	remove(path: string): Promise<void>;
}

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

/** A JSON file's value; undefined where there is none, or none that can be read. */
export async function readStoredJson(folder: Folder, path: string): Promise<unknown> {
	const bytes = await folder.read(path);
	if (!bytes) return undefined;
	try {
		return JSON.parse(new TextDecoder().decode(bytes));
	} catch {
		return undefined;
	}
}
