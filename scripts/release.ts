/** Collects a release in `out/release`: both zips, their SHA-256, and what docs/CHANGELOG.md says of the version. */
import {createHash} from 'node:crypto';
import {copyFileSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {basename, join} from 'node:path';
import {notesOf} from './changelog.ts';
import {BROWSERS, zipPath} from './manifests.ts';

const TARGET = 'out/release';

const {version} = JSON.parse(readFileSync('package.json', 'utf8'));
const tag = process.argv[2];
if (tag !== `v${version}`) {
	console.error(`The tag ${tag} is not v${version}, the version in package.json. \`npm version\` makes both.`);
	process.exit(1);
}
const notes = notesOf(readFileSync('docs/CHANGELOG.md', 'utf8'), version);
if (notes === '') {
	console.error(`docs/CHANGELOG.md says nothing of ${version}. \`npm version\` puts what is unreleased under it.`);
	process.exit(1);
}
mkdirSync(TARGET, {recursive: true});
const sums = BROWSERS.map(zipPath).map(zip => {
	copyFileSync(zip, join(TARGET, basename(zip)));
	return `${createHash('sha256').update(readFileSync(zip)).digest('hex')}  ${basename(zip)}\n`;
});
writeFileSync(join(TARGET, 'SHA256SUMS'), sums.join(''));
writeFileSync(join(TARGET, 'notes.md'), `${notes}\n`);
