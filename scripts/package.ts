/** After `vite build`: a store-ready zip for each browser, and the checks on what was built. */
import {statSync} from 'node:fs';
import {problemsOf} from './check-dist.ts';
import {problemsOfLocales} from './check-locales.ts';
import {problemsOfRebuild} from './check-reproducible.ts';
import {BROWSERS, DIST, zipPath} from './manifests.ts';
import {zipFolder} from './zip.ts';

const built = BROWSERS.map(browser => {
	const zip = zipPath(browser);
	zipFolder(DIST[browser], zip);
	return {browser, zip, problems: problemsOf(DIST[browser], zip)};
});
const problems = [...problemsOfLocales(), ...built.flatMap(({problems}) => problems)];
for (const browser of BROWSERS) problems.push(...(await problemsOfRebuild(browser)));
if (problems.length > 0) {
	console.error(`The build is not fit to ship:\n${problems.map(problem => `- ${problem}`).join('\n')}`);
	process.exit(1);
}
for (const {zip} of built) {
	console.log(`${zip} (${(statSync(zip).size / 1e6).toFixed(1)} MB): one ONNX Runtime, no remote address.`);
}
