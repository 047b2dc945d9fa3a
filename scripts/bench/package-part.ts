import {stat} from 'node:fs/promises';
import {BROWSERS, zipPath} from '../manifests.ts';
import {megabytes, type Part} from './report.ts';

/** What a user downloads. */
export const packagePart: Part = {
	async measure() {
		const sizes = await Promise.all(
			BROWSERS.map(async browser => {
				const bytes = await stat(zipPath(browser)).then(
					({size}) => size,
					() => null,
				);
				return {browser, bytes};
			}),
		);
		const rows = sizes.map(({browser, bytes}) => [browser, bytes === null ? 'not built' : megabytes(bytes)]);
		return {data: sizes, tables: [{id: 'package-zip', head: ['for', 'zip'], rows}], aims: []};
	},
};
