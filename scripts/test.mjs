/**
 * `npm test`: installs what is missing, checks, builds, and runs the unit tests and the browser journeys that a change is
 * most likely to break. `npm run test:all` (`--all`) runs every browser test, the hostile pages, the bench and what takes minutes
 * as well. Both work on a fresh Debian with Node.
 */
import {existsSync, mkdirSync, readFileSync, rmSync} from 'node:fs';
import {availableParallelism} from 'node:os';
import {relative} from 'node:path';
import {bootstrap, ensureFirefox, run} from './bootstrap.mjs';
import {buildIfChanged} from './build-if-changed.mjs';

/** What a person does first, from the right-click on: files of `test/e2e`. */
const JOURNEYS = ['popup', 'right-click', 'welcome', 'options'].map(name => `test/e2e/${name}.test.ts`);

/** Vitest leaves a core to itself, which of two is half. */
const UNIT = {name: 'unit', projects: ['unit'], options: [`--maxWorkers=${availableParallelism()}`]};
/** Groups of tests, each with the projects of `vitest.config.ts` that it runs. */
const QUICK = [UNIT, {name: 'journeys', projects: ['browser', 'desktop'], files: JOURNEYS}];
const ALL = [
	UNIT,
	{name: 'browsers', projects: ['browser', 'desktop']},
	{name: 'hostile', projects: ['hostile']},
	{name: 'bench', projects: ['bench']},
	{name: 'long', projects: ['long']},
];

const step = (title, action) => {
	console.log(`\n▸ ${title}`);
	return action() ? [] : [title];
};

/** What failed, and the beginning of why: the end of a long output is what one reads first. */
const said = (name, message = '') => `${name}\n    ${message.split('\n').slice(0, 3).join('\n    ')}`;

/** Runs a group of tests and returns its counts and its failures. A test file that does not even load is one failure. */
const vitest = ({name, projects, files = [], options = []}) => {
	const report = `out/test-${name}.json`;
	rmSync(report, {force: true});
	run('npx', [
		'vitest',
		'run',
		...projects.flatMap(project => ['--project', project]),
		'--reporter=default',
		'--reporter=./scripts/second-tries.ts',
		'--reporter=json',
		`--outputFile.json=${report}`,
		...options,
		...files,
	]);
	if (!existsSync(report))
		return {passed: 0, skipped: 0, failures: [said(`The tests of ${name}`, 'There is no report.')]};
	const {numPassedTests, numPendingTests, numTodoTests, testResults} = JSON.parse(readFileSync(report, 'utf8'));
	const failures = testResults.flatMap(file => {
		const failed = file.assertionResults.filter(({status}) => status === 'failed');
		const path = relative('.', file.name);
		if (failed.length === 0 && file.status === 'failed') return [said(path, file.message)];
		return failed.map(test => said(`${path}: ${test.fullName}`, test.failureMessages[0]));
	});
	return {passed: numPassedTests, skipped: numPendingTests + numTodoTests, failures};
};

/** Runs every part, also after one that failed. Returns whether all passed. */
const runTests = isEverything => {
	bootstrap();
	if (isEverything) ensureFirefox();
	mkdirSync('out', {recursive: true});
	const problems = [
		...step('Types', () => run('npx', ['tsc', '--noEmit'])),
		...step('Style (Biome)', () => run('npx', ['biome', 'check', '--error-on-warnings'])),
		...step('Nothing unused (knip)', () => run('npx', ['knip'])),
		...step('Build', buildIfChanged),
	];
	const counts = (isEverything ? ALL : QUICK).map(group => {
		console.log(`\n▸ Tests: ${group.name}`);
		return vitest(group);
	});
	if (isEverything) {
		problems.push(...step('Threads: 200,000 jobs', () => run('npm', ['run', '--silent', 'stress'])));
		const bench = () => run('npx', ['tsx', 'test/bench/main.ts', '--quick']);
		problems.push(...step('Bench: whether it runs, not how fast', bench));
	}
	const sum = key => counts.reduce((total, count) => total + count[key], 0);
	const failures = counts.flatMap(count => count.failures);
	if (problems.length > 0) console.log(`\nNot clean: ${problems.join(', ')}. See above.`);
	if (failures.length > 0) console.log(`\nFailed:\n  ${failures.join('\n  ')}`);
	console.log(
		`\n${sum('passed')} passed, ${failures.length} failed${sum('skipped') ? `, ${sum('skipped')} skipped` : ''}`,
	);
	return problems.length === 0 && failures.length === 0 && sum('passed') > 0;
};

try {
	process.exitCode = runTests(process.argv.includes('--all')) ? 0 : 1;
} catch (error) {
	// What could not even be started counts as one failure, so that the last line always tells the outcome.
	console.error(error);
	console.log('\n0 passed, 1 failed');
	process.exitCode = 1;
}
