import type {Page} from 'playwright-core';
import {afterEach, describe, expect, test} from 'vitest';
import {frames} from '../../helpers/content-page.ts';
import {type Arena, useArena} from '../../helpers/hostile.ts';
import {waitFor} from '../../helpers/wait.ts';

/** Pages that fight the paint, spy on the card, or do not let go. */

let arena: Arena;
useArena(started => {
	arena = started;
});
afterEach(async () => {
	for (const open of arena.browser.context.pages().slice(1)) await open.close();
	arena.requests.length = 0;
	arena.pageErrors.length = 0;
});

const TEXT = 'Once upon a time there were four little rabbits.';
const BODY = `<p id=x>${TEXT}</p>`;

/** Text of everything in the accessibility tree: the legend's closed shadow tree is in it too, as readers need it. */
const spoken = async (page: Page) => {
	const cdp = await page.context().newCDPSession(page);
	const {nodes} = await cdp.send('Accessibility.getFullAXTree');
	await cdp.detach();
	return nodes.map(node => String(node.name?.value ?? '')).join('\n');
};

/** Select the passage and colour it; resolves once it is scored. */
const colour = async (page: Page) => {
	await page.evaluate(() => getSelection()!.selectAllChildren(document.querySelector('#x')!));
	const inbox = await arena.choose('colour', page);
	expect(inbox.text).toContain('Once upon a time');
	expect(inbox.notice).toBeUndefined();
	await waitFor('the scores', async () => /perplexity/i.test(await spoken(page)), {timeout: 60_000});
};

/** The painted text, read from the page's own registry of highlights. */
const painted = (page: Page) =>
	page.evaluate(() => {
		const ranges = [...CSS.highlights]
			.filter(([name]) => !name.endsWith('current'))
			.flatMap(([, highlight]) => [...highlight] as StaticRange[]);
		return ranges
			.sort((a, b) => a.startOffset - b.startOffset)
			.map(({startContainer, startOffset, endOffset}) => (startContainer as Text).data.slice(startOffset, endOffset))
			.join('');
	});

const clear = async () => {
	const worker = await arena.browser.serviceWorker();
	await worker.evaluate(async () => {
		const tabs = await chrome.tabs.query({});
		await Promise.allSettled(tabs.map(tab => chrome.tabs.sendMessage(tab.id!, {type: 'passage.clear'})));
	});
};

describe('a page that', () => {
	test.each([
		['changes nothing', ''],
		[
			'hides everything',
			'<style>*{display:none!important;visibility:hidden!important} html,body,#x{display:block!important;visibility:visible!important}</style>',
		],
		[
			'gives every element a transform and a filter',
			'<style>*{transform:rotate(9deg)!important;filter:blur(9px)!important;clip-path:inset(50%)!important}</style>',
		],
		[
			'lays a cover over everything',
			'<style>body::after{content:"";position:fixed;inset:0;z-index:2147483647;background:red}</style>',
		],
		['has a policy against styles', '<meta http-equiv=content-security-policy content="style-src \'none\'">'],
		['has a policy against everything', '<meta http-equiv=content-security-policy content="default-src \'none\'">'],
	])('%s is painted, and nothing is asked of the network', async (_, head) => {
		const page = await arena.open(BODY, {head});
		await colour(page);
		expect((await painted(page)).replace(/\s/g, '')).toBe(TEXT.replace(/\s/g, ''));
		expect(arena.requests.filter(url => !url.endsWith('favicon.ico'))).toEqual([]);
		expect(arena.pageErrors).toEqual([]);
	});

	test.each([
		[
			'removes every stranger from its body',
			`new MutationObserver(records => { for (const {addedNodes} of records) for (const node of addedNodes) node.remove?.() }).observe(document.documentElement, {childList: true, subtree: true})`,
		],
		[
			'removes every attribute of strangers',
			`new MutationObserver(records => { for (const {target} of records) if (target.id !== 'x') for (const {name} of [...target.attributes ?? []]) target.removeAttribute(name) }).observe(document.documentElement, {attributes: true, childList: true, subtree: true})`,
		],
		[
			'closes every popover',
			`setInterval(() => { for (const one of document.querySelectorAll('[popover]')) try { one.hidePopover() } catch {} }, 1)`,
		],
		[
			'clones what it does not know',
			`new MutationObserver(records => { for (const {addedNodes} of records) for (const node of addedNodes) if (node.popover && !node.dataset.copy) { const copy = node.cloneNode(true); copy.dataset.copy = 1; document.body.append(copy) } }).observe(document.documentElement, {childList: true, subtree: true})`,
		],
		['clears the registry of highlights all the time', `setInterval(() => CSS.highlights.clear(), 1)`],
		[
			'replaces the registry’s methods',
			`CSS.highlights.set = CSS.highlights.delete = () => { throw new Error('no') }; globalThis.Highlight = class {}`,
		],
		[
			'replaces what its elements can do',
			`for (const name of ['attachShadow', 'append', 'appendChild', 'remove', 'showPopover', 'addEventListener']) Element.prototype[name] = HTMLElement.prototype[name] = function () { throw new Error('no') }`,
		],
		[
			'rewrites its text all the time',
			`setInterval(() => { const node = document.querySelector('#x').firstChild; node.data = node.data }, 5)`,
		],
	])('%s can be coloured and goes on answering', async (_, script) => {
		const page = await arena.open(BODY);
		await page.evaluate(() => getSelection()!.selectAllChildren(document.querySelector('#x')!));
		await page.evaluate(script);
		await arena.choose('colour', page);
		await frames(page, 60);
		// It answers: neither side drives the other into an endless loop.
		expect(await page.evaluate(() => document.querySelector('#x')!.textContent)).toBe(TEXT);
		await clear();
	});

	test('is navigated away while it is scored leaves nothing running', async () => {
		const page = await arena.open(`<p id=x>${TEXT.repeat(200)}</p>`);
		await page.evaluate(() => getSelection()!.selectAllChildren(document.querySelector('#x')!));
		await arena.choose('colour', page);
		await page.goto('about:blank');
		await arena.stillWorks();
	});

	test('removes the frame with the passage while it is scored leaves nothing running', async () => {
		const page = await arena.open(`<iframe id=f srcdoc="<p id=x>${TEXT.repeat(100)}</p>"></iframe>`);
		const inner = (await (await page.waitForSelector('#f')).contentFrame())!;
		await inner.waitForSelector('#x');
		await inner.evaluate(() => getSelection()!.selectAllChildren(document.querySelector('#x')!));
		await arena.choose('colour', page, inner);
		await page.evaluate(() => document.querySelector('#f')!.remove());
		await arena.stillWorks();
	});

	test('is cleared is as it was before', async () => {
		const page = await arena.open(BODY);
		const before = await page.evaluate(() => document.documentElement.outerHTML);
		await colour(page);
		await clear();
		await waitFor('the paint to go', async () => (await page.evaluate(() => CSS.highlights.size)) === 0);
		expect(await page.evaluate(() => document.documentElement.outerHTML)).toBe(before);
		expect(await page.evaluate(() => document.adoptedStyleSheets.length)).toBe(0);
	});
});

describe('a page that spies', () => {
	test('finds no open shadow root and nothing of the card in its own tree', async () => {
		const page = await arena.open(BODY);
		await colour(page);
		const found = await page.evaluate(() => ({
			roots: [...document.querySelectorAll('*')].filter(element => element.shadowRoot).length,
			text: document.documentElement.textContent,
			inner: document.documentElement.innerText,
		}));
		expect(found.roots).toBe(0);
		expect(found.text).not.toMatch(/perplexity/i);
		expect(found.inner).not.toMatch(/perplexity/i);
	});

	test('finds nothing of the legend by searching the page', async () => {
		const page = await arena.open(BODY);
		await colour(page);
		const found = await page.evaluate(() =>
			['perplexity', 'Perplexity', 'rank', 'surpris', 'Clear'].filter(word =>
				(globalThis as unknown as {find(text: string, ...flags: boolean[]): boolean}).find(word, false, false, true),
			),
		);
		expect(found).toEqual([]);
	});

	test('reads nothing of the legend by moving its selection into it', async () => {
		const page = await arena.open(BODY);
		await colour(page);
		const read = await page.evaluate(() => {
			const selection = getSelection()!;
			const texts: string[] = [];
			for (const element of [
				document.documentElement,
				document.body,
				...document.querySelectorAll('body *, html > *'),
			]) {
				selection.setBaseAndExtent(element, 0, element, element.childNodes.length);
				for (const unit of ['character', 'word', 'line', 'documentboundary'])
					for (let i = 0; i < 20; i++) selection.modify('extend', 'forward', unit);
				texts.push(selection.toString());
			}
			return texts.join('\n');
		});
		expect(read).toContain('rabbits');
		expect(read).not.toMatch(/perplexity|rank|surpris|clear/i);
	});

	test('learns no letter of the legend by its own fonts', async () => {
		const families = [
			'Menlo',
			'Consolas',
			'Cascadia Mono',
			'ui-monospace',
			'system-ui',
			'Arial',
			'Helvetica',
			'DejaVu Sans',
			'Segoe UI',
		];
		const head = `<style>${families
			.map(
				family =>
					`@font-face{font-family:"${family}";src:url(/font/${encodeURIComponent(family)});unicode-range:U+20-7E}`,
			)
			.join('')} #x{font-family:serif}</style>`;
		const page = await arena.open(BODY, {head});
		await colour(page);
		await frames(page, 10);
		expect(arena.requests.filter(url => url.includes('/font/'))).toEqual([]);
	});

	test('gets no closed root by replacing attachShadow', async () => {
		const page = await arena.open(BODY, {
			head: `<script>const attach = Element.prototype.attachShadow; globalThis.stolen = [];
				Element.prototype.attachShadow = function (init) { const root = attach.call(this, {...init, mode: 'open'}); stolen.push(root); return root }</script>`,
		});
		await colour(page);
		expect(await page.evaluate(() => (globalThis as unknown as {stolen: unknown[]}).stolen.length)).toBe(0);
	});

	test('learns from events only that our element was hit, not which part of it', async () => {
		const page = await arena.open(BODY);
		await colour(page);
		await page.evaluate(() => {
			const paths: string[] = [];
			Object.assign(globalThis, {paths});
			for (const type of ['pointermove', 'pointerdown', 'click', 'focusin'])
				addEventListener(
					type,
					event => paths.push(...event.composedPath().map(node => (node as Element).className ?? '')),
					true,
				);
		});
		await page.mouse.move(1200, 860);
		await page.mouse.move(1100, 840);
		await page.mouse.click(1150, 850);
		const paths = await page.evaluate(() => (globalThis as unknown as {paths: unknown[]}).paths);
		expect(paths.filter(name => typeof name === 'string' && /legend|card/.test(name))).toEqual([]);
	});

	test('cannot press our buttons with events that it makes', async () => {
		const page = await arena.open(BODY);
		await colour(page);
		await page.evaluate(() => {
			for (const element of document.querySelectorAll<HTMLElement>('*'))
				for (const type of ['pointerdown', 'pointerup', 'mousedown', 'mouseup', 'click', 'keydown'])
					element.dispatchEvent(new MouseEvent(type, {bubbles: true, composed: true, clientX: 1150, clientY: 850}));
		});
		await frames(page, 5);
		expect(await page.evaluate(() => CSS.highlights.size)).toBeGreaterThan(0);
		expect(await spoken(page)).toMatch(/perplexity/i);
	});

	test('cannot read through our page by a frame of another site', async () => {
		const page = await arena.open(BODY);
		await colour(page);
		const secrets = await page.evaluate(() =>
			Object.getOwnPropertyNames(globalThis).filter(name => /nextTokenLens|passage|lens/i.test(name)),
		);
		expect(secrets).toEqual([]);
	});
});
