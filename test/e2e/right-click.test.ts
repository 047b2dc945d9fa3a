import {execFile} from 'node:child_process';
import {promisify} from 'node:util';
import {expect, test} from 'vitest';
import type {ClassesAnswer} from '../../src/protocol/questions/classes.ts';
import type {Desktop} from '../helpers/desktop.ts';
import {useDesktopSession} from '../helpers/desktop-session.ts';
import type {ExtensionBrowser} from '../helpers/extension.ts';
import type {PagesServer} from '../helpers/pages-server.ts';
import {finishedContinuations, openView, promptText, shownClasses, shownContinuations} from '../helpers/popup.ts';
import {dragOver, rightClickAndChoose} from '../helpers/right-click.ts';
import {storeGeneration} from '../helpers/settings.ts';
import {waitFor} from '../helpers/wait.ts';

/** The whole way, as a person goes it: drag, right-click, choose, read the popup. Nothing is dispatched or granted. */

const SENTENCE = 'In old times when wishing still helped one, there lived a king';

let desktop: Desktop;
let pages: PagesServer;
let browser: ExtensionBrowser;

useDesktopSession(async session => {
	({desktop, pages, browser} = session);
	const page = browser.context.pages()[0];
	await page.goto(pages.url('story.html'));
	await dragOver(desktop, page, '#opening', SENTENCE);
});

/** The same question asked on the command line, of the same engine in another process. */
const classesOnCommandLine = async (text: string): Promise<ClassesAnswer> => {
	const args = ['tsx', 'src/entrypoints/cli/main.ts', 'classes', '--text', text, '--top', '20', '--json'];
	const {stdout} = await promisify(execFile)('npx', args, {maxBuffer: 1e8});
	return JSON.parse(stdout);
};

test('a right-click on a selection shows its next-token classes in the toolbar’s popup', async () => {
	const page = browser.context.pages()[0];
	await rightClickAndChoose(desktop, page, page.locator('#opening'), {
		beforeChoice: () => desktop.screenshot('test/e2e/screenshots/right-click-menu.png'),
	});
	const popup = await browser.nativePopup();
	const classes = await shownClasses(popup);
	await desktop.screenshot('test/e2e/screenshots/right-click-popup.png');

	expect(await promptText(popup)).toBe(SENTENCE);
	expect(classes.map(({rank}) => rank)).toEqual(Array.from({length: 20}, (_, i) => i + 1));
	// What the page says is what the engine says elsewhere: class by class, to the digits shown.
	const {model} = await classesOnCommandLine(SENTENCE);
	for (const [i, row] of classes.entries()) {
		expect({id: row.id, text: row.text}).toEqual({id: model[i].id, text: model[i].text});
		expect(row.logit).toBeCloseTo(model[i].logit, 1);
		expect(row.percent / 100).toBeCloseTo(model[i].probability, 3);
	}
});

test('continuations stream into the popup and end; closing the popup on the way loses nothing', async () => {
	// Long enough that they still run when the popup closes.
	const worker = await browser.serviceWorker();
	await storeGeneration(worker, {maxNewTokens: 96, numReturnSequences: 2});
	const page = browser.context.pages()[0];
	await page.bringToFront();
	await worker.evaluate(() => chrome.action.openPopup());
	const popup = await browser.nativePopup();
	await openView(popup, 'Continuations');
	const started = await waitFor('the first tokens', async () => {
		const texts = await shownContinuations(popup);
		return texts.length === 2 && texts.every(text => text.length > 20) ? texts : null;
	});
	await browser.closeNativePopup();

	await worker.evaluate(() => chrome.action.openPopup());
	const again = await browser.nativePopup();
	await expect.poll(() => promptText(again)).toBe(SENTENCE);
	// Whatever it shows, the popup is as large as it was: nothing makes it shrink and grow back.
	const size = () => again.evaluate(() => [innerWidth, innerHeight]);
	const sizes = [await size()];
	for (const view of ['Classes', 'Continuations'] as const) {
		await openView(again, view);
		sizes.push(await size());
	}
	expect(sizes).toEqual([
		[460, 600],
		[460, 600],
		[460, 600],
	]);
	// What the closed popup left is shown until the run has been taken up again, which may have ended before it was closed.
	const finished = await waitFor('the rest of the run', async () => {
		const texts = await finishedContinuations(again);
		return texts.length === 2 && texts.join('').length >= started.join('').length ? texts : null;
	});
	await desktop.screenshot('test/e2e/screenshots/right-click-continuations.png');
	expect(finished).toHaveLength(2);
	// The same run, not another one: it goes on from what was there.
	for (const [i, text] of finished.entries()) expect(text.startsWith(started[i])).toBe(true);
});

test('from the popup to a model of one’s own, which learns the whole page that the selection is on', async () => {
	await browser.closeNativePopup();
	const page = browser.context.pages()[0];
	await page.bringToFront();
	const worker = await browser.serviceWorker();
	await worker.evaluate(() => chrome.action.openPopup());
	const popup = await browser.nativePopup();
	const opened = browser.context.waitForEvent('page', tab =>
		tab.url().includes('src/entrypoints/walkthrough/index.html'),
	);
	await popup.getByRole('button', {name: 'How it works', exact: true}).click();
	const walk = await opened;
	await walk.goto(`${walk.url().split('#')[0]}#train`);
	// It was given the selection, which is too short.
	const article = walk.getByRole('button', {name: 'The whole page you came from'});
	await article.click();
	await waitFor('the article', async () => (await article.getAttribute('aria-pressed')) === 'true');
	const learned = walk.getByRole('group', {name: 'Text to learn'});
	await walk.getByText('The text that is learned').waitFor();
	await expect.poll(() => walk.locator('main').innerText()).toContain(SENTENCE);
	await expect.poll(() => walk.locator('main').innerText()).toContain('golden ball');
	await expect.poll(() => learned.getByRole('button', {pressed: true}).count()).toBe(1);
	// What a page says stays out of the address.
	await expect.poll(() => walk.url()).toMatch(/#train\?from=article$/);
	await walk.close();
});
