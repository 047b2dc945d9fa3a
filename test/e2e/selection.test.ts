import {afterAll, beforeAll, beforeEach, expect, test} from 'vitest';
import type {Inbox} from '../../src/protocol/runtime.ts';
import {type Desktop, startDesktop} from '../helpers/desktop.ts';
import {type ExtensionBrowser, launchExtension} from '../helpers/extension.ts';
import {type PagesServer, servePages} from '../helpers/pages-server.ts';
import {type Choice, rightClickAndChoose, selectText} from '../helpers/right-click.ts';
import {waitFor} from '../helpers/wait.ts';

/** What a real right-click reads, wherever text can be selected. */

let desktop: Desktop;
let pages: PagesServer;
let browser: ExtensionBrowser;

beforeAll(async () => {
	desktop = await startDesktop();
	pages = await servePages();
	browser = await launchExtension({display: desktop.display});
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

afterAll(async () => {
	await browser?.dispose();
	await pages?.dispose();
	await desktop?.dispose();
});

const logged = async () => {
	const worker = await browser.serviceWorker();
	return worker.evaluate(() => (globalThis as unknown as {inboxLog: Inbox[]}).inboxLog.splice(0));
};

beforeEach(async () => {
	await browser.closeNativePopup();
	await logged();
});

/** Right-clicks `target`, chooses "Predict the next token" and returns what was handed to the popup. */
const predictAt = async (target: string, choice: Partial<Choice> = {}): Promise<Inbox> => {
	const page = browser.context.pages()[0];
	const [outer, inner] = target.split(' >> ');
	const locator = inner ? page.frameLocator(outer).locator(inner) : page.locator(outer);
	await rightClickAndChoose(desktop, page, locator, {item: 'predict', ...choice});
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

test('nothing selected: the popup opens and says so', async () => {
	await page().evaluate(() => {
		document.getSelection()?.removeAllRanges();
		(document.activeElement as HTMLElement).blur();
	});
	const inbox = await predictAt('#empty', {on: 'page'});
	expect(inbox).toMatchObject({text: '', notice: 'background_notice_no_selection'});
});
