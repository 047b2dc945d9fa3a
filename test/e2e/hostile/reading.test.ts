import type {Page} from 'playwright-core';
import {afterEach, describe, expect, test} from 'vitest';
import {type Arena, EVIL, OTHER, useArena} from '../../helpers/hostile.ts';

/** What "Predict" reads of a page that does not want to be read, or wants something else to be. */

let arena: Arena;
useArena(started => {
	arena = started;
});
afterEach(async () => {
	for (const open of arena.browser.context.pages().slice(1)) await open.close();
});

/** Select all of an element's text by means that no page can have changed. */
const select = async (page: Page, selector = '#x') => {
	const cdp = await page.context().newCDPSession(page);
	const {frameTree} = await cdp.send('Page.getFrameTree');
	const {executionContextId: contextId} = await cdp.send('Page.createIsolatedWorld', {frameId: frameTree.frame.id});
	const expression = `(() => {
		const element = Document.prototype.querySelector.call(document, ${JSON.stringify(selector)});
		if (element.select) { element.focus(); element.select(); return; }
		const range = Document.prototype.createRange.call(document);
		range.selectNodeContents(element);
		const selection = Document.prototype.getSelection.call(document);
		selection.removeAllRanges();
		selection.addRange(range);
	})()`;
	await cdp.send('Runtime.evaluate', {expression, contextId});
	await cdp.detach();
};

describe('text', () => {
	const cases: [name: string, body: string, text: string][] = [
		['markup', '<p id=x>&lt;img src=x onerror=alert(1)&gt;</p>', '<img src=x onerror=alert(1)>'],
		['right-to-left overrides', '<p id=x>abc &#x202e;dcba&#x202c; end</p>', 'abc \u202edcba\u202c end'],
		['hidden parts', '<p id=x>one <b style="display:none">secret</b>two</p>', 'one two'],
		['text that is not selectable', '<p id=x>one <b style="user-select:none">two </b>three</p>', 'one three'],
		['text that is transparent', '<p id=x>one <b style="opacity:0">two</b></p>', 'one two'],
		['ten thousand nested elements', `<p id=x>${'<b>'.repeat(10_000)}deep${'</b>'.repeat(10_000)}</p>`, 'deep'],
		['a form with a field called parentNode', '<form id=x>one <input name=parentNode> two</form>', 'one  two'],
		[
			'a form with fields called nodeType and childNodes',
			'<form id=x>one<input name=nodeType><input name=childNodes></form>',
			'one',
		],
		['an image called getSelection', '<img name=getSelection><p id=x>one</p>', 'one'],
		['a form called activeElement', '<form name=activeElement></form><p id=x>one</p>', 'one'],
		['an image called querySelectorAll and body', '<img name=querySelectorAll><img name=body><p id=x>one</p>', 'one'],
	];
	test.each(cases)('with %s is read as it is seen', async (_, body, text) => {
		const page = await arena.open(body);
		await select(page);
		const inbox = await arena.choose('predict', page);
		expect(inbox.text.replace(/\s+/g, ' ').trim()).toBe(text.replace(/\s+/g, ' '));
		expect(arena.pageErrors.splice(0)).toEqual([]);
	});

	test('of a million and two hundred thousand characters is cut to its end, and the person is told', async () => {
		const page = await arena.open('<p id=x></p>');
		await page.evaluate(() => {
			document.querySelector('#x')!.textContent = `${'word '.repeat(240_000)}the end`;
		});
		await select(page);
		const inbox = await arena.choose('predict', page);
		expect(inbox.text).toHaveLength(1_000_000);
		expect(inbox.text.endsWith('the end')).toBe(true);
		expect(inbox.notice).toBe('background_notice_too_long');
	});

	test('with null characters and lone surrogates is read without an error', async () => {
		const page = await arena.open('<p id=x></p>');
		await page.evaluate(() => {
			document.querySelector('#x')!.append('a\0b\ud83dc');
		});
		await select(page);
		expect((await arena.choose('predict', page)).text).toMatch(/^a.?b.?c$/u);
	});
});

describe('a page that has changed the language under us', () => {
	test.each([
		['Selection.toString', 'Selection.prototype.toString = () => "forged"'],
		['getSelection', 'Document.prototype.getSelection = () => ({toString: () => "forged"})'],
		['JSON', 'JSON.stringify = () => "forged"; JSON.parse = () => ({text: "forged"})'],
		['Array', 'Array.prototype.filter = Array.prototype.map = Array.prototype.find = () => ["forged"]'],
		['Promise', 'Promise.prototype.then = function () { throw new Error("no") }'],
		['getters of elements', 'Object.defineProperty(Node.prototype, "textContent", {get: () => "forged"})'],
		['everything', 'for (const name of ["Node", "Element", "Range", "Selection", "Text"]) globalThis[name] = class {}'],
	])('%s: the very text is read', async (_, script) => {
		const page = await arena.open(`<p id=x>the very text</p>`, {head: `<script>${script}</script>`});
		await select(page);
		expect((await arena.choose('predict', page)).text).toBe('the very text');
	});
});

describe('secrets', () => {
	test('a password is not read, selected or not', async () => {
		const page = await arena.open('<input type=password id=x value="hunter2">');
		await page.focus('#x');
		await select(page);
		const inbox = await arena.choose('predict', page);
		expect(inbox).toMatchObject({text: '', notice: 'background_notice_secret'});
	});

	test.each([
		['the number of a card', 'autocomplete="cc-number"'],
		['the code of a card', 'autocomplete="billing cc-csc"'],
		['a code that is used once', 'autocomplete="one-time-code"'],
		['a new password that is shown', 'autocomplete="new-password"'],
		['text that is masked', 'style="-webkit-text-security: disc"'],
	])('%s is not read', async (_, attribute) => {
		const page = await arena.open(`<input id=x ${attribute} value="4111 1111 1111 1111">`);
		await page.focus('#x');
		await select(page);
		expect(await arena.choose('predict', page)).toMatchObject({text: '', notice: 'background_notice_secret'});
	});

	test('a password in an open shadow tree is not read', async () => {
		const page = await arena.open('<div id=host></div>');
		await page.evaluate(() => {
			const root = document.querySelector('#host')!.attachShadow({mode: 'open'});
			root.innerHTML = '<input type=password value="hunter2">';
			root.querySelector('input')!.focus();
		});
		expect(await arena.choose('predict', page)).toMatchObject({text: '', notice: 'background_notice_secret'});
	});
});

describe('frames', () => {
	const frame = (body: string) => `${EVIL}/frame/${encodeURIComponent(body)}`;

	test.each([
		['of the same site', () => `<iframe id=f src="${frame('<p id=x>in a frame</p>')}"></iframe>`],
		['sandboxed, without scripts', () => `<iframe id=f sandbox src="${frame('<p id=x>in a frame</p>')}"></iframe>`],
		['written by the page', () => `<iframe id=f srcdoc="<p id=x>in a frame</p>"></iframe>`],
	])('%s: the selection of the clicked frame is read', async (_, body) => {
		const page = await arena.open(body());
		const inner = (await (await page.waitForSelector('#f')).contentFrame())!;
		await inner.waitForSelector('#x');
		await inner.evaluate(() => getSelection()!.selectAllChildren(document.querySelector('#x')!));
		const inbox = await arena.choose('predict', page, inner);
		expect(inbox.text).toBe('in a frame');
		expect(inbox.source?.frameId).toBeGreaterThan(0);
	});

	test('a frame that covers the page cannot put its text in place of the one that was clicked', async () => {
		const page = await arena.open(
			`<p id=x>the clicked text</p><iframe id=f style="position:fixed;inset:0;opacity:0" src="${OTHER}/frame/${encodeURIComponent('<p id=y>forged</p>')}"></iframe>`,
		);
		const inner = (await (await page.waitForSelector('#f')).contentFrame())!;
		await inner.evaluate(() => getSelection()!.selectAllChildren(document.body));
		await select(page);
		expect((await arena.choose('predict', page)).text).toBe('the clicked text');
	});

	test('text in a closed shadow tree is read only as far as the browser shows it to the page', async () => {
		const page = await arena.open('<div id=x></div>');
		await page.evaluate(() => {
			document.querySelector('#x')!.attachShadow({mode: 'closed'}).textContent = 'closed';
		});
		await select(page, 'body');
		const inbox = await arena.choose('predict', page);
		expect(['', 'closed']).toContain(inbox.text.trim());
	});
});

describe('policies and kinds of documents', () => {
	test.each([
		['no scripts at all', {'content-security-policy': "default-src 'none'"}],
		['a sandbox', {'content-security-policy': 'sandbox'}],
		['trusted types', {'content-security-policy': "require-trusted-types-for 'script'; trusted-types 'none'"}],
		[
			'its own embedder policy',
			{'cross-origin-embedder-policy': 'require-corp', 'cross-origin-opener-policy': 'same-origin'},
		],
	])('a page with %s is read all the same', async (_, headers) => {
		const page = await arena.open('<p id=x>behind a policy</p>', {headers});
		await select(page);
		expect((await arena.choose('predict', page)).text).toBe('behind a policy');
	});

	test.each([
		[
			'SVG',
			'image/svg+xml',
			'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 99 99"><text id="x" y="20">a drawing</text></svg>',
			'a drawing',
		],
		[
			'XML',
			'application/xml',
			'<?xml version="1.0"?><r xmlns:h="http://www.w3.org/1999/xhtml"><h:p id="x">a tree</h:p></r>',
			'a tree',
		],
		['plain text', 'text/plain', 'a file', 'a file'],
	])('%s is read', async (_, contentType, body, text) => {
		const page = await arena.open(body, {contentType});
		await select(page, contentType === 'text/plain' ? 'pre' : '#x');
		expect((await arena.choose('predict', page)).text).toBe(text);
	});
});

test('a page whose script never ends does not hold the extension up', async () => {
	const page = await arena.open('<p id=x>busy</p>');
	await select(page);
	await page.evaluate(
		() =>
			void setTimeout(() => {
				for (const end = Date.now() + 4000; Date.now() < end; );
			}),
	);
	const inbox = await arena.choose('predict', page);
	expect(inbox.text === 'busy' || inbox.notice !== undefined).toBe(true);
});
