import {readFile} from 'node:fs/promises';
import type {Locator, Page} from 'playwright-core';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {resize} from '../helpers/at-rest.ts';
import {type ExtensionBrowser, launchExtension} from '../helpers/extension.ts';
import {storeGeneration} from '../helpers/settings.ts';
import {waitFor} from '../helpers/wait.ts';

/** Strategies side by side on the real model, why a class was chosen, and branches. */

let browser: ExtensionBrowser;
let page: Page;

beforeAll(async () => {
	browser = await launchExtension();
	// What is drawn is the same in every run.
	await storeGeneration(await browser.serviceWorker(), {seed: 7}, {seedMode: 'fixed'});
	page = await openStrategies();
});
afterAll(() => browser?.dispose());

async function openStrategies(): Promise<Page> {
	const opened = await browser.openPopupPage();
	await opened.getByRole('tab', {name: 'Strategies'}).click();
	return opened;
}

const card = (name: string): Locator => page.getByRole('article', {name, exact: true});
const textOf = async (strip: Locator): Promise<string> =>
	(await strip.locator('.token').evaluateAll(tokens => tokens.map(token => token.textContent ?? ''))).join('');
const strip = (name: string) => card(name).locator('.strip');

interface Row {
	logProb: number;
	perToken: number;
	perplexity: number;
}
const number = (text: string) => Number(text.replace('−', '-').replace(/[,\s%]/gu, ''));

const comparison = async (): Promise<Map<string, Row>> => {
	const rows = await page
		.locator('.comparison > .table-scroll tbody tr')
		.evaluateAll(all => all.map(row => [...row.children].map(cell => cell.textContent ?? '')));
	return new Map(
		rows.map(([name, logProb, perToken, perplexity]) => [
			name,
			{logProb: number(logProb), perToken: number(perToken), perplexity: number(perplexity)},
		]),
	);
};

const PICKED = ['Greedy', 'Sampling, T = 1', 'Nucleus 0.9', 'Beam 4', 'Speculative'];

test('several strategies run on one prompt and are read side by side', async () => {
	await page.getByLabel('Speculative', {exact: true}).check();
	await page.getByRole('button', {name: 'Run', exact: true}).click();
	await waitFor('all strategies', async () => (await comparison()).size === PICKED.length, {timeout: 90_000});

	const rows = await comparison();
	expect([...rows.keys()]).toEqual(PICKED);
	for (const [name, {logProb, perToken, perplexity}] of rows) {
		expect(perplexity / Math.exp(-perToken), name).toBeCloseTo(1, 1);
		expect(logProb, name).toBeLessThan(0);
	}
	// What the strategies are known for: beams find likelier text than greedy search, sampling less likely text.
	expect(rows.get('Beam 4')!.logProb).toBeGreaterThanOrEqual(rows.get('Greedy')!.logProb);
	expect(rows.get('Sampling, T = 1')!.logProb).toBeLessThan(rows.get('Greedy')!.logProb);
	expect(await textOf(strip('Speculative'))).toBe(await textOf(strip('Greedy')));
	await page.getByText('wrote the same text, token for token.').waitFor();
	await page.screenshot({path: 'test/e2e/screenshots/strategies.png', fullPage: true});
});

test('why a class: the distribution before and after each warper', async () => {
	const token = strip('Nucleus 0.9').locator('.token').nth(2);
	await token.scrollIntoViewIfNeeded();
	const before = await token.boundingBox();
	await token.click();
	const stages = card('Nucleus 0.9').locator('.stage');
	await stages.nth(1).waitFor();
	// The token that was clicked is where it was, and the explanation is in view beside it without covering it. It finds its
	// place when it has grown, a frame later.
	expect(await token.boundingBox()).toEqual(before);
	const window = await page.evaluate(() => ({width: innerWidth, height: innerHeight}));
	const place = async () => {
		const panel = (await card('Nucleus 0.9').locator('.token-panel').boundingBox())!;
		return {
			inView:
				panel.x >= 0 &&
				panel.y >= 0 &&
				panel.x + panel.width <= window.width &&
				panel.y + panel.height <= window.height,
			beside: panel.y >= before!.y + before!.height || panel.y + panel.height <= before!.y,
		};
	};
	await expect.poll(place).toEqual({inView: true, beside: true});
	expect(await stages.locator('h4').allTextContents()).toEqual([
		'The model’s own distribution ',
		'Top-p (nucleus) 0.9',
	]);
	// The nucleus holds p, so what it removed held at most the rest.
	const said = await stages.nth(1).locator('p').first().textContent();
	const [, removed, held, left] = said!.match(/removes ([\d,]+) classes that held ([\d.]+)\s%; ([\d,]+) left/u)!;
	expect(number(removed) + number(left)).toBe(50_257);
	expect(Number(held)).toBeLessThanOrEqual(10);
	expect(await stages.nth(1).locator('.is-chosen').count()).toBeGreaterThan(0);
	await page.screenshot({path: 'test/e2e/screenshots/strategies-why.png', fullPage: true});
	await page.keyboard.press('Escape');
});

test('a press outside the explanation, or Escape, closes it, and the popup stays', async () => {
	const panel = card('Nucleus 0.9').locator('.token-panel');
	const [third, fifth] = [2, 4].map(index => strip('Nucleus 0.9').locator('.token').nth(index));
	await third.click();
	await panel.locator('h4').first().click();
	expect(await panel.isVisible()).toBe(true);
	await page.getByText('Strategies: ways to choose a class').click();
	await panel.waitFor({state: 'detached'});
	// Another token is a press outside too, and opens its own; the same one again closes it.
	await third.click();
	await fifth.click();
	await card('Nucleus 0.9').getByRole('region', {name: 'Token 5'}).waitFor();
	await fifth.click();
	await panel.waitFor({state: 'detached'});
	await third.click();
	await panel.waitFor();
	await page.keyboard.press('Escape');
	await panel.waitFor({state: 'detached'});
	await expect.poll(() => third.evaluate(token => token === document.activeElement)).toBe(true);
	expect(page.isClosed()).toBe(false);
});

test('at 200 % zoom the explanation takes the whole popup, and all of it can be scrolled to', async () => {
	await resize(page, 190, 300);
	const panel = card('Greedy').locator('.token-panel');
	await strip('Greedy').locator('.token').nth(2).click();
	const last = panel.locator('.stage').last();
	await last.waitFor();
	await expect.poll(async () => (await panel.boundingBox())!.height).toBeGreaterThan(270);
	await last.locator('.class-row').last().scrollIntoViewIfNeeded();
	const {y, height} = (await last.locator('.class-row').last().boundingBox())!;
	expect(y + height).toBeLessThanOrEqual(300);
	// A long class ends in an ellipsis, in its own line.
	const below = panel
		.locator('.class-row')
		.evaluateAll(rows =>
			rows.filter(
				row =>
					row.querySelector('.token-text')!.getBoundingClientRect().bottom > row.getBoundingClientRect().bottom + 1,
			),
		);
	expect(await below).toEqual([]);
	await page.screenshot({path: 'test/e2e/screenshots/strategies-why-200.png'});
	await panel.getByRole('button', {name: 'Close', exact: true}).click();
	await panel.waitFor({state: 'detached'});
	await resize(page, 460, 600);
});

test('every strategy shows what it weighed at each step, what it kept, what it chose, and why', async () => {
	const rows = (name: string) =>
		card(name)
			.locator('.candidate-rows li')
			.evaluateAll(all => all.map(row => (row.textContent ?? '').replaceAll('\u00a0', ' ')));
	const open = async (name: string) => {
		// The panel of another strategy may be over this one.
		await page.keyboard.press('Escape');
		await strip(name).locator('.token').nth(3).click();
		await card(name).getByText('Step by step', {exact: true}).click();
		await card(name).locator('.node').first().waitFor();
		// The way to the text that was returned is marked through every step.
		const tokens = await strip(name).locator('.token').count();
		expect(await card(name).locator('.node.on-path').count(), name).toBe(tokens);
		await page.screenshot({path: `test/e2e/screenshots/strategies-steps-${name.replace(/\W/g, '')}.png`});
		return rows(name);
	};
	for (const name of ['Greedy', 'Nucleus 0.9']) {
		const classes = await open(name);
		expect(classes.length, name).toBeGreaterThanOrEqual(6);
		expect(
			classes.filter(row => (name === 'Greedy' ? /chosen/ : /drawn with the number 0\.\d{4}/).test(row)),
		).toHaveLength(1);
	}

	const beams = await open('Beam 4');
	expect(beams).toHaveLength(8);
	expect(beams.filter(row => row.includes('kept'))).toHaveLength(4);
	expect(beams.every(row => /after .*score −\d/.test(row))).toBe(true);
	// Arrow keys walk the tree; the candidates of the step that they lead to show.
	const at = card('Beam 4').locator('.node[aria-selected="true"]');
	await at.focus();
	const before = await at.getAttribute('aria-label');
	await page.keyboard.press('ArrowLeft');
	await expect.poll(() => card('Beam 4').locator('.node:focus').getAttribute('aria-label')).toContain('step 3');
	await page.keyboard.press('ArrowRight');
	await expect.poll(() => card('Beam 4').locator('.node:focus').getAttribute('aria-label')).toBe(before);

	await open('Speculative');
	await card('Speculative')
		.getByText(/an acceptance rate of/)
		.waitFor();
	const labels = await card('Speculative')
		.locator('.node')
		.evaluateAll(nodes => nodes.map(node => node.getAttribute('aria-label') ?? ''));
	const taken = labels.filter(label => /accepted|corrected|added/.test(label));
	expect(taken).toHaveLength(await strip('Speculative').locator('.token').count());
});

test('a branch grows from another class, is walked by keyboard, exported, and is there again', async () => {
	const rootText = await textOf(strip('Greedy'));
	await strip('Greedy').locator('.token').nth(1).click();
	await card('Greedy').getByText('Choose another', {exact: true}).click();
	const second = card('Greedy').locator('.token-panel .class-rows button').nth(1);
	await second.waitFor();
	const chosen = await second.locator('.token-text').textContent();
	await second.click();

	const outline = page.getByRole('tree', {name: 'Tree of branches'});
	const items = outline.getByRole('treeitem');
	await waitFor('the branch to grow', async () => /\d+ tokens$/.test((await items.nth(1).textContent()) ?? ''), {
		timeout: 90_000,
	});
	const branchText = page.locator('.branches .strip');
	const grown = await textOf(branchText);
	const first = await strip('Greedy').locator('.token').first().textContent();
	expect(grown.startsWith(`${first}${chosen}`)).toBe(true);
	expect(grown).not.toBe(rootText);

	// The outline has the focus; arrow keys walk it.
	await waitFor('the focus', () => items.nth(1).evaluate(item => item === document.activeElement));
	await page.keyboard.press('ArrowUp');
	await expect.poll(() => items.nth(0).getAttribute('aria-selected')).toBe('true');
	await expect.poll(() => textOf(branchText)).toBe(rootText);
	await page.keyboard.press('ArrowLeft');
	await expect.poll(() => items.count()).toBe(1);
	await page.keyboard.press('ArrowRight');
	await page.keyboard.press('ArrowRight');
	await expect.poll(() => items.nth(1).getAttribute('aria-selected')).toBe('true');
	await page.screenshot({path: 'test/e2e/screenshots/strategies-branches.png', fullPage: true});

	const downloading = page.waitForEvent('download');
	await page.locator('.export').getByRole('button', {name: 'JSON', exact: true}).click();
	const json = JSON.parse(await readFile(await (await downloading).path(), 'utf8'));
	const [branch] = json.root.branches;
	expect(branch).toMatchObject({at: 1, finishReason: 'length'});
	expect(branch.tokens[0]).toMatchObject({chosenBy: 'person', rank: 2});
	expect(branch.tokens.every((token: {probability: number}) => token.probability > 0 && token.probability < 1)).toBe(
		true,
	);

	// Closed and opened again: the runs and the branches are as they were.
	await page.close();
	page = await openStrategies();
	await expect.poll(() => textOf(page.locator('.branches .strip'))).toBe(grown);
	await expect.poll(async () => [...(await comparison()).keys()]).toEqual(PICKED);
});

test('a run that the closing popup cut short is finished when it opens again, with the same text', async () => {
	await page.getByRole('button', {name: 'Run', exact: true}).click();
	await page.getByText(/[1-4] of 5 done/).waitFor({timeout: 60_000});
	const greedy = await textOf(strip('Greedy'));
	await page.close();
	page = await openStrategies();
	await waitFor('all strategies', async () => (await comparison()).size === PICKED.length, {timeout: 90_000});
	expect(await textOf(strip('Greedy'))).toBe(greedy);
});

test('a run can be stopped', async () => {
	await page.getByRole('button', {name: 'Run', exact: true}).click();
	await page.getByRole('button', {name: 'Stop', exact: true}).first().click();
	await page.getByText('stopped before it was done').first().waitFor();
	await expect.poll(() => page.getByRole('button', {name: 'Run', exact: true}).isEnabled()).toBe(true);
});

test('an edited strategy runs as edited, in the dark and full-size', async () => {
	await page.goto(browser.url('src/entrypoints/popup/index.html?view=tab'));
	await resize(page, 1400, 1000);
	await page.emulateMedia({colorScheme: 'dark'});
	await page.getByRole('tab', {name: 'Strategies'}).click();
	await card('Nucleus 0.9').getByRole('button', {name: 'Edit', exact: true}).click();
	await card('Nucleus 0.9').getByLabel('Top-p (nucleus)', {exact: true}).fill('0');
	const edited = card('Nucleus 0.9, edited');
	await edited.locator('.strategy-dialog').getByRole('button', {name: 'Done', exact: true}).click();
	await page.getByRole('button', {name: 'Run', exact: true}).click();
	await waitFor('all strategies', async () => (await comparison()).size === PICKED.length, {timeout: 90_000});
	// A nucleus of the first class alone is greedy search.
	expect(await textOf(edited.locator('.strip'))).toBe(await textOf(strip('Greedy')));
	await page.screenshot({path: 'test/e2e/screenshots/strategies-tab-dark.png', fullPage: true});
});

test('a sampled continuation opens as a tree of branches', async () => {
	await page.goto(browser.url('src/entrypoints/popup/index.html'));
	await page.getByRole('tab', {name: 'Continuations'}).click();
	const continuation = page.locator('.continuation').first();
	await continuation.getByRole('button', {name: 'Branch', exact: true}).click({timeout: 60_000});
	await page.getByRole('tree', {name: 'Tree of branches'}).waitFor();
	await expect.poll(() => page.getByRole('tab', {name: 'Strategies'}).getAttribute('aria-selected')).toBe('true');
	await expect.poll(() => page.locator('.branches .strip .token').count()).toBeGreaterThan(0);
});
