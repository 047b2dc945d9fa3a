import {beforeEach, expect, test} from 'vitest';
import type {Inbox} from '../../src/protocol/messages/inbox.ts';
import type {Desktop} from '../helpers/desktop.ts';
import {useDesktopSession} from '../helpers/desktop-session.ts';
import type {ExtensionBrowser} from '../helpers/extension.ts';
import type {PagesServer} from '../helpers/pages-server.ts';
import {type Choice, pressColourKey, rightClickAndChoose, selectText, watchMenus} from '../helpers/right-click.ts';
import {waitFor} from '../helpers/wait.ts';

/** What a real right-click reads, wherever text can be selected. */

let desktop: Desktop;
let pages: PagesServer;
let browser: ExtensionBrowser;

useDesktopSession(async session => {
	({desktop, pages, browser} = session);
	// The popup takes what is in the inbox at once; keep a copy of everything that was ever put there.
	const worker = await browser.serviceWorker();
	await worker.evaluate(() => {
		const log: unknown[] = [];
		Object.assign(globalThis, {inboxLog: log});
		chrome.storage.session.onChanged.addListener(({inbox}) => {
			if (inbox?.newValue) log.push(inbox.newValue);
		});
	});
	await browser.context.pages()[0].goto(pages.url('places.html'));
});

const logged = async () => {
	const worker = await browser.serviceWorker();
	return worker.evaluate(() => (globalThis as unknown as {inboxLog: Inbox[]}).inboxLog.splice(0));
};

beforeEach(async () => {
	await browser.closeNativePopup();
	await logged();
});

/** Right-clicks `target`, chooses "Predict what comes next" and returns what was handed to the popup. */
const predictAt = async (target: string, choice: Partial<Choice> = {}): Promise<Inbox> => {
	const page = browser.context.pages()[0];
	const [outer, inner] = target.split(' >> ');
	const locator = inner ? page.frameLocator(outer).locator(inner) : page.locator(outer);
	await rightClickAndChoose(desktop, page, locator, choice);
	const [inbox] = await waitFor('the text', async () => {
		const all = await logged();
		return all.length > 0 ? all : null;
	});
	await waitFor('the popup', browser.hasNativePopup);
	return inbox;
};

const page = () => browser.context.pages()[0];
const frame = (id: string) => waitFor('the frame', async () => (await page().$(`#${id}`))?.contentFrame());

test('text on the page, with its line break', async () => {
	await selectText(page(), '#plain');
	const inbox = await predictAt('#plain');
	expect(inbox).toMatchObject({
		text: 'The quick brown fox\njumps over the lazy dog.',
		view: 'classes',
		source: {frameId: 0, editable: false},
	});
	await desktop.screenshot('test/e2e/screenshots/selection-page.png');
});

test('markup in the text stays text', async () => {
	await selectText(page(), '#markup');
	expect((await predictAt('#markup')).text).toBe('<script>alert(1)</script> <img src=x onerror=alert(2)> bold words');
});

test('right-to-left text, emoji sequences and combining marks, to the last code point', async () => {
	await selectText(page(), '#scripts');
	expect((await predictAt('#scripts')).text).toBe('שלום עולם 👩‍👩‍👧‍👦🏳️‍🌈 e\u0301 漢字');
});

test('an input: the continuation can be put there', async () => {
	await selectText(page(), '#input');
	expect(await predictAt('#input')).toMatchObject({text: 'It was a dark and stormy', source: {editable: true}});
});

test('an input without a selection: the text before the caret', async () => {
	await page()
		.locator('#input')
		.evaluate(element => {
			const input = element as HTMLInputElement;
			input.focus();
			input.setSelectionRange(8, 8);
		});
	// The click itself moves the caret to where it lands, in the middle of the text.
	const inbox = await predictAt('#input', {on: 'field'});
	expect('It was a dark and stormy'.startsWith(inbox.text)).toBe(true);
	expect(inbox.source?.editable).toBe(true);
});

test('a password is never read', async () => {
	await selectText(page(), '#password');
	const inbox = await predictAt('#password');
	expect(inbox).toMatchObject({text: '', notice: 'background_notice_secret'});
});

test('a textarea, with its line break', async () => {
	await selectText(page(), '#textarea');
	expect(await predictAt('#textarea')).toMatchObject({text: 'Two lines of text\nin a field', source: {editable: true}});
});

test('an editable element', async () => {
	await selectText(page(), '#editable');
	const inbox = await predictAt('#editable');
	expect(inbox.text.trim()).toBe('Dear Sir or');
	expect(inbox.source?.editable).toBe(true);
});

test('an open shadow root', async () => {
	await page()
		.locator('shadow-text')
		.evaluate(host => document.getSelection()!.selectAllChildren(host.shadowRoot!.querySelector('#inner')!));
	expect((await predictAt('shadow-text')).text).toBe('Text in the shade of a root');
});

test('a frame of the same site, and which frame it was', async () => {
	await selectText(await frame('same'), '#framed');
	const inbox = await predictAt('#same >> #framed');
	expect(inbox.text).toBe('All happy families are alike');
	expect(inbox.source?.frameId).toBeGreaterThan(0);
});

test('a frame of another site, which may not be entered: the text the menu knows', async () => {
	await selectText(await frame('other'), '#framed');
	expect(await predictAt('#other >> #framed')).toMatchObject({text: 'All happy families are alike', source: null});
});

test('nothing selected: the key opens the popup, which says so', async () => {
	await page().reload();
	await page().bringToFront();
	await desktop.xdotool('key', 'alt+shift+k');
	const inbox = await waitFor('the inbox', async () => (await logged())[0]);
	expect(inbox).toMatchObject({text: '', notice: 'background_notice_no_selection'});
	await waitFor('the popup', browser.hasNativePopup);
});

test('a page that extensions may not touch: the popup says so kindly, and takes a selection all the same', async () => {
	const page = browser.context.pages()[0];
	await page.goto('chrome://version');
	await page.bringToFront();
	await desktop.xdotool('key', 'alt+shift+k');
	const inbox = await waitFor('the inbox', async () => (await logged())[0]);
	expect(inbox).toMatchObject({text: '', notice: 'background_notice_forbidden'});
	const popup = await browser.nativePopup();
	await popup.getByText('Your browser keeps extensions off this page').waitFor();
	await desktop.screenshot('test/e2e/screenshots/selection-forbidden.png');
	await browser.closeNativePopup();

	await selectText(page, '#company');
	expect(await predictAt('#company')).toMatchObject({text: 'The Chromium Authors', source: null});
});

test('the PDF viewer', async () => {
	const page = browser.context.pages()[0];
	await page.goto(pages.url('whale.pdf'));
	// The tests cannot look into the viewer's page: the line is where the file puts it.
	await waitFor('the viewer', async () => (await browser.context.pages()[0].title()) !== 'about:blank');
	await page.bringToFront();
	const inbox = await waitFor('the text of the PDF', async () => {
		await desktop.xdotool('mousemove', '600', '265', 'click', '--repeat', '3', '--delay', '60', '1');
		const {opened} = await watchMenus(desktop);
		await desktop.xdotool('click', '3');
		try {
			await opened(1, 3000);
		} catch {
			// A popup that was closing, or another menu that was open, took the click.
			await desktop.xdotool('key', 'Escape');
			return null;
		}
		await desktop.xdotool('key', 'Up', 'Up', 'Right', 'Return');
		// Until the viewer has drawn the line nothing is selected, and another entry of the menu was chosen.
		const chosen = await waitFor('the text', async () => (await logged())[0], {timeout: 2000}).catch(() => null);
		if (chosen?.text) return chosen;
		await browser.closeNativePopup();
		return null;
	});
	await waitFor('the popup', browser.hasNativePopup);
	await desktop.screenshot('test/e2e/screenshots/selection-pdf.png');
	expect(inbox).toMatchObject({text: 'Call me Ishmael. Some years ago', source: null});
});

test('200,000 characters, with a lone surrogate and a NUL among them', async () => {
	const page = browser.context.pages()[0];
	await page.goto(pages.url('story.html'));
	const length = await page.locator('#opening').evaluate(element => {
		// A page's own script can put anything into a text node.
		element.textContent = `${'All work and no play. '.repeat(9100)}\ud83d \u0000 end`;
		return element.textContent!.length;
	});
	expect(length).toBeGreaterThan(200_000);
	await selectText(page, '#opening');
	const inbox = await predictAt('#opening');
	expect(inbox.text.length).toBeGreaterThan(200_000);
	expect(inbox.text.endsWith(' end')).toBe(true);
	const popup = await browser.nativePopup();
	// GPT-2 reads 1,024 tokens; the popup says how many it left out.
	const note = popup.getByText(/The oldest [\d,]+ tokens are left out/);
	await note.waitFor({timeout: 60_000}).finally(() => desktop.screenshot('test/e2e/screenshots/selection-long.png'));
});

test('the keyboard command does what the menu does', async () => {
	const page = browser.context.pages()[0];
	await page.goto(pages.url('places.html'));
	await page.bringToFront();
	await page.locator('#input').click();
	await selectText(page, '#input');
	await desktop.xdotool('key', 'alt+shift+k');
	const inbox = await waitFor('the text', async () => (await logged())[0]);
	expect(inbox).toMatchObject({text: 'It was a dark and stormy', source: {editable: true}});
	await waitFor('the popup', browser.hasNativePopup);
});

test('colouring text in a field, where it cannot be painted, opens the full-size view', async () => {
	const page = browser.context.pages()[0];
	await selectText(page, '#textarea');
	const opened = browser.context.waitForEvent('page');
	await pressColourKey(desktop, page);
	const view = await opened;
	expect(view.url()).toBe(browser.url('src/entrypoints/popup/index.html?view=tab'));
	await view
		.getByText('Text in a form field can’t be painted')
		.waitFor()
		.finally(() => desktop.screenshot('test/e2e/screenshots/selection-colour-field.png'));
	await view.close();
});
