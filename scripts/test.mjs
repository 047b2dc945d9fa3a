/** `npm test`: installs what is missing, checks, builds, and runs unit and browser tests. Works on a fresh Debian with Node. */
import {existsSync, mkdirSync, readFileSync, rmSync} from 'node:fs';
import {bootstrap, ensureFirefox, run} from './bootstrap.mjs';
import {buildIfChanged} from './build-if-changed.mjs';

const step = (title, action) => {
	console.log(`\n▸ ${title}`);
	return action() ? [] : [title];
};

/** Runs one project of the tests and returns its counts. A test file that does not even load is one failure. */
const vitest = project => {
	const report = `out/test-${project}.json`;
	rmSync(report, {force: true});
	run('npx', [
		'vitest',
		'run',
		'--project',
		project,
		'--reporter=default',
		'--reporter=json',
		`--outputFile.json=${report}`,
	]);
	if (!existsSync(report)) return {passed: 0, failed: 1, skipped: 0};
	const {numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults} = JSON.parse(
		readFileSync(report, 'utf8'),
	);
	const unloaded = testResults.filter(
		file => file.status === 'failed' && file.assertionResults.every(({status}) => status !== 'failed'),
	);
	return {passed: numPassedTests, failed: numFailedTests + unloaded.length, skipped: numPendingTests + numTodoTests};
};

/** Runs every part, also after one that failed. Returns whether all passed. */
const all = () => {
	bootstrap();
	ensureFirefox();
	mkdirSync('out', {recursive: true});
	const problems = [
		...step('Types', () => run('npx', ['tsc', '--noEmit'])),
		...step('Style (Biome)', () => run('npx', ['biome', 'check', '--error-on-warnings'])),
		...step('Nothing unused (knip)', () => run('npx', ['knip'])),
		...step('Build', buildIfChanged),
	];
	const counts = ['unit', 'e2e', 'hostile'].map(project => {
		console.log(`\n▸ Tests: ${project}`);
		return vitest(project);
	});
	problems.push(
		...step('Bench: whether it runs, not how fast', () => run('npx', ['tsx', 'scripts/bench.ts', '--quick'])),
	);
	const sum = key => counts.reduce((total, count) => total + count[key], 0);
	if (problems.length > 0) console.log(`\nNot clean: ${problems.join(', ')}. See above.`);
	console.log(
		`\n${sum('passed')} passed, ${sum('failed')} failed${sum('skipped') ? `, ${sum('skipped')} skipped` : ''}`,
	);
	return problems.length === 0 && sum('failed') === 0 && sum('passed') > 0;
};

try {
	process.exitCode = all() ? 0 : 1;
} catch (error) {
	// What could not even be started counts as one failure, so that the last line always tells the outcome.
	console.error(error);
	console.log('\n0 passed, 1 failed');
	process.exitCode = 1;
}
