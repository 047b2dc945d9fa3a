import {readFile} from 'node:fs/promises';
import {createRequire} from 'node:module';
import type {Page} from 'playwright-core';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {chapterAtRest, painted, resize} from '../helpers/at-rest.ts';
import {makeCheckpoint} from '../helpers/checkpoint.ts';
import {bundleForPage, isolate, launchBrowser} from '../helpers/content-page.ts';
import {type ExtensionBrowser, launchExtension} from '../helpers/extension.ts';
import {finishedContinuations, openView, shownClasses} from '../helpers/popup.ts';
import {waitFor} from '../helpers/wait.ts';

/** Every rule of axe-core (WCAG 2.2 A and AA, and its best practices) holds in every view, in three colour schemes. */

let browser: ExtensionBrowser;
let axe: string;

beforeAll(async () => {
	browser = await launchExtension();
	axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
});
afterAll(() => browser?.dispose());

const SCHEMES = [
	{name: 'light', media: {colorScheme: 'light', forcedColors: 'none'}},
	{name: 'dark', media: {colorScheme: 'dark', forcedColors: 'none'}},
	{name: 'forced colours', media: {colorScheme: 'light', forcedColors: 'active'}},
] as const;

interface Violation {
	id: string;
	nodes: {target: unknown; failureSummary: string}[];
}

/** What axe finds, a line for each element. */
async function faults(page: Page, view: string, rules: Record<string, {enabled: boolean}> = {}): Promise<string[]> {
	const found: string[] = [];
	for (const {name, media} of SCHEMES) {
		await page.emulateMedia(media);
		await page.evaluate(axe);
		const violations = (await page.evaluate(async rules => {
			const run = (globalThis as unknown as {axe: {run(options: object): Promise<{violations: unknown}>}}).axe;
			return (await run.run({rules})).violations;
		}, rules)) as Violation[];
		for (const {id, nodes} of violations) {
			for (const {target, failureSummary} of nodes) {
				found.push(
					`${view}, ${name}: ${id} at ${JSON.stringify(target)}: ${failureSummary.split('\n').slice(1).join(' ')}`,
				);
			}
		}
	}
	await page.emulateMedia({colorScheme: 'light', forcedColors: 'none'});
	return found;
}

/** Opens the popup's page as the popup, the side panel or the tab. */
async function open(view: 'popup' | 'panel' | 'tab', width: number): Promise<Page> {
	const page = await browser.openPopupPage();
	await page.setViewportSize({width, height: 900});
	await page.goto(browser.url(`src/entrypoints/popup/index.html?view=${view}`));
	// With two columns the classes are always there, and have no tab.
	if (view !== 'tab') await openView(page, 'Classes');
	await shownClasses(page);
	return page;
}

test('Classes, Continuations, Strategies, Passage, and the keys and words in the popup', async () => {
	const page = await open('popup', 460);
	const found = await faults(page, 'Classes');
	await openView(page, 'Continuations');
	await finishedContinuations(page);
	found.push(...(await faults(page, 'Continuations')));

	await page.getByRole('tab', {name: 'Strategies'}).click();
	await page.getByRole('button', {name: 'Run', exact: true}).click();
	await waitFor(
		'the comparison',
		async () => (await page.locator('.comparison > .table-scroll tbody tr').count()) === 4,
		{
			timeout: 90_000,
		},
	);
	await page.locator('.strategy').last().locator('.token').nth(1).click();
	await page.locator('.stage').first().waitFor();
	found.push(...(await faults(page, 'Strategies, why a class')));
	await page.locator('.strategy').last().getByText('Step by step', {exact: true}).click();
	found.push(...(await faults(page, 'Strategies, step by step')));
	// It is beside its token, and over other cards.
	await page.locator('.token-panel').getByRole('button', {name: 'Close', exact: true}).click();
	await page.locator('.strategy').first().getByRole('button', {name: 'Branch', exact: true}).click();
	await page.getByRole('tree').waitFor();
	found.push(...(await faults(page, 'Strategies, branches')));
	await page.locator('.strategy').first().getByRole('button', {name: 'Edit', exact: true}).click();
	await page.locator('.strategy-dialog').waitFor();
	found.push(...(await faults(page, 'Strategies, the editor')));
	// A token that reads “done” is a button, too.
	await page.locator('.strategy-dialog').getByRole('button', {name: 'Done', exact: true}).click();
	await page.locator('.strategy-dialog').waitFor({state: 'detached'});

	await page.getByRole('tab', {name: 'Passage'}).click();
	await page.locator('.summary-table caption', {hasText: 'ranked'}).waitFor({timeout: 60_000});
	await page.locator('.words').waitFor();
	found.push(...(await faults(page, 'Passage')));
	await page.getByRole('tab', {name: 'Classes'}).click();
	await page.getByRole('button', {name: 'Keys and words', exact: true}).click();
	await page.getByRole('dialog', {name: 'Keys and words'}).waitFor();
	found.push(...(await faults(page, 'keys and words')));
	await page.keyboard.press('Escape');
	await page.screenshot({path: 'test/e2e/screenshots/accessibility.png'});
	await page.close();
	expect(found).toEqual([]);
});

test('what is done by hand: a pushed and a forbidden class, a word, guidance, a form, a row’s menu and the form’s dialog', async () => {
	const page = await open('popup', 460);
	const rows = page.locator('.class-row');
	await rows.first().focus();
	await page.keyboard.press('+');
	await rows.nth(2).focus();
	await page.keyboard.press('x');
	await page.getByRole('button', {name: 'Compare two prompts or two models', exact: true}).click();
	await page.locator('.compare-field input').first().fill('In the forest lived a');
	await page.locator('.compare-guide input').focus();
	await page.keyboard.press('ArrowRight');
	await page.getByRole('button', {name: 'Compare two prompts or two models', exact: true}).click();
	await shownClasses(page);
	await page.locator('.push-line').waitFor();
	await rows.first().focus();
	await page.keyboard.press('Shift+F10');
	await page.getByRole('menu').waitFor();
	const found = await faults(page, 'a row’s menu');
	await page.keyboard.press('End');
	await page.keyboard.press('Enter');
	const dialog = page.locator('.form-dialog');
	await dialog.getByText('Choices').click();
	await dialog.locator('textarea').focus();
	await page.keyboard.press('Tab');
	await dialog.getByRole('alert').filter({hasText: 'is empty'}).waitFor();
	found.push(...(await faults(page, 'the form’s dialog')));
	await dialog.locator('textarea').fill(' king\n queen');
	await dialog.getByRole('button', {name: 'Done', exact: true}).click();
	await page.getByText(/does not fit, \d+ classes do/).waitFor();
	await page.getByText('model', {exact: true}).first().click();
	await page.locator('.class-row.hatched').first().waitFor();
	await page.getByLabel('Find a class', {exact: true}).fill(' king of');
	await page.locator('.push-word').waitFor();
	found.push(...(await faults(page, 'a word to be pushed')));
	await page.getByLabel('Find a class', {exact: true}).fill('');
	await shownClasses(page);
	found.push(...(await faults(page, 'by hand')));
	await page.screenshot({path: 'test/e2e/screenshots/accessibility-by-hand.png'});
	await openView(page, 'Continuations');
	await finishedContinuations(page);
	found.push(...(await faults(page, 'continuations that are held to a form')));
	// A page saves its state when it closes.
	await page.close();
	const worker = await browser.serviceWorker();
	await worker.evaluate(() => Promise.all([chrome.storage.session.clear(), chrome.storage.sync.clear()]));
	expect(found).toEqual([]);
});

test('the side panel and the tab', async () => {
	const found: string[] = [];
	for (const [view, width] of [
		['panel', 360],
		['tab', 1280],
	] as const) {
		const page = await open(view, width);
		found.push(...(await faults(page, view)));
		await page.close();
	}
	expect(found).toEqual([]);
});

test('the options page', async () => {
	const page = await browser.openOptions();
	await page.locator('.preview-row .token-text').first().waitFor({timeout: 60_000});
	for (const group of await page.locator('details > summary').all()) {
		if (!(await group.evaluate(summary => summary.closest('details')!.open))) await group.click();
	}
	const found = await faults(page, 'options');
	await page.close();
	expect(found).toEqual([]);
});

test('the page of models, with a stored model, a refusal, and a question before it is removed', async () => {
	const page = await browser.context.newPage();
	await page.setViewportSize({width: 400, height: 900});
	await page.goto(browser.url('src/entrypoints/models/index.html'));
	const files = makeCheckpoint({layers: 1});
	await page
		.getByLabel('Choose files…', {exact: true})
		.setInputFiles(
			Object.entries(files).map(([name, bytes]) => ({name, mimeType: 'text/plain', buffer: Buffer.from(bytes)})),
		);
	await page.getByRole('button', {name: 'Remove From disk', exact: true}).click();
	await page.getByRole('button', {name: /^Remove, free/}).waitFor();
	await page.getByLabel('Never use the network', {exact: true}).check();
	await page.getByText('Saved.', {exact: true}).waitFor();
	await page.getByRole('button', {name: 'Download… openai-community/gpt2', exact: true}).click();
	await page.getByRole('alert').waitFor();
	const found = await faults(page, 'models');
	const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
	await page.close();
	expect(found).toEqual([]);
	expect(overflow).toBeLessThanOrEqual(0);
});

test('the desk, with what was measured, pairs, pictures, a row that is left out and a table that is refused', async () => {
	const page = await browser.context.newPage();
	await page.setViewportSize({width: 360, height: 900});
	await page.goto(browser.url('src/entrypoints/corpus/index.html'));
	await page.getByText('A table (CSV, TSV or JSON Lines)', {exact: true}).click();
	const field = page.getByRole('textbox', {name: 'A table (CSV, TSV or JSON Lines)'});
	const pairs = ['The dog {was} old.,The dog were old.,a', 'The dogs {were} old.,The dogs was old.,b'];
	await field.fill(`sentence_good,sentence_bad,condition\n${pairs.join('\n')}\n${'word '.repeat(1200)},No.,a`);
	await page.getByRole('button', {name: 'Measure 3 texts', exact: true}).click();
	await page.getByRole('region', {name: 'Right pairs by condition'}).getByRole('table').waitFor({timeout: 60_000});
	await page.getByText(/^Row 4 is left out/).waitFor();
	for (const fold of await page.locator('details').all())
		await fold.evaluate((it: HTMLDetailsElement) => (it.open = true));
	await field.fill('sentence,condition\nThe {dog was old.,a');
	await page.getByRole('alert').waitFor();
	const found = await faults(page, 'desk');
	const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
	await page.close();
	expect(found).toEqual([]);
	expect(overflow).toBeLessThanOrEqual(0);
});

test('the walk and the first page', async () => {
	const page = await browser.openPopupPage();
	await page.setViewportSize({width: 1280, height: 900});
	await page.goto(browser.url('src/entrypoints/welcome/index.html'));
	await page.getByRole('heading', {level: 2}).first().waitFor();
	await page.locator('.demo-rest').waitFor();
	const found = await faults(page, 'welcome');
	for (const [chapter, figures] of [
		['tokens', 1],
		['vector', 1],
		// Parts off, each part switched off in turn, one prompt patched with another, a vector that steers.
		["vector?text=Anna's daughter met Anna's&off=2.4,mlp.3&parts=each", 10],
		['head', 1],
		['labels', 1],
		['loop?off=2.4', 1],
		['influence', 1],
		['influence?text=The boy lost&other=The girl lost&patch=each&cell=3.2&weight=2', 4],
		['training', 1],
		['train', 1],
		['guess', 1],
	] as const) {
		await page.goto(browser.url(`src/entrypoints/walkthrough/index.html#${chapter}`));
		await page.reload();
		await page
			.locator('main :is(.fig .picture, .passage)')
			.nth(figures - 1)
			.waitFor({timeout: 60_000});
		await chapterAtRest(page);
		found.push(...(await faults(page, `walk, ${chapter}`)));
	}
	await page.close();
	expect(found).toEqual([]);
});

/** axe looks into open shadow trees only. */
const OPEN_SHADOWS = `{
	const {attachShadow} = Element.prototype;
	Element.prototype.attachShadow = function (init) {
		return attachShadow.call(this, {...init, mode: 'open'});
	};
}`;

/** axe reads no generated content, of which all text on a page is made: the browser's own tree tells the names. */
const NAME_RULES = Object.fromEntries(['button-name', 'label', 'empty-heading'].map(rule => [rule, {enabled: false}]));

/** What must have a name, in the browser's accessibility tree, and has none. */
async function nameless(page: Page): Promise<string[]> {
	const cdp = await page.context().newCDPSession(page);
	const {nodes} = await cdp.send('Accessibility.getFullAXTree');
	await cdp.detach();
	const named = nodes.filter(({ignored, role}) => !ignored && /^(button|radio|heading|link|region)$/.test(role?.value));
	// The overlay is really looked at, closed as it is.
	expect(named.length).toBeGreaterThan(2);
	return named.filter(({name}) => !name?.value).map(({role}) => role?.value);
}

test('the legend, unfolded, and the card on a page', async () => {
	const chromium = await launchBrowser();
	const page = await chromium.newPage({viewport: {width: 900, height: 700}});
	await page.setContent(
		'<html lang="en"><title>A page</title><main><h1>A page</h1><p id="x">The quick brown 😀 fox</p></main></html>',
	);
	const world = await isolate(page, OPEN_SHADOWS + (await bundleForPage('test/helpers/isolated-passage.ts', 'lens')));
	await page.evaluate(() => getSelection()!.selectAllChildren(document.querySelector('#x')!));
	await world.run("lens.send({type: 'passage.paint', what: 'selection', scale: 'rank'})");
	await world.until("/perplexity/.test(lens.overlay('.legend-box')?.text)");
	const found = [...(await faults(page, 'legend, folded', NAME_RULES)), ...(await nameless(page))];
	const {box} = await world.run<{box: DOMRect}>("lens.overlay('header .fold')");
	await page.mouse.click(box.left + 5, box.top + 5);
	await world.until("!lens.overlay('.legend-box.pill')");
	const word = await world.run<DOMRect>("lens.boxOf(' quick')");
	await page.mouse.click((word.left + word.right) / 2, (word.top + word.bottom) / 2);
	await world.until("lens.overlay('.card.pinned')");
	found.push(...(await faults(page, 'legend and card', NAME_RULES)), ...(await nameless(page)));
	await page.screenshot({path: 'test/e2e/screenshots/accessibility-page.png'});
	await chromium.close();
	expect(found).toEqual([]);
});

test('at 200 % zoom no view of the side panel scrolls sideways', async () => {
	// A panel of 360 pixels has half of them at twice the zoom.
	const page = await open('panel', 360);
	await resize(page, 180, 450);
	const wide: string[] = [];
	for (const tab of await page.getByRole('tab').all()) {
		await tab.click();
		await painted(page);
		const scrolling = await page.evaluate(() =>
			[document.documentElement, ...document.querySelectorAll('.top, main, .tab-panel')]
				.filter(node => node.scrollWidth > node.clientWidth && getComputedStyle(node).overflowX !== 'hidden')
				.flatMap(node => [...node.querySelectorAll('*')])
				.filter(node => node.getBoundingClientRect().right > 180 && !node.closest('.table-scroll, .tabs'))
				.map(node => `${node.localName}.${node.className}`),
		);
		const view = await tab.textContent();
		wide.push(...scrolling.slice(0, 8).map(name => `${view}: ${name}`));
	}
	await page.screenshot({path: 'test/e2e/screenshots/panel-200.png'});
	await page.close();
	expect(wide).toEqual([]);
});
