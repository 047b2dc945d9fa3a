import {createHash} from 'node:crypto';
import {existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {run} from './bootstrap.mjs';

/** Everything the build reads. */
const INPUTS = [
	'src',
	'locales',
	'icons',
	'models',
	'scripts',
	'manifest.json',
	'package.json',
	'package-lock.json',
	'vite.config.ts',
	'LICENSE',
	'docs/THIRD-PARTY-NOTICES.md',
];
const STAMP = 'out/.build-inputs';

const filesOf = path =>
	statSync(path).isFile()
		? [path]
		: readdirSync(path, {withFileTypes: true, recursive: true})
				.filter(entry => entry.isFile())
				.map(entry => join(entry.parentPath, entry.name))
				.sort();

const fingerprint = () => {
	const hash = createHash('sha256');
	for (const file of INPUTS.flatMap(filesOf)) hash.update(file).update(readFileSync(file));
	return hash.digest('hex');
};

/** Builds the extension, unless the last build was made from the very same files. Returns whether `dist/` is good. */
export const buildIfChanged = () => {
	const now = fingerprint();
	if (
		existsSync('dist/manifest.json') &&
		existsSync('dist-firefox/manifest.json') &&
		existsSync(STAMP) &&
		readFileSync(STAMP, 'utf8') === now
	) {
		console.log('dist/ is up to date.');
		return true;
	}
	if (!run('npm', ['run', '--silent', 'build'])) return false;
	mkdirSync('out', {recursive: true});
	writeFileSync(STAMP, now);
	return true;
};
