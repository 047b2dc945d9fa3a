/**
 * Takes the pictures of the README from the running extension, so that they never show what is no longer so: a desktop
 * with the popup over a page, a painted passage, and the loop at work as a moving picture. Needs a virtual screen, a
 * built `dist/`, and ImageMagick's `convert`.
 */
import {execFile} from 'node:child_process';
import {mkdir, mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {promisify} from 'node:util';
import type {Page} from 'playwright-core';
import {startDesktop} from '../test/helpers/desktop.ts';
import {launchExtension} from '../test/helpers/extension.ts';
import {servePages} from '../test/helpers/pages-server.ts';
import {shownClasses} from '../test/helpers/popup.ts';
import {dragOver, pressColourKey, rightClickAndChoose} from '../test/helpers/right-click.ts';
import {waitFor} from '../test/helpers/wait.ts';

const run = promisify(execFile);

const SENTENCE = 'In old times when wishing still helped one, there lived a king whose daughters were all beautiful,';
/** Where the card of the painted passage opens. */
const WORD = 'wishing';
const FRAMES = 30;
/** Between two frames, in milliseconds; the moving picture plays as fast as it was. */
const BETWEEN = 160;

await mkdir('docs', {recursive: true});
await takeDesktop();
await takeLoop();
console.log('Written: docs/screenshot.png, docs/passage.png, docs/loop.png, docs/loop-dark.png, docs/loop.gif');

/** The popup over a page, and a passage on the page, as a person has them. */
async function takeDesktop(): Promise<void> {
	const desktop = await startDesktop();
	const pages = await servePages();
	const browser = await launchExtension({display: desktop.display});
	try {
		const page = browser.context.pages()[0];
		await page.goto(pages.url('story.html'));
		await dragOver(desktop, page, '#opening', SENTENCE);
		await rightClickAndChoose(desktop, page, page.locator('#opening'), {});
		await shownClasses(await browser.nativePopup());
		await desktop.screenshot('docs/screenshot.png');
		await browser.closeNativePopup();

		await pressColourKey(desktop, page);
		await waitFor('the scores', async () => /perplexity/.test(await spoken(page)), {timeout: 60_000});
		const {x, y} = await page.locator('#opening').evaluate((element, word) => {
			const node = element.firstChild as Text;
			const range = document.createRange();
			range.setStart(node, node.data.indexOf(word));
			range.setEnd(node, node.data.indexOf(word) + word.length);
			const box = range.getBoundingClientRect();
			return {x: box.x + box.width / 2, y: box.y + box.height / 2};
		}, WORD);
		await page.mouse.move(x, y, {steps: 5});
		await waitFor('the card', async () => /This token as a classification/.test(await spoken(page)));
		await desktop.screenshot('docs/passage.png');
	} finally {
		await browser.dispose();
		await pages.dispose();
		await desktop.dispose();
	}
}

/** Text of everything in the accessibility tree: legend and card are in closed shadow trees. */
async function spoken(page: Page): Promise<string> {
	const cdp = await page.context().newCDPSession(page);
	const {nodes} = await cdp.send('Accessibility.getFullAXTree');
	await cdp.detach();
	return nodes.map(node => String(node.name?.value ?? '')).join('\n');
}

/** The loop: a draw that has just fallen, in light and dark, and the loop playing. */
async function takeLoop(): Promise<void> {
	const browser = await launchExtension();
	const frames = await mkdtemp(join(tmpdir(), 'next-token-lens-frames-'));
	try {
		const page = await browser.openPopupPage();
		await page.getByRole('textbox', {name: 'Prompt'}).fill(SENTENCE);
		await page.getByRole('textbox', {name: 'Prompt'}).blur();
		await page.getByText('with settings', {exact: true}).click();
		await shownClasses(page);
		await page.getByRole('combobox', {name: 'Speed'}).selectOption('slow');
		for (const [colorScheme, path] of [
			['light', 'docs/loop.png'],
			['dark', 'docs/loop-dark.png'],
		] as const) {
			await page.emulateMedia({colorScheme});
			await page.getByRole('button', {name: 'Step'}).click();
			await page.locator('.mass-needle').waitFor();
			// The needle has come to rest when its animation is over.
			await page.locator('.mass-needle').evaluate(needle => Promise.all(needle.getAnimations().map(it => it.finished)));
			await page.screenshot({path});
			await page.locator('.mass-needle').waitFor({state: 'detached'});
		}
		await page.emulateMedia({colorScheme: 'light'});
		await page.getByRole('combobox', {name: 'Speed'}).selectOption('normal');
		await page.getByRole('button', {name: 'Play'}).click();
		const start = Date.now();
		for (let frame = 0; frame < FRAMES; frame++) {
			await page.waitForTimeout(Math.max(0, start + frame * BETWEEN - Date.now()));
			await page.screenshot({path: join(frames, `${String(frame).padStart(2, '0')}.png`)});
		}
		const delay = String(Math.round((Date.now() - start) / FRAMES / 10));
		await run('convert', [
			'-delay',
			delay,
			'-loop',
			'0',
			join(frames, '*.png'),
			'-layers',
			'Optimize',
			'docs/loop.gif',
		]);
	} finally {
		await browser.dispose();
		await rm(frames, {recursive: true, force: true});
	}
}
