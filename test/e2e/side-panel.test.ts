import type {Page} from 'playwright-core';
import {afterEach, expect, test} from 'vitest';
import type {Desktop} from '../helpers/desktop.ts';
import {useDesktopSession} from '../helpers/desktop-session.ts';
import type {ExtensionBrowser} from '../helpers/extension.ts';
import type {PagesServer} from '../helpers/pages-server.ts';
import {promptText, shownClasses} from '../helpers/popup.ts';
import {dragOver, rightClickAndChoose, selectText} from '../helpers/right-click.ts';
import {waitFor} from '../helpers/wait.ts';

/** The side panel: what the popup showed, beside the page, for as long as one likes. */

const FIRST = 'In old times when wishing still helped one';

let desktop: Desktop;
let pages: PagesServer;
let browser: ExtensionBrowser;
useDesktopSession(async session => {
	({desktop, pages, browser} = session);
	await browser.context.pages()[0].goto(pages.url('story.html'));
});
// What a test that failed left open would fail its second try as well.
afterEach(async () => {
	await browser.closeNativePopup();
	if (await browser.hasNativePanel()) await close(await browser.nativePanel());
	await waitFor('the panel to close', async () => !(await browser.hasNativePanel()));
});

/** Its page may be gone before the answer comes. */
const close = (panel: Page) => panel.evaluate(() => window.close()).catch(() => undefined);

const openButton = (page: Page) => page.getByRole('button', {name: 'Open in the side panel', exact: true});

/** Presses it; the popup may have closed before the click is reported as done. */
const press = (popup: Page) =>
	openButton(popup)
		.click()
		.catch(error => {
			if (!popup.isClosed()) throw error;
		});

test('its button works as soon as it can be seen, and each time it shows what the popup showed', async () => {
	const page = browser.context.pages()[0];
	const worker = await browser.serviceWorker();
	const width = () => page.evaluate(() => innerWidth);
	const whole = await width();
	for (const text of ['The first text', 'The second text', 'The third text', 'The fourth text']) {
		await page.bringToFront();
		await worker.evaluate(async text => {
			await chrome.storage.session.set({inbox: {text, source: null, view: 'classes', at: Date.now()}});
			await chrome.action.openPopup();
		}, text);
		await press(await browser.nativePopup());
		const panel = await browser.nativePanel();
		await expect.poll(() => promptText(panel)).toBe(text);
		await waitFor('the popup to close', async () => !(await browser.hasNativePopup()));
		await close(panel);
		await waitFor('the panel to close', async () => (await width()) === whole && !(await browser.hasNativePanel()));
	}
});

test('where the browser opens none, that is said, and the popup stays', async () => {
	const page = await browser.context.newPage();
	await page.addInitScript(() => {
		chrome.sidePanel.open = () => Promise.reject(new Error('No panel here.'));
	});
	await page.goto(browser.url('src/entrypoints/popup/index.html'));
	await openButton(page).click();
	await page.getByText('The browser did not open the side panel.').waitFor();
	await page.getByText('choose “Open the side panel”').waitFor();
	expect(page.isClosed()).toBe(false);
	await page.close();
});

test('opened from the popup it shows the same, stays while one reads on, and follows the selection when told to', async () => {
	const page = browser.context.pages()[0];
	// A drag that begins in selected text would move it.
	await page.evaluate(() => document.getSelection()!.removeAllRanges());
	await dragOver(desktop, page, '#opening', FIRST);
	await rightClickAndChoose(desktop, page, page.locator('#opening'));
	const popup = await browser.nativePopup();
	const classes = await shownClasses(popup);
	await press(popup);

	const panel = await browser.nativePanel();
	await expect.poll(() => shownClasses(panel)).toEqual(classes);
	await expect.poll(() => promptText(panel)).toBe(FIRST);
	await waitFor('the popup to close', async () => !(await browser.hasNativePopup()));

	// Off at first: a new selection is the page's own business.
	const follow = panel.getByRole('checkbox', {name: 'follow the selection on the page', exact: true});
	expect(await follow.isChecked()).toBe(false);
	await selectText(page, 'h1');
	const title = await page.evaluate(() => document.getSelection()!.toString());
	expect(title).not.toBe(FIRST);
	expect(await promptText(panel)).toBe(FIRST);

	await follow.check();
	await waitFor('the selection', async () => (await promptText(panel)) === title);
	await waitFor('its classes', async () => JSON.stringify(await shownClasses(panel)) !== JSON.stringify(classes));
	await desktop.screenshot('test/e2e/screenshots/side-panel.png');

	// A text that is sent meanwhile comes to the panel, not to a popup over it.
	await follow.uncheck();
	await page.bringToFront();
	await page.locator('#opening').click();
	await selectText(page, '#opening');
	const opening = await page.evaluate(() => document.getSelection()!.toString());
	await desktop.xdotool('key', 'alt+shift+k');
	await waitFor('the text', async () => (await promptText(panel)) === opening);
	expect(await browser.hasNativePopup()).toBe(false);
});
