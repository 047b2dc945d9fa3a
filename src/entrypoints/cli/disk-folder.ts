import {mkdir, open, readdir, readFile, rename, rm, stat, writeFile} from 'node:fs/promises';
import {dirname, relative, resolve, sep} from 'node:path';
import {refuse} from '../../engine/errors/refusal.ts';
import {LibraryError} from '../../service/library/errors.ts';
import {type Folder, namesIn} from '../../service/library/folder.ts';

/** A folder of this machine's disk. No path leads out of it. */
export function diskFolder(root: string): Folder {
	const at = (path: string) => {
		const file = resolve(root, ...namesIn(path));
		if (relative(root, file).split(sep)[0] === '..')
			throw new LibraryError('bad-request', refuse('path-outside', {path}));
		return file;
	};
	/** Use the file of this path. @throws LibraryError where the disk does not allow it. */
	const using = async <T>(path: string, use: (file: string) => Promise<T>): Promise<T> => {
		const file = at(path);
		return use(file).catch(error => {
			throw refused(error, file);
		});
	};
	return {
		read: path => using(path, file => readFile(file).catch(missing)),
		parts: path =>
			using(path, async file => {
				const found = await stat(file).catch(missing);
				return found && {size: found.size, read: (into, at) => using(path, () => readPart(file, into, at))};
			}),
		write: (path, bytes) =>
			using(path, async file => {
				await mkdir(dirname(file), {recursive: true});
				// Whole or not at all, also where the process ends meanwhile.
				await writeFile(`${file}.new`, bytes);
				await rename(`${file}.new`, file);
			}),
		open: path =>
			using(path, async file => {
				await mkdir(dirname(file), {recursive: true});
				const handle = await open(file, 'r+').catch(() => open(file, 'w+'));
				return {
					async write(bytes, position) {
						// A disk that is almost full takes a part, and says why only when it is given the rest.
						for (let done = 0; done < bytes.byteLength; ) {
							const {bytesWritten} = await handle
								.write(bytes, done, bytes.byteLength - done, position + done)
								.catch(error => {
									throw refused(error, file);
								});
							done += bytesWritten;
						}
					},
					flush: () => handle.sync(),
					close: () => handle.close(),
				};
			}),
		list: path => using(path, async file => ((await readdir(file).catch(missing)) ?? []).sort()),
		remove: path => using(path, file => rm(file, {recursive: true, force: true})),
	};
}

/** Read as many bytes of a file as there is room for. @returns how many: fewer where it ends. */
export async function readPart(file: string, into: Uint8Array, at: number): Promise<number> {
	const handle = await open(file, 'r');
	try {
		return (await handle.read(into, 0, into.byteLength, at)).bytesRead;
	} finally {
		await handle.close();
	}
}

function refused(error: NodeJS.ErrnoException, file: string): Error {
	const {code} = error;
	if (code === undefined) return error;
	return new LibraryError(
		'no-room',
		code === 'ENOSPC' || code === 'EDQUOT' ? refuse('storage-full') : refuse('cache-unusable', {file, code}),
		{cause: error},
	);
}

function missing(error: NodeJS.ErrnoException): null {
	if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null;
	throw error;
}
