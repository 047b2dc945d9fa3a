import {type FileHandle, mkdir, open, readdir, readFile, rename, rm, stat, writeFile} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import type {Folder} from '../library/folder.ts';

/** A folder of this machine's disk. */
export function diskFolder(root: string): Folder {
	const at = (path: string) => join(root, path);
	const made = async (path: string) => {
		await mkdir(dirname(at(path)), {recursive: true});
		return at(path);
	};
	return {
		read: path => readFile(at(path)).catch(missing),
		async write(path, bytes) {
			const file = await made(path);
			// Whole or not at all, also where the process ends meanwhile.
			await writeFile(`${file}.new`, bytes);
			await rename(`${file}.new`, file);
		},
		async open(path) {
			const file = await made(path);
			const handle: FileHandle = await open(file, 'r+').catch(() => open(file, 'w+'));
			return {
				async write(bytes, position) {
					await handle.write(bytes, 0, bytes.byteLength, position);
				},
				flush: () => handle.sync(),
				close: () => handle.close(),
			};
		},
		list: async path => ((await readdir(at(path)).catch(missing)) ?? []).sort(),
		async size(path) {
			const found = await stat(at(path)).catch(missing);
			if (!found) return 0;
			if (!found.isDirectory()) return found.size;
			let total = 0;
			for (const entry of await readdir(at(path), {withFileTypes: true, recursive: true}))
				if (entry.isFile()) total += (await stat(join(entry.parentPath, entry.name))).size;
			return total;
		},
		remove: path => rm(at(path), {recursive: true, force: true}),
	};
}

function missing(error: NodeJS.ErrnoException): null {
	if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null;
	throw error;
}
