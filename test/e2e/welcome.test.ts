import {afterAll, beforeAll, expect, test} from 'vitest';
import {type ExtensionBrowser, launchExtension} from '../helpers/extension.ts';
import {shownClasses} from '../helpers/popup.ts';
import {waitFor} from '../helpers/wait.ts';

/** The page that opens when the extension is new. */

let browser: ExtensionBrowser;
beforeAll(async () => {
	browser = await launchExtension({keepWelcome: true});
});
afterAll(() => browser?.dispose());

test('says how to begin, offers to pin the icon, and leads to the example', async () => {
	const page = await waitFor('the first page', () => browser.context.pages().find(one => /welcome/.test(one.url())));
	await page.bringToFront();
	const steps = await page.getByRole('heading', {level: 2}).allTextContents();
	expect(steps).toEqual(['Select text', 'Right-click', 'Predict']);
	const worker = await browser.serviceWorker();
	const menu = await worker.evaluate(() => chrome.i18n.getMessage('background_menu_predict'));
	await page.getByText(`Choose “${menu}”.`).waitFor();
	await page.getByText(/then the pin beside|pinned to the toolbar/).waitFor();
	await page.screenshot({path: 'test/e2e/screenshots/welcome.png'});
	const walk = await page.getByRole('link', {name: 'Walk through how it works'}).getAttribute('href');
	expect(walk).toBe(browser.url('src/walk/index.html'));
	await page.getByRole('link', {name: 'Start with an example'}).click();
	expect((await shownClasses(page)).length).toBeGreaterThan(0);
});
