import {existsSync, statSync} from 'node:fs';
import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {BROWSERS, DIST} from '../manifests.ts';
import {zipFolder} from '../zip.ts';
import {megabytes, type Part} from './report.ts';

/** What a user downloads: the zip of what is built now. */
export const packagePart: Part = {
	async measure() {
		const folder = await mkdtemp(join(tmpdir(), 'bench-zip-'));
		const sizes = BROWSERS.filter(browser => existsSync(DIST[browser])).map(browser => {
			const zip = join(folder, `${browser}.zip`);
			zipFolder(DIST[browser], zip);
			return {browser, bytes: statSync(zip).size};
		});
		await rm(folder, {recursive: true});
		const rows = sizes.map(({browser, bytes}) => [browser, megabytes(bytes)]);
		return {data: sizes, tables: [{id: 'package-zip', head: ['for', 'zip'], rows}], aims: []};
	},
};
