import {execFile} from 'node:child_process';
import {promisify} from 'node:util';
import {expect, test} from 'vitest';
import {DIST} from '../../scripts/manifests.ts';

test('the linter of addons.mozilla.org finds nothing in the extension for Firefox', async () => {
	const args = ['addons-linter', DIST.firefox, '--output', 'json'];
	// It ends with code 1 when it finds errors; what it found is on its output either way.
	const {stdout} = await promisify(execFile)('npx', args, {maxBuffer: 1e8}).catch(error => error as {stdout: string});
	const {errors, warnings, notices} = JSON.parse(stdout);
	expect({errors, warnings, notices}).toEqual({errors: [], warnings: [], notices: []});
});
