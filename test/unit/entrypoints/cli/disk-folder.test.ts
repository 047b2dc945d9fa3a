import {chmod, mkdtemp, open, readdir, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, describe, expect, test, vi} from 'vitest';
import {diskFolder} from '../../../../src/entrypoints/cli/disk-folder.ts';

/** The command line's cache: nothing in it leads out of it, and what the disk refuses is said. */

let around: string;
beforeEach(async () => {
	around = await mkdtemp(join(tmpdir(), 'next-token-lens-disk-'));
});
afterEach(() => rm(around, {recursive: true}));

describe.each(['../escaped.txt', 'models/../../escaped.txt', '/etc/passwd', 'a\\b', 'a//b', 'C:/a', 'a\0b', '.', '..'])(
	'the path %j',
	path => {
		test('is neither read, written, listed nor removed', async () => {
			const folder = diskFolder(join(around, 'cache'));
			await writeFile(join(around, 'escaped.txt'), 'mine');
			const bytes = new Uint8Array(3);
			for (const use of [
				() => folder.read(path),
				() => folder.write(path, bytes),
				() => folder.open(path),
				() => folder.list(path),
				() => folder.remove(path),
			])
				await expect((async () => use())()).rejects.toMatchObject({refusals: [{code: 'path-outside'}]});
			expect(await readFile(join(around, 'escaped.txt'), 'utf8')).toBe('mine');
			expect(await readdir(around)).toEqual(['escaped.txt']);
		});
	},
);

test('what is written is there, whole, and replaced by what is written next', async () => {
	const folder = diskFolder(around);
	await folder.write('a/b.json', new Uint8Array([1, 2, 3]));
	await folder.write('a/b.json', new Uint8Array([4]));
	expect(await folder.read('a/b.json')).toEqual(Buffer.from([4]));
	expect(await folder.list('a')).toEqual(['b.json']);
	await folder.remove('a');
	expect(await folder.read('a/b.json')).toBeNull();
});

test('of what is written in place nothing is left out where the disk takes only a part at once', async () => {
	const handle = await open(join(around, 'handle'), 'w');
	const files = Object.getPrototypeOf(handle);
	await handle.close();
	const {write} = files;
	const parts = vi.spyOn(files, 'write').mockImplementation(function (this: unknown, bytes, from, length, at) {
		return write.call(this, bytes, from, Math.min(length as number, 40), at);
	});
	const bytes = Uint8Array.from({length: 100}, (_, i) => i);
	const file = await diskFolder(around).open('weights');
	await file.write(bytes, 7);
	await file.close();
	expect(parts).toHaveBeenCalledTimes(3);
	parts.mockRestore();
	expect(await diskFolder(around).read('weights')).toEqual(Buffer.from([...Array(7).fill(0), ...bytes]));
});

test('a cache that cannot be written is said with its path and what to do', async () => {
	// A file where the folder should be: also the administrator cannot write there.
	await writeFile(join(around, 'cache'), '');
	await expect(diskFolder(join(around, 'cache')).write('active.json', new Uint8Array(1))).rejects.toMatchObject({
		code: 'no-room',
		refusals: [{code: 'cache-unusable', values: {code: expect.stringMatching(/^E/)}}],
	});
	if (process.getuid?.() === 0) return;
	await chmod(around, 0o500);
	await expect(diskFolder(around).write('models/x', new Uint8Array(1))).rejects.toMatchObject({code: 'no-room'});
	await chmod(around, 0o700);
});
