import {execFileSync, spawnSync} from 'node:child_process';
import {cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join, resolve} from 'node:path';
import {describe, expect, test} from 'vitest';
import {notesOf, released} from '../../../scripts/changelog.ts';

const CHANGELOG = `# Changelog

## [Unreleased]

### Added

- A walk.

## [0.1.0] - 2026-11-24

- The first.
`;

describe('a release', () => {
	test('takes over the unreleased changes, and leaves room for more', () => {
		const changelog = released(CHANGELOG, '0.2.0', '2026-12-01');
		expect(changelog).toContain('## [Unreleased]\n\n## [0.2.0] - 2026-12-01\n\n### Added\n\n- A walk.\n');
		expect(notesOf(changelog, '0.2.0')).toBe('### Added\n\n- A walk.');
		expect(notesOf(changelog, '0.1.0')).toBe('- The first.');
		expect(notesOf(changelog, 'Unreleased')).toBe('');
	});

	test('without anything new is refused', () => {
		const changelog = released(CHANGELOG, '0.2.0', '2026-12-01');
		expect(() => released(changelog, '0.3.0', '2026-12-02')).toThrow(/says nothing under ## \[Unreleased\]/);
	});

	test('has one version in package, lock and manifest', () => {
		const versionIn = (file: string) => JSON.parse(readFileSync(file, 'utf8')).version;
		expect(versionIn('manifest.json')).toBe(versionIn('package.json'));
		expect(versionIn('package-lock.json')).toBe(versionIn('package.json'));
	});
});

/** Nothing but this test needs git: a copy of the sources can be built and tested without it. */
const hasGit = spawnSync('git', ['--version']).status === 0;

describe.runIf(hasGit)('npm version, as the README has it', () => {
	/** A repository with all that the command reads, and nothing else. */
	const repository = () => {
		const folder = mkdtempSync(join(tmpdir(), 'release-'));
		for (const file of ['package.json', 'package-lock.json', 'manifest.json', '.npmrc', 'scripts'])
			cpSync(file, join(folder, file), {recursive: true});
		mkdirSync(join(folder, 'docs'));
		writeFileSync(join(folder, 'docs/CHANGELOG.md'), CHANGELOG);
		symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
		const run = (program: string, ...args: string[]) =>
			execFileSync(program, args, {cwd: folder, encoding: 'utf8', stdio: 'pipe'}).trim();
		run('git', 'init', '--quiet');
		run('git', 'config', 'user.name', 'Test');
		run('git', 'config', 'user.email', 'test@example.com');
		run('git', 'add', 'package.json', 'package-lock.json', 'manifest.json', '.npmrc', 'docs/CHANGELOG.md');
		run('git', 'commit', '--quiet', '--message', 'First');
		return {folder, run, text: (file: string) => readFileSync(join(folder, file), 'utf8')};
	};
	const [, command] = /`(npm version minor[^`]*)`/.exec(readFileSync('README.md', 'utf8'))!;
	const [npm, ...args] = command.split(' ');

	test('changes package, lock, manifest and changelog in one commit with a tag; with nothing new it changes nothing', () => {
		const {folder, run, text} = repository();
		try {
			const before = JSON.parse(text('package.json')).version.split('.').map(Number);
			const next = `${before[0]}.${before[1] + 1}.0`;
			run(npm, ...args);
			for (const file of ['package.json', 'package-lock.json', 'manifest.json'])
				expect(JSON.parse(text(file)).version).toBe(next);
			expect(notesOf(text('docs/CHANGELOG.md'), next)).toBe('### Added\n\n- A walk.');
			expect(run('git', 'tag', '--points-at', 'HEAD')).toBe(`v${next}`);
			expect(run('git', 'status', '--porcelain', '--untracked-files=no')).toBe('');

			expect(() => run(npm, ...args)).toThrow(/CHANGELOG\.md says nothing under ## \[Unreleased\]/);
			expect(run('git', 'status', '--porcelain', '--untracked-files=no')).toBe('');
			expect(run('git', 'tag')).toBe(`v${next}`);
		} finally {
			rmSync(folder, {recursive: true});
		}
	});
});

test('workflows use actions of one commit, and call the two commands of the README', () => {
	const folder = '.github/workflows';
	const workflows = readdirSync(folder).map(file => readFileSync(join(folder, file), 'utf8'));
	for (const workflow of workflows) {
		const actions = [...workflow.matchAll(/uses: (\S+)/g)].map(match => match[1]);
		expect(actions.length).toBeGreaterThan(0);
		for (const action of actions) expect(action).toMatch(/@[0-9a-f]{40}$/);
		expect(workflow).toContain('- run: npm run test:all\n');
	}
	const [, commands] = /## Two commands.*?```\n(.*?)```/s.exec(readFileSync('README.md', 'utf8'))!;
	const named = commands.split('\n').flatMap(line => line.split('#')[0].trim() || []);
	expect(named).toHaveLength(2);
	for (const command of named) expect(workflows.join('')).toContain(`- run: ${command}\n`);
});
