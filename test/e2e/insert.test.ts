import {beforeEach, expect, test} from 'vitest';
import type {Desktop} from '../helpers/desktop.ts';
import {useDesktopSession} from '../helpers/desktop-session.ts';
import type {ExtensionBrowser} from '../helpers/extension.ts';
import type {PagesServer} from '../helpers/pages-server.ts';
import {finishedContinuations, openView, shownClasses} from '../helpers/popup.ts';
import {rightClickAndChoose, selectText} from '../helpers/right-click.ts';
import {storeGeneration} from '../helpers/settings.ts';
import {waitFor} from '../helpers/wait.ts';

/** A continuation put into the field its prompt was selected in. */

let desktop: Desktop;
let pages: PagesServer;
let browser: ExtensionBrowser;
useDesktopSession(session => {
	({desktop, pages, browser} = session);
});

const page = () => browser.context.pages()[0];
beforeEach(async () => {
	await page().goto(pages.url('places.html'));
});

const value = (selector: string) =>
	page()
		.locator(selector)
		.evaluate(element => (element as HTMLInputElement).value ?? element.textContent);

test('from a right-click in a text area to the text inserted into it', async () => {
	await storeGeneration(await browser.serviceWorker(), {maxNewTokens: 8, numReturnSequences: 2});
	await selectText(page(), '#textarea');
	await rightClickAndChoose(desktop, page(), page().locator('#textarea'));
	const popup = await browser.nativePopup();
	await shownClasses(popup);
	await openView(popup, 'Continuations');
	const texts = await finishedContinuations(popup);
	await popup
		.getByRole('button', {name: /^insert /i})
		.nth(1)
		.click();
	await popup.getByText('Inserted.', {exact: true}).waitFor();
	const expected = texts[1].replaceAll('↵', '\n').replaceAll('·', ' ');
	await waitFor('the text', async () => (await value('#textarea')) === `Two lines of text\nin a field${expected}`);
	await desktop.screenshot('test/e2e/screenshots/insert.png');
	await browser.closeNativePopup();
});

test('not into a password field that the page has put the focus in meanwhile', async () => {
	await selectText(page(), '#input');
	await rightClickAndChoose(desktop, page(), page().locator('#input'));
	const popup = await browser.nativePopup();
	await shownClasses(popup);
	await openView(popup, 'Continuations');
	await finishedContinuations(popup);
	await page().evaluate(() => {
		const field = document.querySelector('#input') as HTMLInputElement;
		field.addEventListener('focus', () => (document.querySelector('#password') as HTMLElement).focus());
		field.blur();
	});
	await popup
		.getByRole('button', {name: /^insert /i})
		.first()
		.click();
	await popup
		.getByText('Inserted.')
		.or(popup.getByText(/copied/i))
		.first()
		.waitFor();
	expect(await value('#password')).toBe('correct horse');
	expect(await value('#input')).toBe('It was a dark and stormy');
	await desktop.screenshot('test/e2e/screenshots/insert-refused.png');
	await browser.closeNativePopup();
});
