/** The pictures for the stores, taken from the running extension: `npm run store` writes them to `docs/store`. */
import {readFileSync} from 'node:fs';
import type {Page} from 'playwright-core';
import {type Desktop, startDesktop} from '../test/helpers/desktop.ts';
import {type ExtensionBrowser, launchExtension} from '../test/helpers/extension.ts';
import {servePages} from '../test/helpers/pages-server.ts';
import {waitFor} from '../test/helpers/wait.ts';

const FOLDER = 'docs/store';
const APP = 'src/entrypoints/popup/index.html?view=tab';
const TEXT = 'The old man opened the door and saw his';
const SCREEN = {width: 1280, height: 800};
const TILES = {small: {width: 440, height: 280}, large: {width: 1400, height: 560}};

type Scheme = 'light' | 'dark';

const desktop = await startDesktop();
const pages = await servePages();
const browser = await launchExtension({display: desktop.display});
try {
	await screenshot('1-loop', 'light', await openApp(browser, 'Continuations'));
	await screenshot('2-strategies', 'dark', await openStrategies(browser));
	await screenshot('3-passage', 'light', await paintedStory(browser, desktop));
	await screenshot('4-walk', 'light', await openWalk(browser));
	await screenshot('5-options', 'dark', await openOptions(browser));
	for (const [name, size] of Object.entries(TILES)) await tile(name, size);
} finally {
	await browser.dispose();
	await pages.dispose();
	await desktop.dispose();
}

/** A page at the size that the stores ask for, in a window of any size. */
async function screenshot(name: string, scheme: Scheme, page: Page): Promise<void> {
	await page.bringToFront();
	await page.emulateMedia({colorScheme: scheme, reducedMotion: 'reduce'});
	const session = await page.context().newCDPSession(page);
	await session.send('Emulation.setDeviceMetricsOverride', {...SCREEN, deviceScaleFactor: 1, mobile: false});
	await settled(page);
	await page.screenshot({path: `${FOLDER}/screenshot-${name}.png`});
	await page.close();
}

/** Waits until nothing on the page is being computed, and what was computed has been painted. */
async function settled(page: Page): Promise<void> {
	await waitFor('the page to be done', () =>
		page.evaluate(() => document.querySelector('[aria-busy="true"], [role="progressbar"]') === null),
	);
	await page.evaluate(() => new Promise(resolve => requestAnimationFrame(() => requestAnimationFrame(resolve))));
}

async function openApp({context, url}: ExtensionBrowser, tab: string): Promise<Page> {
	const page = await context.newPage();
	await page.goto(url(APP));
	await page.getByRole('textbox', {name: 'Prompt'}).fill(TEXT);
	await page.locator('.class-rows[aria-busy="false"] .class-row').first().waitFor();
	await page.getByRole('tab', {name: tab}).click();
	return page;
}

async function openStrategies(browser: ExtensionBrowser): Promise<Page> {
	const page = await openApp(browser, 'Strategies');
	const run = page.getByRole('button', {name: 'Run', exact: true});
	await run.click();
	// It can be pressed again once all strategies have run.
	await waitFor('the strategies', () => run.isEnabled(), {timeout: 120_000});
	return page;
}

/** The story with a paragraph coloured by the real key, and the card of one of its tokens. */
async function paintedStory({context}: ExtensionBrowser, desktop: Desktop): Promise<Page> {
	const page = await context.newPage();
	await page.goto(pages.url('story.html'));
	await page.locator('#opening').evaluate(element => getSelection()!.selectAllChildren(element));
	await page.bringToFront();
	await desktop.xdotool('key', 'alt+shift+s');
	await waitFor('the colours', () =>
		page.evaluate(() => [...CSS.highlights.values()].some(highlight => highlight.size > 5)),
	);
	await page.evaluate(() => getSelection()!.removeAllRanges());
	return page;
}

async function openWalk({context, url}: ExtensionBrowser): Promise<Page> {
	const page = await context.newPage();
	await page.goto(url(`src/entrypoints/walkthrough/index.html#head?text=${encodeURIComponent(TEXT)}`));
	await page.getByText('a dot product').first().waitFor();
	return page;
}

async function openOptions(browser: ExtensionBrowser): Promise<Page> {
	const page = await browser.openOptions();
	await page.locator('ol.preview-rows:not([aria-hidden]) li').first().waitFor();
	return page;
}

/** A promotional tile: the icon, the name, the point, and the real bar of all probability. */
async function tile(name: string, {width, height}: {width: number; height: number}): Promise<void> {
	const app = await openApp(browser, 'Continuations');
	await app.emulateMedia({colorScheme: 'light'});
	await settled(app);
	const strip = (await app.locator('.mass-bar').first().screenshot()).toString('base64');
	await app.close();
	const icon = readFileSync('icons/icon.svg').toString('base64');
	const page = await browser.context.newPage();
	const session = await page.context().newCDPSession(page);
	await session.send('Emulation.setDeviceMetricsOverride', {width, height, deviceScaleFactor: 1, mobile: false});
	await page.setContent(`<!doctype html><style>
		body {margin: 0; height: 100vh; box-sizing: border-box; padding: 8vh; display: grid; align-content: center; gap: 5vh;
			background: #fcfcfa; color: #1b1b1f; font-family: 'DejaVu Sans', sans-serif}
		h1 {display: flex; align-items: center; gap: 0.5em; margin: 0; font-size: 11vh}
		h1 img {width: 1.6em}
		p {margin: 0; font-size: 6.4vh; line-height: 1.35}
		.strip {width: 100%}
	</style>
	<h1><img src="data:image/svg+xml;base64,${icon}" alt="">Next-Token Lens</h1>
	<p>A language model classifies.<br>See which class comes next.</p>
	<img class="strip" src="data:image/png;base64,${strip}" alt="">`);
	await page.screenshot({path: `${FOLDER}/tile-${name}.png`});
	await page.close();
}
