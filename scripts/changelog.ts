/** docs/CHANGELOG.md as Keep a Changelog lays it out: `## [Unreleased]`, then `## [1.2.3] - 2026-01-31` for each release. */

const UNRELEASED = '## [Unreleased]';

/** The changelog with what is unreleased put under a version. @throws Error when nothing is unreleased. */
export function released(changelog: string, version: string, date: string): string {
	if (!changelog.includes(UNRELEASED)) throw new Error(`docs/CHANGELOG.md has no section ${UNRELEASED}.`);
	if (notesOf(changelog, 'Unreleased') === '')
		throw new Error(`docs/CHANGELOG.md says nothing under ${UNRELEASED}. Write what ${version} changes for its users.`);
	return changelog.replace(UNRELEASED, `${UNRELEASED}\n\n## [${version}] - ${date}`);
}

/** What the changelog says of a version, without its heading; empty when it says nothing. */
export function notesOf(changelog: string, version: string): string {
	const [, after = ''] = changelog.split(`## [${version}]`);
	return after
		.replace(/^[^\n]*\n?/, '')
		.split(/^## \[/m)[0]
		.trim();
}
