import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
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

test('workflows use actions of one commit, and call the commands of the README', () => {
	const folder = '.github/workflows';
	for (const file of readdirSync(folder)) {
		const workflow = readFileSync(join(folder, file), 'utf8');
		const actions = [...workflow.matchAll(/uses: (\S+)/g)].map(match => match[1]);
		expect(actions.length).toBeGreaterThan(0);
		for (const action of actions) expect(action).toMatch(/@[0-9a-f]{40}$/);
		expect(workflow).toContain('- run: npm test');
	}
});
