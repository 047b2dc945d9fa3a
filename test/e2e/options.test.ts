import {readFile, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type {Page} from 'playwright-core';
import {afterAll, afterEach, beforeAll, expect, test} from 'vitest';
import {DEFAULT_SETTINGS} from '../../src/client/settings/settings.ts';
import {writtenForm} from '../../src/client/settings/written.ts';
import {resize} from '../helpers/at-rest.ts';
import {type ExtensionBrowser, launchExtension} from '../helpers/extension.ts';
import {openView, shownClasses} from '../helpers/popup.ts';
import {waitFor} from '../helpers/wait.ts';

/** The options page with the real model: what a setting does is seen there and in every open popup. */

let browser: ExtensionBrowser;
let page: Page;
let popup: Page | undefined;

beforeAll(async () => {
	browser = await launchExtension();
	page = await browser.openOptions();
	await page.locator('.preview-row .token-text').first().waitFor({timeout: 60_000});
});
afterAll(() => browser?.dispose());

afterEach(async () => {
	// A page behind another one is not painted, and its pictures are empty.
	await popup?.close();
	popup = undefined;
	await page.bringToFront();
	await page.getByRole('button', {name: 'Reset everything', exact: true}).click();
	// They are written a moment later, and the next test reads what is stored.
	const defaults = writtenForm(DEFAULT_SETTINGS);
	await expect.poll(async () => ((await stored()) ?? defaults).generation).toEqual(defaults.generation);
});

const stored = async () =>
	(await page.evaluate(async () => (await chrome.storage.sync.get('settings')).settings)) as ReturnType<
		typeof writtenForm
	>;

const percent = (text: string) => Number(text.replace(/[\s%<>]/gu, ''));

/** The previewed classes: their text, the model's probability, and the one after the settings (null when cut). */
const previewed = async () =>
	(
		await page
			.locator('.preview-row')
			.evaluateAll(rows =>
				rows.map(row => [...row.querySelectorAll('[aria-hidden]')].map(cell => cell.textContent ?? '')),
			)
	).map(([text, model, after]) => ({text, model: percent(model), after: after === 'cut' ? null : percent(after)}));

const figure = (name: string) => page.locator('.preview-figures div', {hasText: name}).locator('dd').textContent();

const slide = (name: string, value: string) => page.getByRole('slider', {name: `${name}, slider`}).fill(value);

test('the distribution moves with the slider, and an open popup follows', async () => {
	popup = await browser.openPopupPage();
	await openView(popup, 'Classes');
	await popup.getByText('with settings', {exact: true}).click();
	const before = await shownClasses(popup);

	const neutral = await previewed();
	await slide('Temperature', '0.2');
	const sharp = await waitFor('the preview', async () => {
		const rows = await previewed();
		return rows[0].after !== neutral[0].after ? rows : null;
	});
	expect(sharp[0].after).toBeGreaterThan(neutral[0].after!);
	expect(sharp.map(({model}) => model)).toEqual(neutral.map(({model}) => model));

	await slide('Top-p (nucleus)', '1');
	await slide('Top-k', '3');
	await waitFor('three classes', async () => (await figure('kept'))?.startsWith('3 of 50,257'));
	const kept = await waitFor('three rows', async () => {
		const rows = (await previewed()).filter(({after}) => after !== null);
		return rows.length === 3 ? rows : null;
	});
	expect(kept.reduce((sum, {after}) => sum + after!, 0)).toBeCloseTo(100, 0);
	await page.screenshot({path: 'test/e2e/screenshots/options.png'});

	const after = await waitFor('the popup to follow', async () => {
		const rows = await shownClasses(popup!);
		return rows[0].percent !== before[0].percent ? rows : null;
	});
	expect(after[0].percent).toBeGreaterThan(before[0].percent);
	await waitFor('the settings to be stored', async () => (await stored())?.generation.topK === 3);
	await expect.poll(async () => (await stored()).generation.temperature).toBe(0.2);
});

test('the preview follows an edited prompt', async () => {
	const [first] = await previewed();
	await page.getByLabel('Sample prompt', {exact: true}).fill('The capital of France is the city of');
	const next = await waitFor('other classes', async () => {
		const rows = await previewed();
		return rows[0].text !== first.text || rows[0].model !== first.model ? rows : null;
	});
	// Most probable first, by the model's own distribution.
	expect(next.map(({model}) => model)).toEqual(next.map(({model}) => model).sort((a, b) => b - a));
});

test('a refused value stays in its field with the reason, and is not stored', async () => {
	const field = page.getByLabel('Temperature', {exact: true});
	await field.fill('1000');
	await field.blur();
	await page.getByText('Temperature must be a number from 0.01 to 100, but is 1000.').waitFor();
	await expect.poll(() => field.inputValue()).toBe('1000');

	await page.getByRole('switch', {name: 'Sampling', exact: true}).click();
	await page.getByText('Greedy search gives one continuation').waitFor();
	await page.screenshot({path: 'test/e2e/screenshots/options-refused.png'});
	const now = (await stored()) ?? writtenForm(DEFAULT_SETTINGS);
	expect(now.generation).toMatchObject({temperature: 0.8, doSample: true});
});

test('settings go to a file and come back from it; a bad file changes nothing', async () => {
	await page.getByRole('button', {name: /^Beam 4/}).click();
	const downloading = page.waitForEvent('download');
	await page.getByRole('button', {name: 'Export JSON', exact: true}).click();
	const path = await (await downloading).path();
	expect(JSON.parse(await readFile(path, 'utf8')).generation).toMatchObject({numBeams: 4, earlyStopping: true});

	await page.getByRole('button', {name: 'Reset everything', exact: true}).click();
	const file = page.locator('input[type="file"]');
	const bad = join(tmpdir(), 'next-token-lens-bad-settings.json');
	await writeFile(bad, '{"generation": {"topP": 7}}');
	await file.setInputFiles(bad);
	await page.getByText('Top-p (nucleus) must be a number from 0 to 1, but is 7').waitFor();
	await expect.poll(() => page.getByLabel('Beams', {exact: true}).inputValue()).toBe('1');

	await file.setInputFiles({name: 'mine.json', mimeType: 'application/json', buffer: await readFile(path)});
	await page.getByText('Imported mine.json.').waitFor();
	await expect.poll(() => page.getByLabel('Beams', {exact: true}).inputValue()).toBe('4');
	await waitFor('the settings to be stored', async () => (await stored()).generation.numBeams === 4);
});

test('a preset can be chosen by keyboard, and the page holds at 200 % zoom without scrolling sideways', async () => {
	await page.getByRole('button', {name: /^Nucleus 0.9/}).focus();
	await page.keyboard.press('Enter');
	await waitFor('the settings to be stored', async () => (await stored()).generation.topP === 0.9);
	// Twice the zoom is half the room.
	await resize(page, 500, 450);
	expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(500);
	await resize(page, 320, 700);
	expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
	await page.screenshot({path: 'test/e2e/screenshots/options-narrow.png'});
	await resize(page, 1000, 900);
});

test('it is readable in the dark', async () => {
	await page.emulateMedia({colorScheme: 'dark'});
	await page.screenshot({path: 'test/e2e/screenshots/options-dark.png'});
	const [paper, ink] = await page.evaluate(() => {
		const {backgroundColor, color} = getComputedStyle(document.body);
		return [backgroundColor, color].map(value => Number(value.match(/\d+/)?.[0]));
	});
	expect(paper).toBeLessThan(60);
	expect(ink).toBeGreaterThan(200);
	await page.emulateMedia({colorScheme: 'light'});
});
