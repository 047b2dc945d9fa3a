import type {Page} from 'playwright-core';
import {afterEach, describe, expect, test} from 'vitest';
import {DEFAULT_SETTINGS} from '../../../src/client/settings/settings.ts';
import {writtenForm} from '../../../src/client/settings/written.ts';
import {type Arena, useArena} from '../../helpers/hostile.ts';
import {waitFor} from '../../helpers/wait.ts';

/** Settings that a broken or hostile machine has synced, and settings files that somebody sent. */

let arena: Arena;
let page: Page;
useArena(async started => {
	arena = started;
	page = await arena.browser.openOptions();
});
afterEach(() => page.evaluate(() => chrome.storage.sync.clear()));

const WRITTEN = writtenForm(DEFAULT_SETTINGS);

const generation = (changes: object) => ({
	...WRITTEN,
	generation: {...WRITTEN.generation, ...changes},
});

/** What the options page shows of the temperature, once it is there. */
const temperature = async () => {
	const field = page.getByLabel('Temperature', {exact: true});
	await field.waitFor();
	return field.inputValue();
};

describe('synced settings', () => {
	test.each<[string, unknown, string]>([
		['a text', '<script>alert(1)</script>', 'no settings'],
		['a list', [1, 2, 3], 'no settings'],
		['null', null, 'no settings'],
		['a generation that is a list', {...WRITTEN, generation: []}, 'generation'],
		['a temperature of 1e308', generation({temperature: 1e308}), 'Temperature'],
		['a temperature of 0', generation({temperature: 0}), 'Temperature'],
		['a temperature that is an object', generation({temperature: {valueOf: 'x'}}), 'Temperature'],
		['a negative top-k', generation({topK: -5}), 'Top-k'],
		['a million beams', generation({numBeams: 1e6}), 'Beams'],
		['beams that cannot be combined', generation({numBeams: 3, numReturnSequences: 4}), 'eam'],
		['stop strings that are no list', generation({stopStrings: 'stop'}), 'Stop strings'],
		['a list with a million banned words', generation({badWords: Array(500).fill('a')}), 'Banned words'],
		['a field of a newer version', {...WRITTEN, remoteCode: 'https://evil.test/x.js'}, 'remoteCode'],
	])('%s: what can be used applies, the rest is reported, and nothing breaks', async (_, value, reported) => {
		await page.evaluate(settings => chrome.storage.sync.set({settings}), value);
		await page.reload();
		expect(await temperature()).toBe('0.8');
		expect(await page.getByRole('alert').first().textContent()).toContain(reported);
		expect(await page.locator('script:not([src])').count()).toBe(0);
	});

	test('a key called __proto__ changes no object but its own', async () => {
		await page.evaluate(() =>
			chrome.storage.sync.set(
				JSON.parse('{"settings": {"__proto__": {"polluted": true}, "generation": {"__proto__": {"polluted": true}}}}'),
			),
		);
		await page.reload();
		expect(await temperature()).toBe('0.8');
		expect(await page.evaluate(() => ({}) as {polluted?: boolean}).then(({polluted}) => polluted)).toBeUndefined();
	});

	test.each(['sideways', 7, {scale: 'rank'}, '<b>rank</b>'])('%j as the colour scale is reported', async scale => {
		await page.evaluate(passageScale => chrome.storage.sync.set({passageScale}), scale);
		await page.reload();
		expect(await temperature()).toBe('0.8');
		expect(await page.getByRole('alert').first().textContent()).toContain('Passage colours');
	});

	test('that are larger than the browser takes are refused, and nothing claims that they are saved', async () => {
		await page.reload();
		await temperature();
		await page.evaluate(() => {
			for (const group of document.querySelectorAll('details')) group.open = true;
		});
		const banned = page.getByLabel('Banned words', {exact: true});
		await banned.fill(Array.from({length: 60}, (_, i) => `${i} ${'x'.repeat(180)}`).join('\n'));
		await banned.blur();
		const state = page.locator('.save-state');
		await state.getByText(/bytes, and the browser stores 8,192 at most.*Shorten/).waitFor();
		expect(await state.textContent()).not.toContain('Saved');
		await page.screenshot({path: 'test/e2e/screenshots/hostile-settings-too-large.png'});
		await banned.fill('short');
		await banned.blur();
		await waitFor('the state', async () => (await state.textContent())?.includes('Saved'));
	});

	test('that the browser itself finds too large are refused with the same advice', async () => {
		// 8,192 bytes are its limit; our own count stops a little earlier or later, so it is asked itself.
		const refusal = await page.evaluate(() =>
			chrome.storage.sync.set({settings: 'x'.repeat(9000)}).then(
				() => '',
				(error: Error) => error.message,
			),
		);
		expect(refusal).toMatch(/per_?item/i);
	});
});

describe('a settings file', () => {
	const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
	test.each([
		['no JSON', 'MZ\u0000\u0001', /not JSON/],
		['nothing', '', /not JSON/],
		['a list', '[]', /no settings/],
		['a number', '12', /no settings/],
		['nested twenty thousand deep', deep, /no settings|not JSON/],
		['a top-p of 7', '{"generation": {"topP": 7}}', /Top-p \(nucleus\) must be a number from 0 to 1, but is 7/],
		['markup in a name', '{"<img src=x onerror=alert(1)>": 1}', /There is no setting called/],
		['infinity', '{"generation": {"temperature": 1e999}}', /Temperature/],
		['a script for a seed mode', '{"seedMode": "javascript:alert(1)"}', /Seed of a run/],
		['300 KB', JSON.stringify({generation: {badWords: ['x'.repeat(300_000)]}}), /KB|large|256/i],
	])('with %s is refused with the reason, and changes nothing', async (_, text, reason) => {
		await page.reload();
		await temperature();
		await page
			.locator('input[type="file"]')
			.setInputFiles({name: 'theirs.json', mimeType: 'application/json', buffer: Buffer.from(text)});
		const alert = page.getByRole('alert').filter({hasText: 'theirs.json'});
		await alert.waitFor();
		expect(await alert.textContent()).toMatch(reason);
		expect(await alert.locator('img').count()).toBe(0);
		expect(await temperature()).toBe('0.8');
		expect(await page.evaluate(() => chrome.storage.sync.get(null))).toEqual({});
	});
});
