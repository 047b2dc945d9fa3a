import {mkdirSync, mkdtempSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {differences} from '../../../scripts/check-reproducible.ts';
import {manifestFor} from '../../../scripts/manifests.ts';

const folderWith = (files: Record<string, string>) => {
	const folder = mkdtempSync(join(tmpdir(), 'built-'));
	for (const [name, text] of Object.entries(files)) {
		mkdirSync(join(folder, name, '..'), {recursive: true});
		writeFileSync(join(folder, name), text);
	}
	return folder;
};

test('two builds differ by the files that one lacks and those whose bytes differ', () => {
	const first = folderWith({'manifest.json': '{}', 'assets/a.js': '1', 'assets/b.js': '2'});
	expect(differences(first, folderWith({'manifest.json': '{}', 'assets/a.js': '1', 'assets/b.js': '2'}))).toEqual([]);
	expect(differences(first, folderWith({'manifest.json': '{}', 'assets/a.js': '3', 'c.js': ''}))).toEqual([
		'assets/a.js',
		'assets/b.js',
		'c.js',
	]);
});

test('private windows have separate storage, or no extension', () => {
	expect(manifestFor('chromium')).toMatchObject({incognito: 'split'});
	expect(manifestFor('firefox')).toMatchObject({incognito: 'not_allowed'});
});

test('Firefox asks for nothing that it does not know, and says that it collects no data', () => {
	const manifest = manifestFor('firefox') as Record<string, unknown> & {permissions: string[]};
	expect(manifest.permissions).not.toContain('offscreen');
	expect(manifest.permissions).not.toContain('sidePanel');
	expect(manifest).not.toHaveProperty('side_panel');
	expect(manifest).not.toHaveProperty('minimum_chrome_version');
	expect(manifest).toMatchObject({
		sidebar_action: {default_panel: 'src/entrypoints/popup/index.html?view=panel'},
		browser_specific_settings: {gecko: {data_collection_permissions: {required: ['none']}}},
	});
});
