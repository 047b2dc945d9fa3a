/** Run by `npm version`, between the change of package.json and its commit: manifest and changelog follow. */
import {readFileSync, writeFileSync} from 'node:fs';
import {released} from './changelog.ts';

const {version} = JSON.parse(readFileSync('package.json', 'utf8'));
if (!/^\d+(\.\d+){2}$/.test(version)) {
	console.error(`${version} is no version for a store: an extension's version is three numbers, like 1.2.3.`);
	process.exit(1);
}
const manifest = readFileSync('manifest.json', 'utf8');
writeFileSync('manifest.json', manifest.replace(/"version": "[^"]*"/, `"version": "${version}"`));
const today = new Date().toISOString().slice(0, 10);
writeFileSync('CHANGELOG.md', released(readFileSync('CHANGELOG.md', 'utf8'), version, today));
