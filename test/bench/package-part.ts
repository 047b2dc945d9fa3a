import {existsSync, statSync} from 'node:fs';
import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {BROWSERS, type Browser, DIST} from '../../scripts/manifests.ts';
import {zipFolder} from '../../scripts/zip.ts';
import {built} from './built.ts';
import {megabytes, type Part} from './report.ts';

/** What a user downloads: the zip for each browser. With `--quick`, of what the last build has left. */
export const packagePart: Part = {
	title: 'the zips',
	async measure({quick}) {
		const folder = await mkdtemp(join(tmpdir(), 'bench-zip-'));
		const sizes: {browser: Browser; bytes: number}[] = [];
		for (const browser of BROWSERS) {
			if (!quick) await built(browser);
			else if (!existsSync(DIST[browser])) continue;
			const zip = join(folder, `${browser}.zip`);
			zipFolder(DIST[browser], zip);
			sizes.push({browser, bytes: statSync(zip).size});
		}

		await rm(folder, {recursive: true});
		const rows = sizes.map(({browser, bytes}) => [browser, megabytes(bytes)]);
		return {data: sizes, tables: [{id: 'package-zip', head: ['for', 'zip'], rows}], aims: []};
	},
};
