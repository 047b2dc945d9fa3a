import {mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {strFromU8, unzipSync} from 'fflate';
import {expect, test} from 'vitest';
import {zipFolder} from '../../../scripts/zip.ts';

const folderWith = (names: string[]) => {
	const folder = mkdtempSync(join(tmpdir(), 'zip-'));
	mkdirSync(join(folder, 'src'));
	for (const name of names) writeFileSync(join(folder, name), `content of ${name}`);
	return folder;
};

test('the same files give the same bytes, in any order and at any time', () => {
	const names = ['manifest.json', 'src/b.js', 'src/a.js'];
	const [first, second] = [folderWith(names), folderWith([...names].reverse())];
	utimesSync(join(second, 'manifest.json'), new Date(2001, 1, 1), new Date(2001, 1, 1));
	zipFolder(first, join(first, '../first.zip'));
	zipFolder(second, join(second, '../second.zip'));
	const zip = readFileSync(join(first, '../first.zip'));
	expect(readFileSync(join(second, '../second.zip')).equals(zip)).toBe(true);
	const entries = unzipSync(zip);
	expect(Object.keys(entries)).toEqual(['manifest.json', 'src/a.js', 'src/b.js']);
	expect(strFromU8(entries['src/a.js'])).toBe('content of src/a.js');
	for (const path of [first, second, join(first, '../first.zip'), join(first, '../second.zip')]) {
		rmSync(path, {recursive: true});
	}
});
