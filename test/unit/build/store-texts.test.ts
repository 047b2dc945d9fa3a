import {readdirSync, readFileSync} from 'node:fs';
import {expect, test} from 'vitest';
import {manifestFor} from '../../../scripts/manifests.ts';
import {STORE_LIMITS, sectionsOf} from '../../../scripts/store-texts.ts';

test.each(['en', 'zh_CN'])('the listing in %s is within the limits of both stores', language => {
	const sections = sectionsOf(readFileSync(`docs/store/description.${language}.md`, 'utf8'));
	expect(Object.keys(sections)).toEqual(['Name', 'Summary', 'Description']);
	for (const [name, limit] of Object.entries(STORE_LIMITS)) {
		expect([...sections[name]].length, name).toBeGreaterThan(0);
		expect([...sections[name]].length, name).toBeLessThanOrEqual(limit);
	}
});

test('every permission of either manifest is justified, and none that is not asked for', () => {
	const justified = [...readFileSync('docs/store/permissions.md', 'utf8').matchAll(/^\| `(\w+)`/gm)].map(m => m[1]);
	const asked = (['chromium', 'firefox'] as const).flatMap(
		browser => (manifestFor(browser) as {permissions: string[]}).permissions,
	);
	expect(justified.sort()).toEqual([...new Set(asked)].sort());
});

/** Width and height of a PNG, from its first chunk. */
const sizeOf = (path: string) => {
	const file = readFileSync(path);
	return [file.readUInt32BE(16), file.readUInt32BE(20)];
};

test('the pictures have the sizes that the stores ask for', () => {
	const pictures = readdirSync('docs/store').filter(name => name.endsWith('.png'));
	const screenshots = pictures.filter(name => name.startsWith('screenshot-'));
	expect(screenshots).toHaveLength(5);
	for (const name of screenshots) expect(sizeOf(`docs/store/${name}`)).toEqual([1280, 800]);
	expect(sizeOf('docs/store/tile-small.png')).toEqual([440, 280]);
	expect(sizeOf('docs/store/tile-large.png')).toEqual([1400, 560]);
});
