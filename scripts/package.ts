/** After `vite build`: the store-ready zip, and the checks on what was built. */
import {readFileSync, statSync} from 'node:fs';
import {problemsOf} from './check-dist.ts';
import {zipFolder} from './zip.ts';

const {name, version} = JSON.parse(readFileSync('package.json', 'utf8'));
const zip = `out/${name}-${version}.zip`;
zipFolder('dist', zip);
const problems = problemsOf('dist', zip);
if (problems.length > 0) {
	console.error(`The build is not fit to ship:\n${problems.map(problem => `- ${problem}`).join('\n')}`);
	process.exit(1);
}
console.log(`${zip} (${(statSync(zip).size / 1e6).toFixed(1)} MB): one ONNX Runtime, no remote address.`);
