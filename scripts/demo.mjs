/** `npm run demo`: installs what is missing, builds, and shows the extension at work. */
import {bootstrap, run} from './bootstrap.mjs';
import {buildIfChanged} from './build-if-changed.mjs';

try {
	const {desktop} = bootstrap();
	if (!buildIfChanged()) throw new Error('The build failed; see above.');
	const args = process.argv.slice(2);
	process.exitCode = run('npx', ['tsx', 'scripts/demo.ts', ...args, ...(desktop ? [] : ['--headless'])]) ? 0 : 1;
} catch (error) {
	console.error(`\n${error.message}`);
	process.exitCode = 1;
}
