import {mkdir, open, readdir, readFile, rename, rm, writeFile} from 'node:fs/promises';
import {dirname, relative, resolve, sep} from 'node:path';
import {LibraryError} from '../library/errors.ts';
import {type Folder, namesIn} from '../library/folder.ts';
import {refuse} from '../refusals/refusal.ts';

/** A folder of this machine's disk. No path leads out of it. */
export function diskFolder(root: string): Folder {
	const at = (path: string) => {
		const file = resolve(root, ...namesIn(path));
		if (relative(root, file).split(sep)[0] === '..')
			throw new LibraryError('bad-request', refuse('path-outside', {path}));
		return file;
	};
	/** Change the file of this path. @throws LibraryError where the disk does not allow it. */
	const changing = async <T>(path: string, change: (file: string) => Promise<T>): Promise<T> => {
		const file = at(path);
		try {
			return await change(file);
		} catch (error) {
			throw refused(error as NodeJS.ErrnoException, file);
		}
	};
	return {
		read: path => readFile(at(path)).catch(missing),
		write: (path, bytes) =>
			changing(path, async file => {
				await mkdir(dirname(file), {recursive: true});
				// Whole or not at all, also where the process ends meanwhile.
				await writeFile(`${file}.new`, bytes);
				await rename(`${file}.new`, file);
			}),
		open: path =>
			changing(path, async file => {
				await mkdir(dirname(file), {recursive: true});
				const handle = await open(file, 'r+').catch(() => open(file, 'w+'));
				return {
					async write(bytes, position) {
						await handle.write(bytes, 0, bytes.byteLength, position).catch(error => {
							throw refused(error, file);
						});
					},
					flush: () => handle.sync(),
					close: () => handle.close(),
				};
			}),
		list: async path => ((await readdir(at(path)).catch(missing)) ?? []).sort(),
		remove: path => changing(path, file => rm(file, {recursive: true, force: true})),
	};
}

function refused(error: NodeJS.ErrnoException, file: string): Error {
	const {code} = error;
	if (code === undefined) return error;
	return new LibraryError(
		'no-room',
		code === 'ENOSPC' || code === 'EDQUOT' ? refuse('storage-full') : refuse('cache-unwritable', {file, code}),
		{cause: error},
	);
}

function missing(error: NodeJS.ErrnoException): null {
	if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null;
	throw error;
}
