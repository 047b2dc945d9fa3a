import type {Page} from 'playwright-core';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {resize} from '../helpers/at-rest.ts';
import {type ExtensionBrowser, launchExtension} from '../helpers/extension.ts';
import {shownClasses} from '../helpers/popup.ts';
import {waitFor} from '../helpers/wait.ts';

/** The page that opens when the extension is new: the loop on a sentence, live. */

let browser: ExtensionBrowser;
let page: Page;
beforeAll(async () => {
	browser = await launchExtension({keepWelcome: true, width: 1280, height: 800});
	page = await waitFor('the first page', () => browser.context.pages().find(one => /welcome/.test(one.url())));
	await page.bringToFront();
});
afterAll(() => browser?.dispose());

const demo = () => page.getByRole('region', {name: 'Try it', exact: true});
/** The sentence as it is now, dots for spaces. */
const sentence = async () => (await demo().locator('.demo-sentence .token').allTextContents()).join('');
const listed = () =>
	demo()
		.getByRole('list', {name: /most probable first/})
		.getByRole('button')
		.allTextContents();

test('opens on a sentence with a clear first class, and three clicks of Step draw three', async () => {
	// With what comes after them, the classes are there, and the sentence is in tokens.
	await demo().locator('.demo-rest').waitFor({timeout: 90_000});
	const classes = await listed();
	expect(classes).toHaveLength(5);
	expect(classes[0]).toContain('·eyes');
	expect(classes[1]).toContain('·face');
	expect(await sentence()).toBe('She·looked·up·with·tears·in·her');
	const grown = [];
	for (const [i, steps] of ['After 1 step', 'After 2 steps', 'After 3 steps'].entries()) {
		await demo().getByRole('button', {name: 'Step', exact: true}).click();
		await demo().getByText(steps, {exact: true}).waitFor();
		await waitFor('the class to join', async () => (await demo().locator('.demo-sentence .token').count()) === 8 + i);
		grown.push(await sentence());
	}
	// The seed is fixed for the first visit: not every draw takes the first class.
	expect(grown.map(text => text.replace('She·looked·up·with·tears·in·her', ''))).toEqual([
		'·eyes',
		'·eyes,',
		'·eyes,·and',
	]);
	await expect.poll(() => demo().locator('.demo-steps .mass-needle').count()).toBe(3);
	await page.screenshot({path: 'test/e2e/screenshots/welcome.png'});
	await demo().getByRole('button', {name: 'Again from the start', exact: true}).click();
	await waitFor('the sentence alone', async () => (await sentence()) === 'She·looked·up·with·tears·in·her');
});

test('says how to ask on any page, what one download brings and what the browser will ask, and leads on', async () => {
	const worker = await browser.serviceWorker();
	const menu = await worker.evaluate(() => chrome.i18n.getMessage('background_menu_predict'));
	await page.getByText(`right-click, open Next-Token Lens, and choose “${menu}”.`).waitFor();
	await page.getByText(/then the pin beside|pinned to the toolbar/).waitFor();
	await page.getByRole('heading', {name: 'Runs on this machine, offline'}).waitFor();
	await page.getByText('128 MB kept').waitFor();
	await page.getByText('Your browser will ask about huggingface.co. Only model files come from there.').waitFor();
	await page.getByRole('button', {name: /openai-community\/gpt2/}).waitFor();
	const walk = await page.getByRole('link', {name: 'Walk through how it works'}).getAttribute('href');
	expect(walk).toBe(browser.url('src/entrypoints/walkthrough/index.html'));
	// The page once said that the extension does not work on it.
	expect(await page.locator('body').textContent()).not.toMatch(/try it on another/);
	await page.getByRole('link', {name: 'Start with an example', exact: true}).click();
	await page.waitForURL(/src\/entrypoints\/popup\/index\.html/);
	expect((await shownClasses(page)).length).toBeGreaterThan(0);
});

test.each([640, 320])('at %i pixels, a window of 1280 at 200 and 400 %, nothing is cut off sideways', async width => {
	await page.goto(browser.url('src/entrypoints/welcome/index.html'));
	await resize(page, width, 400);
	await demo()
		.getByRole('list', {name: /most probable first/})
		.waitFor();
	const overflow = () =>
		page.evaluate(() => {
			const {scrollWidth, clientWidth} = document.documentElement;
			return scrollWidth - clientWidth;
		});
	await expect.poll(overflow).toBe(0);
});
