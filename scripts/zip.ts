import {mkdirSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {dirname, join, relative, sep} from 'node:path';
import {type Zippable, zipSync} from 'fflate';

/** Zip's earliest date. One fixed date for every entry, so that the same files give the same bytes. */
const FIXED_DATE = new Date(1980, 0, 1);

/** Packs a folder as a store wants it: the manifest at the root, entries sorted, the same bytes for the same files. */
export const zipFolder = (folder: string, target: string): void => {
	const names = readdirSync(folder, {withFileTypes: true, recursive: true})
		.filter(entry => entry.isFile())
		.map(entry => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
		.sort();
	const entries: Zippable = {};
	for (const name of names) entries[name] = [readFileSync(join(folder, name)), {mtime: FIXED_DATE, level: 6}];
	mkdirSync(dirname(target), {recursive: true});
	writeFileSync(target, zipSync(entries));
};
