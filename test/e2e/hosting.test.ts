import type {Page} from 'playwright-core';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {type ExtensionBrowser, launchExtension} from '../helpers/extension.ts';
import {
	answersBy,
	finishedContinuations,
	openView,
	promptText,
	shownClasses,
	shownContinuations,
} from '../helpers/popup.ts';
import {storeGeneration} from '../helpers/settings.ts';
import {waitFor} from '../helpers/wait.ts';

/** What must hold when parts of the extension are stopped, refused or asked at once. Headless: nothing is clicked. */

let browser: ExtensionBrowser;
beforeEach(async () => {
	browser = await launchExtension();
});
afterEach(async () => {
	await browser?.dispose();
});

/** Stands in for a click on a menu item, in a given tab. */
const clickMenu = async (tab: chrome.tabs.Tab, selectionText?: string, menuItemId = 'predict') => {
	const worker = await browser.serviceWorker();
	await worker.evaluate(
		([tab, selectionText, menuItemId]) => {
			const event = chrome.contextMenus.onClicked as unknown as {dispatch(info: object, tab: object): void};
			event.dispatch({menuItemId, selectionText, frameId: 0, editable: false}, tab);
		},
		[tab, selectionText, menuItemId] as const,
	);
};

const badge = async () => (await browser.serviceWorker()).evaluate(() => chrome.action.getBadgeText({}));

const runsLong = async () => storeGeneration(await browser.serviceWorker(), {maxNewTokens: 128, numReturnSequences: 2});

/** A popup page whose continuations have begun and are far from their end. */
const openRunning = async (): Promise<Page> => {
	await runsLong();
	const popup = await browser.openPopupPage();
	await shownClasses(popup);
	await openView(popup, 'Continuations');
	await waitFor('the first tokens', async () => (await shownContinuations(popup)).some(text => text !== ''), {
		timeout: 90_000,
	});
	return popup;
};

test('however many pages ask at once, there is one engine', async () => {
	const page = await browser.openPopupPage();
	const answers = await page.evaluate(() =>
		Promise.all(Array.from({length: 8}, () => chrome.runtime.sendMessage({type: 'engine.ensure'}))),
	);
	expect(answers).toEqual(Array(8).fill(true));
	const documents = await page.evaluate(() => chrome.runtime.getContexts({contextTypes: ['OFFSCREEN_DOCUMENT']}));
	expect(documents).toHaveLength(1);
});

test('only the engine’s own document can have it closed', async () => {
	const page = await browser.openPopupPage();
	await shownClasses(page);
	await page.evaluate(() => chrome.runtime.sendMessage({type: 'engine.idle'}));
	expect(await browser.hasEngine()).toBe(true);
});

test('messages of no known kind are not answered, and harm nothing', async () => {
	const page = await browser.openPopupPage();
	const answers = await page.evaluate(() =>
		Promise.all(
			[null, 7, 'engine.ensure', {type: 'engine.eval', code: '1'}, {type: 'prompt.open', text: 5}].map(message =>
				chrome.runtime.sendMessage(message).catch(() => 'refused'),
			),
		),
	);
	expect(answers.filter(answer => answer !== undefined && answer !== null && answer !== 'refused')).toEqual([]);
	expect(await page.evaluate(() => chrome.runtime.sendMessage({type: 'engine.ensure'}))).toBe(true);
});

test('where the browser opens no popup, a badge says that a text waits, until it is taken', async () => {
	const worker = await browser.serviceWorker();
	// A window without a toolbar has nowhere to hang a popup from.
	const tab = await worker.evaluate(async () => {
		const window = await chrome.windows.create({type: 'popup', url: 'about:blank'});
		return window!.tabs![0];
	});
	await clickMenu(tab, 'It is a truth universally acknowledged');
	await waitFor('the badge', async () => (await badge()) === '1');
	expect(await browser.hasNativePopup()).toBe(false);

	const popup = await browser.openPopupPage();
	await shownClasses(popup);
	await expect.poll(() => promptText(popup)).toBe('It is a truth universally acknowledged');
	await waitFor('the badge to go', async () => (await badge()) === '');
	await popup.screenshot({path: 'test/e2e/screenshots/hosting-badge-taken.png'});
});

test('a stopped service worker loses nothing: the run goes on, and the next click works', async () => {
	const popup = await openRunning();
	await browser.stopServiceWorker();
	const texts = await finishedContinuations(popup);
	expect(texts).toHaveLength(2);
	await popup.screenshot({path: 'test/e2e/screenshots/hosting-worker-stopped.png'});

	const worker = await browser.serviceWorker();
	const [tab] = await worker.evaluate(() => chrome.tabs.query({active: true}));
	await popup.close();
	await clickMenu(tab, 'Call me');
	const native = await browser.nativePopup();
	await waitFor('the new text', async () => (await promptText(native)) === 'Call me');
});

test('when the engine’s worker is killed, every waiting page gets an error, and asking again works', async () => {
	const popup = await openRunning();
	await browser.killEngineWorker();
	const error = popup.getByRole('alert');
	await error.waitFor();
	expect(await error.textContent()).toMatch(/starts again/);
	await popup.screenshot({path: 'test/e2e/screenshots/hosting-engine-killed.png'});

	await error.getByRole('button').click();
	await waitFor(
		'new tokens',
		async () => {
			const texts = await shownContinuations(popup);
			return texts.length > 0 && texts.every(text => text.length > 10);
		},
		{timeout: 90_000},
	);
	expect(await error.count()).toBe(0);
});

test('when the engine’s document dies while something is fetched, another goes on; else none starts by itself', async () => {
	const page = await browser.openPopupPage();
	await shownClasses(page);
	// A question that waits would start another.
	await answersBy(page, 'gpt2-mini');
	const closed = async () => {
		await page.evaluate(() => chrome.offscreen.closeDocument());
		await waitFor('it to close', async () => !(await browser.hasEngine()));
	};
	await closed();
	await page.evaluate(() => chrome.runtime.sendMessage({type: 'engine.ensure'}));
	await page.evaluate(() => chrome.runtime.sendMessage({type: 'library.progress', share: 0.5}));
	await page.evaluate(() => chrome.offscreen.closeDocument());
	await waitFor('another document', () => browser.hasEngine());
});

test('pages that were told of another model than the one that is kept as chosen hear the truth when the library starts', async () => {
	const worker = await browser.serviceWorker();
	const told = () => worker.evaluate(async () => (await chrome.storage.local.get('active-model'))['active-model']);
	await worker.evaluate(() => chrome.storage.local.set({'active-model': 'owner--gone@1'}));
	const page = await browser.context.newPage();
	await page.goto(browser.url('src/entrypoints/models/index.html'));
	await waitFor('the model that is chosen', async () => (await told()) === 'gpt2-mini');
});

test('two pages ask at once: both are answered, each with its own', async () => {
	await runsLong();
	const [first, second] = [await browser.openPopupPage(), await browser.openPopupPage()];
	await first.getByRole('textbox', {name: 'Prompt'}).fill('The capital of France is');
	await second.getByRole('textbox', {name: 'Prompt'}).fill('Once upon a time there');
	await openView(first, 'Continuations');
	await openView(second, 'Continuations');
	// Served in turn, not one after the other: the second begins before the first has ended.
	await waitFor('both to run', async () => {
		const running = await Promise.all(
			[first, second].map(page => page.locator('.continuations ol[aria-busy="true"] li[data-item]').count()),
		);
		return running.every(count => count > 0);
	});
	const [a, b] = await Promise.all([first, second].map(finishedContinuations));
	expect(a).not.toEqual(b);
	await openView(first, 'Classes');
	await openView(second, 'Classes');
	const [classesA, classesB] = [await shownClasses(first), await shownClasses(second)];
	expect(classesA[0]).not.toEqual(classesB[0]);
});

test('"Open in a tab" opens one full-size view, and brings it back to the front when asked again', async () => {
	const worker = await browser.serviceWorker();
	const [tab] = await worker.evaluate(() => chrome.tabs.query({active: true}));
	const opened = browser.context.waitForEvent('page');
	await clickMenu(tab, undefined, 'tab');
	const view = await opened;
	expect(view.url()).toBe(browser.url('src/entrypoints/popup/index.html?view=tab'));
	await shownClasses(view);
	await view.screenshot({path: 'test/e2e/screenshots/hosting-tab.png'});

	await worker.evaluate(id => chrome.tabs.update(id!, {active: true}), tab.id);
	await clickMenu(tab, undefined, 'tab');
	await waitFor('the view to come to the front', () =>
		worker.evaluate(
			async url => (await chrome.tabs.query({active: true, url})).length === 1,
			browser.url('src/entrypoints/popup/index.html?view=tab'),
		),
	);
	expect(browser.context.pages().filter(page => page.url() === view.url())).toHaveLength(1);
});

test('the key pressed in our own tab does not say that the browser keeps extensions off', async () => {
	const worker = await browser.serviceWorker();
	const view = await browser.context.newPage();
	await view.goto(browser.url('src/entrypoints/popup/index.html?view=tab'));
	await shownClasses(view);
	const [tab] = await worker.evaluate(
		url => chrome.tabs.query({url}),
		`${browser.url('src/entrypoints/popup/index.html')}*`,
	);
	await worker.evaluate(tab => {
		const event = chrome.commands.onCommand as unknown as {dispatch(name: string, tab: object): void};
		event.dispatch('predict', tab);
	}, tab);
	await view.getByText('This page is Next-Token Lens itself.').waitFor();
	expect(await view.getByText('keeps extensions off').count()).toBe(0);
	expect(await browser.hasNativePopup()).toBe(false);
});
