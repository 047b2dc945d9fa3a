import {execFile} from 'node:child_process';
import {promisify} from 'node:util';
import type {Page} from 'playwright-core';
import {afterEach, expect, test} from 'vitest';
import type {Inbox} from '../../src/protocol/messages/inbox.ts';
import type {ScoreAnswer, ScoredToken} from '../../src/protocol/questions/score.ts';
import type {Desktop} from '../helpers/desktop.ts';
import {useDesktopSession} from '../helpers/desktop-session.ts';
import type {ExtensionBrowser} from '../helpers/extension.ts';
import type {PagesServer} from '../helpers/pages-server.ts';
import {promptText} from '../helpers/popup.ts';
import {pressColourKey, rightClickAndChoose, selectText} from '../helpers/right-click.ts';
import {waitFor} from '../helpers/wait.ts';

/** "Colour by surprise", chosen from the real menu, on the built extension with the real model. */

let desktop: Desktop;
let pages: PagesServer;
let browser: ExtensionBrowser;
let page: Page;

useDesktopSession(async session => {
	({desktop, pages, browser} = session);
	page = browser.context.pages()[0];
});

afterEach(async () => {
	for (const other of browser.context.pages()) if (other !== page) await other.close();
});

/** What the page itself can see of the paint, in the order of the text: the registry of highlights is its own. */
const painted = (where: Page | Awaited<ReturnType<typeof frameOf>>) =>
	where.evaluate(() => {
		const found: {text: string; name: string; at: Range}[] = [];
		for (const [name, highlight] of CSS.highlights) {
			for (const range of highlight) {
				const node = range.startContainer as Text;
				const at = document.createRange();
				at.setStart(node, range.startOffset);
				const text = node.data.slice(range.startOffset, range.endOffset);
				if (!name.endsWith('current')) found.push({text, name, at});
			}
		}
		const spell = (inside: boolean) =>
			found
				.filter(({at}) => (at.startContainer.getRootNode() === document) === inside)
				.sort((a, b) => a.at.compareBoundaryPoints(Range.START_TO_START, b.at))
				.map(({text}) => text)
				.join('');
		return {
			text: spell(true),
			shadow: spell(false),
			names: found.map(({name}) => name.replace(/^next-token-lens-\w+-\d+-/, '')),
		};
	});

const frameOf = async (selector: string) => (await (await page.$(selector))!.contentFrame())!;

/** Text of everything in the accessibility tree: the card's closed shadow tree is in it too, as readers need it. */
async function spoken() {
	const cdp = await page.context().newCDPSession(page);
	const {nodes} = await cdp.send('Accessibility.getFullAXTree');
	await cdp.detach();
	return nodes.map(node => String(node.name?.value ?? '')).join('\n');
}

/** Click a button of the legend or the card, found as a screen reader finds it. */
async function clickInOverlay(name: string) {
	const cdp = await page.context().newCDPSession(page);
	const {nodes} = await cdp.send('Accessibility.getFullAXTree');
	const button = nodes.find(node => node.role?.value === 'button' && node.name?.value === name);
	const {model} = await cdp.send('DOM.getBoxModel', {backendNodeId: button?.backendDOMNodeId});
	await cdp.detach();
	const [left, top, right, , , bottom] = model.border;
	await page.mouse.click((left + right) / 2, (top + bottom) / 2);
}

const colour = () => pressColourKey(desktop, page);
const scored = () => waitFor('the scores', async () => /perplexity/.test(await spoken()), {timeout: 60_000});
const clear = async () => {
	const worker = await browser.serviceWorker();
	await worker.evaluate(async () => {
		const tabs = await chrome.tabs.query({});
		await Promise.allSettled(tabs.map(tab => chrome.tabs.sendMessage(tab.id!, {type: 'passage.clear'})));
	});
};
const squeeze = (text: string) => text.replace(/[\s\u00ad]+/g, '');

test('the painted ranges, read back from the page, spell the passage, and clearing leaves nothing', async () => {
	await page.goto(pages.url('passage.html'));
	const html = await page.evaluate(() => document.documentElement.outerHTML);
	await selectText(page, '#passage');
	await colour();
	await scored();
	await desktop.screenshot('test/e2e/screenshots/passage-rank.png');

	const {text, shadow, names} = await painted(page);
	const expected = [
		'The Tale of Peter Rabbit',
		'Once upon a time there were four little Rabbits, and their names were — Flopsy, Mopsy, Cotton-tail, and\u00a0Peter.',
		'They lived with their Mother in a sandbank, underneath the root of a very big fir-tree.',
		'first, second one two three four if (rabbit) { run(); }',
		'Привет, мир. 漢字かな交じり文 שלום עולם नमस्ते e\u0301 👩‍👩‍👧‍👦 👍🏽',
		'And that is all.',
	].join(' ');
	expect(squeeze(text)).toBe(squeeze(expected));
	expect(squeeze(shadow)).toBe('Inanopenshadowroot.');
	expect(squeeze((await painted(await frameOf('#frame'))).text)).toBe('Aframeofthesameorigin.');
	// Light text on a dark ground gets the dark colours, and the rest the light ones.
	expect(new Set(names.map(name => name.split('-')[1]))).toEqual(new Set(['light', 'dark']));

	await clear();
	await waitFor('the paint to go', async () => (await page.evaluate(() => CSS.highlights.size)) === 0);
	expect(await page.evaluate(() => document.adoptedStyleSheets.length)).toBe(0);
	expect(await page.evaluate(() => document.documentElement.outerHTML)).toBe(html);
});

test('the menu of a page has one entry, which colours its article', async () => {
	await page.goto(pages.url('passage.html'));
	await rightClickAndChoose(desktop, page, page.locator('#last'), {
		on: 'page',
		beforeChoice: () => desktop.screenshot('test/e2e/screenshots/passage-menu.png'),
	});
	await scored();
	const {text} = await painted(page);
	expect(text).toMatch(/^The Tale of/);
	expect(text.trimEnd()).toMatch(/And that is all\.$/);
	await desktop.screenshot('test/e2e/screenshots/passage-page.png');
	await clear();
});

test('the menu of a selection has Colour by surprise beside Predict, one step deep', async () => {
	await page.goto(pages.url('passage.html'));
	await selectText(page, '#first');
	await rightClickAndChoose(desktop, page, page.locator('#first'), {
		entry: 'colour',
		beforeChoice: () => desktop.screenshot('test/e2e/screenshots/passage-selection-menu.png'),
	});
	await scored();
	expect((await painted(page)).text).toBe(await page.locator('#first').textContent());
	await clear();
});

test('a button of the popup colours the selection that it was opened on', async () => {
	await page.goto(pages.url('passage.html'));
	await selectText(page, '#first');
	await rightClickAndChoose(desktop, page, page.locator('#first'));
	const popup = await browser.nativePopup();
	await popup.getByRole('button', {name: 'Colour the selection on the page by surprise', exact: true}).click();
	await scored();
	expect((await painted(page)).text).toMatch(/^Once upon a time/);
	await waitFor('the popup to close', async () => !(await browser.hasNativePopup()));
	await desktop.screenshot('test/e2e/screenshots/passage-from-popup.png');
	await clear();
});

test('the colours are the model’s: band by band what the command line says', async () => {
	await page.goto(pages.url('passage.html'));
	await selectText(page, '#first');
	await colour();
	await scored();
	const worker = await browser.serviceWorker();
	const inbox = await worker.evaluate(async () => (await chrome.storage.session.get('inbox')).inbox as Inbox);
	expect(inbox.view).toBe('passage');
	const {stdout} = await promisify(execFile)(
		'npx',
		['tsx', 'src/entrypoints/cli/main.ts', 'score', '--text', inbox.text, '--json'],
		{
			maxBuffer: 1e8,
		},
	);
	const {tokens} = JSON.parse(stdout) as {tokens: ScoredToken[]} & ScoreAnswer;
	const counts = [0, 0, 0, 0];
	for (const {rank} of tokens) counts[rank <= 10 ? 0 : rank <= 100 ? 1 : rank <= 1000 ? 2 : 3] += 1;
	const registered = await page.evaluate(() =>
		[...CSS.highlights].map(([name, {size}]) => [name.replace(/^next-token-lens-\w+-\d+-/, ''), size] as const),
	);
	// A token that crosses from one node into another is painted in two stretches, so bands may count more, never fewer.
	for (const [i, count] of counts.entries()) {
		const size = registered.filter(([name]) => name.startsWith(`r${i + 1}-`)).reduce((sum, [, n]) => sum + n, 0);
		expect(size).toBeGreaterThanOrEqual(count);
		expect(size).toBeLessThanOrEqual(count + 6);
	}
	await clear();
});

test('pointing at a token opens its card, the keyboard goes on, Escape closes it', async () => {
	await page.goto(pages.url('story.html'));
	await selectText(page, '#opening');
	await colour();
	await scored();
	const at = await page.evaluate(() => {
		const [range] = [...CSS.highlights.values()].flatMap(highlight => [...highlight]);
		const live = document.createRange();
		live.setStart(range.startContainer, range.startOffset);
		live.setEnd(range.endContainer, range.endOffset);
		const {x, y, width, height} = live.getBoundingClientRect();
		return {x: x + width / 2, y: y + height / 2};
	});
	await page.mouse.move(at.x, at.y);
	const card = await waitFor('the card', async () => {
		const text = await spoken();
		return text.includes('rank among 50,257 classes') ? text : null;
	});
	expect(card).toContain('Continue from here');
	await desktop.screenshot('test/e2e/screenshots/passage-card.png');
	await page.keyboard.press('Escape');
	await waitFor('the card to close', async () => !(await spoken()).includes('Continue from here'));
	await page.keyboard.press('ArrowRight');
	await waitFor('the first token', async () => /token 1 of/.test(await spoken()));
	for (let i = 0; i < 4; i++) await page.keyboard.press('ArrowRight');
	await waitFor('the fifth token', async () => /token 5 of/.test(await spoken()));

	// "Continue from here" opens the popup on the text up to and including that token.
	await clickInOverlay('Continue from here');
	const popup = await browser.nativePopup();
	await waitFor('the prompt', async () => (await promptText(popup)) === 'In old times when wishing');
	await desktop.screenshot('test/e2e/screenshots/passage-continue.png');
	await browser.closeNativePopup();
	await clear();
});

test('a hostile page neither breaks it nor reads from it', async () => {
	await page.goto(pages.url('hostile.html'));
	await page.evaluate(() => {
		const {firstChild} = document.querySelector('#text')!;
		getSelection()!.setBaseAndExtent(firstChild!, 0, firstChild!, 44);
	});
	await colour();
	await waitFor(
		'the paint',
		() =>
			page.evaluate(() => {
				let size = 0;
				for (const highlight of CSS.highlights.values()) size += highlight.size;
				return size >= 10;
			}),
		{timeout: 60_000},
	);
	await desktop.screenshot('test/e2e/screenshots/passage-hostile.png');
	const spelled = await page.evaluate(() => {
		const out: [number, string][] = [];
		for (const highlight of CSS.highlights.values()) {
			for (const {startContainer, startOffset, endOffset} of highlight) {
				out.push([startOffset, (startContainer as Text).data.slice(startOffset, endOffset)]);
			}
		}
		return out
			.sort(([a], [b]) => a - b)
			.map(([, text]) => text)
			.join('');
	});
	expect(spelled).toBe('The quick brown fox jumps over the lazy dog.');
	const {caught, removed} = await page.evaluate(() => {
		const {caught, removed} = globalThis as unknown as {caught: string[]; removed: number};
		return {caught, removed};
	});
	expect(caught).toEqual([]);
	// It took the legend away, and no one fought over it.
	expect(removed).toBeLessThan(10);
	await clear();
	await waitFor('the paint to go', () => page.evaluate(() => CSS.highlights.size === 0));
});

test('in a field the passage opens in the full-size view, with its numbers', async () => {
	await page.goto(pages.url('passage.html'));
	await selectText(page, '#field');
	const opened = browser.context.waitForEvent('page');
	await colour();
	const tab = await opened;
	await tab.getByText('Least expected words').waitFor({timeout: 60_000});
	expect(tab.url()).toContain('view=tab');
	await waitFor('the text of the field', async () => {
		const items = tab.locator('.passage-text li');
		const text = await items.evaluateAll(items => items.map(item => item.textContent).join(''));
		return text.replaceAll('·', ' ') === 'Text in a field cannot be painted.';
	});
	await tab.screenshot({path: 'test/e2e/screenshots/passage-tab.png'});
});

test('the full view shows the summary of the passage on the page, and compares it with another text and another model', async () => {
	await page.goto(pages.url('story.html'));
	await selectText(page, '#opening');
	await colour();
	await scored();
	const popup = await browser.context.newPage();
	await popup.goto(browser.url('src/entrypoints/popup/index.html?view=tab'));
	await waitFor('this passage', async () => {
		const texts = await popup.locator('.passage-text').allTextContents();
		return texts.length === 1 && texts[0].replaceAll('·', ' ').startsWith('In old times when wishing');
	});
	await popup.getByText('Least expected words').waitFor({timeout: 60_000});
	const cells = () => popup.locator('.summary-table tbody tr').evaluateAll(rows => rows.map(row => row.textContent));
	await expect.poll(async () => (await cells()).join('\n')).toMatch(/perplexity[\d,.]+/);
	await popup.getByText('two texts', {exact: true}).click();
	await popup
		.getByLabel('Compare with this text', {exact: true})
		.fill('The cat sat on the mat. The cat sat on the mat.');
	await waitFor('the second passage', async () => (await popup.getByText('Least expected words').count()) === 2);
	await expect.poll(() => popup.locator('.summary-table thead th').count()).toBe(2);
	await popup.screenshot({path: 'test/e2e/screenshots/passage-compare.png', fullPage: true});
	await popup.getByText('two models', {exact: true}).click();
	await popup.getByRole('heading', {name: /, last block left out/}).waitFor();
	// Two models that differ can't be equally surprised.
	await waitFor('two perplexities', async () => {
		const row = popup.locator('.summary-table tbody tr').filter({hasText: 'perplexity'}).first();
		const found = await row.locator('td').allTextContents();
		return found.length === 2 && found.every(text => /\d/.test(text)) && found[0] !== found[1];
	});
	await page.bringToFront();
	await clear();
});
