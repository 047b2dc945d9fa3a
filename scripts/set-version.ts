/**
 * Run by `npm version`, which sets `npm_new_version`: with `--check` before package.json is changed, and without it between
 * that change and its commit, so that manifest and changelog follow.
 */
import {readFileSync, writeFileSync} from 'node:fs';
import {released} from './changelog.ts';

const refuse = (message: string): never => {
	console.error(message);
	process.exit(1);
};

const version = process.env.npm_new_version ?? '';
if (!/^\d+(\.\d+){2}$/.test(version))
	refuse(`${version} is no version for a store: an extension's version is three numbers, like 1.2.3.`);
const today = new Date().toISOString().slice(0, 10);
let changelog = '';
try {
	changelog = released(readFileSync('docs/CHANGELOG.md', 'utf8'), version, today);
} catch (error) {
	refuse((error as Error).message);
}
if (!process.argv.includes('--check')) {
	const manifest = readFileSync('manifest.json', 'utf8');
	writeFileSync('manifest.json', manifest.replace(/"version": "[^"]*"/, `"version": "${version}"`));
	writeFileSync('docs/CHANGELOG.md', changelog);
}
