import {beforeEach, expect, test} from 'vitest';
import {insertText} from '../../src/page-access/insert-text.ts';
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

test('from a right-click in a text area to the text that stands in it', async () => {
	await storeGeneration(await browser.serviceWorker(), {maxNewTokens: 8, numReturnSequences: 2});
	await selectText(page(), '#textarea');
	await rightClickAndChoose(desktop, page(), page().locator('#textarea'), {item: 'predict'});
	const popup = await browser.nativePopup();
	await shownClasses(popup);
	await openView(popup, 'Continuations');
	const texts = await finishedContinuations(popup);
	await popup.getByRole('button', {name: 'insert'}).nth(1).click();
	await popup.getByText('Inserted.').waitFor();
	const expected = texts[1].replaceAll('↵', '\n').replaceAll('·', ' ');
	await waitFor('the text', async () => (await value('#textarea')) === `Two lines of text\nin a field${expected}`);
	await desktop.screenshot('test/e2e/screenshots/insert.png');
	await browser.closeNativePopup();
});

test('the page hears an edit like any other, after the selection, and can undo it', async () => {
	await page().evaluate(() => {
		const field = document.querySelector('#input') as HTMLInputElement;
		field.addEventListener('input', () => {
			document.title = `heard ${field.value}`;
		});
		field.focus();
		field.setSelectionRange(0, 6);
	});
	expect(await page().evaluate(insertText, ' truly')).toBe(true);
	expect(await value('#input')).toBe('It was truly a dark and stormy');
	expect(await page().title()).toBe('heard It was truly a dark and stormy');
	await page().keyboard.press('Control+z');
	expect(await value('#input')).toBe('It was a dark and stormy');
});

test('into an editable element, as text', async () => {
	await selectText(page(), '#editable');
	expect(await page().evaluate(insertText, ' <b>Madam</b>')).toBe(true);
	expect(await value('#editable')).toContain('Dear Sir or <b>Madam</b>');
	expect(await page().locator('#editable b').count()).toBe(0);
});

test.each([
	['a page with no field in focus', () => (document.activeElement as HTMLElement).blur()],
	[
		'a field that may not be edited',
		() => {
			const field = document.querySelector('#input') as HTMLInputElement;
			field.readOnly = true;
			field.focus();
		},
	],
] as const)('%s takes nothing, and says so', async (_, prepare) => {
	await page().evaluate(prepare);
	const before = await page().locator('body').textContent();
	expect(await page().evaluate(insertText, 'x')).toBe(false);
	expect(await page().locator('body').textContent()).toBe(before);
	expect(await value('#input')).toBe('It was a dark and stormy');
});
