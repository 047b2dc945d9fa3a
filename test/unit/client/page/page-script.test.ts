import type {Browser, Page} from 'playwright-core';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import type {FrameSelection} from '../../../../src/client/page/frame-selection.ts';
import {
	bundleForPage,
	evaluateBare,
	type IsolatedWorld,
	isolate,
	launchBrowser,
} from '../../../helpers/content-page.ts';

/** Reads a frame and writes into it, in an isolated world beside the page's. */

let browser: Browser;
let page: Page;
let world: IsolatedWorld;
beforeAll(async () => {
	browser = await launchBrowser();
	page = await browser.newPage();
	await page.goto('about:blank');
	world = await isolate(page, await bundleForPage('test/helpers/isolated-page-script.ts', 'lens'));
});
afterAll(() => browser?.close());

const open = (body: string) => page.setContent(`<!doctype html><body>${body}`);
/** Select from one character of the element's text to another. */
const select = (from: number, to: number) =>
	page.evaluate(
		([from, to]) => {
			const all = document.createTreeWalker(document.querySelector('#p')!, NodeFilter.SHOW_TEXT);
			const places: [Node, number][] = [];
			for (let node = all.nextNode() as Text | null; node; node = all.nextNode() as Text | null)
				for (let i = 0; i < node.length; i++) places.push([node, i]);
			const [start, last] = [places[from], places[to - 1]];
			getSelection()!.setBaseAndExtent(start[0], start[1], last[0], last[1] + 1);
		},
		[from, to],
	);
const read = () => world.run<FrameSelection>('lens.read()');
const insert = (text: string, field: string) =>
	world.run<boolean>(`lens.insert(${JSON.stringify(text)}, ${JSON.stringify(field)})`);

describe('the selection', () => {
	it('is the text as a person sees it, where it can be typed in or not', async () => {
		await open('<p id=p>One <b>two</b><br>three</p><div id=e contenteditable>edited</div>');
		await page.evaluate("getSelection().selectAllChildren(document.querySelector('#p'))");
		expect(await read()).toMatchObject({text: 'One two\nthree', editable: false, caret: false});
		await page.evaluate(
			"document.querySelector('#e').focus(), getSelection().selectAllChildren(document.querySelector('#e'))",
		);
		expect(await read()).toMatchObject({text: 'edited', editable: true, caret: false});
	});

	it.each([
		['at its end', 'It was about <i>tw</i>o years', [0, 15], {before: '', after: 'o'}],
		[
			'where another element goes on with the word',
			'about <b>tw</b>elve, they say',
			[0, 8],
			{before: '', after: 'elve'},
		],
		['at its beginning', 'She said another thing', [11, 22], {before: 'an', after: ''}],
		['at both', 'unbelievable', [2, 9], {before: 'un', after: 'ble'}],
	])('tells the rest of a word that it cuts, %s', async (_, html, [from, to], cut) => {
		await open(`<p id=p>${html}</p>`);
		await select(from, to);
		expect((await read()).cut).toEqual(cut);
	});

	it.each([
		['between words', 'It was about two years', [0, 12]],
		['before a stop', 'It was about two. Then', [0, 16]],
		['at the end of a block', 'one<div>two</div>', [0, 3]],
		['at hidden letters', 'one<span hidden>more</span> two', [0, 3]],
		['inside Chinese, which has nothing between its words', '今天天气很好', [0, 3]],
	])('cuts no word %s', async (_, html, [from, to]) => {
		await open(`<div id=p>${html}</div>`);
		await select(from, to);
		expect((await read()).cut).toBeUndefined();
	});

	it('in an edited element leaves the rest of a word alone: what is inserted follows the selection', async () => {
		await open('<div id=p contenteditable>about two</div>');
		await select(0, 8);
		expect(await read()).toMatchObject({text: 'about tw', editable: true});
		expect((await read()).cut).toBeUndefined();
	});

	it('is the text before a bare caret, in a field and in an edited element', async () => {
		await open('<textarea id=t>some text</textarea><div id=e contenteditable>more <b>edited</b> text</div>');
		await page.evaluate('t.focus(), t.setSelectionRange(4, 4)');
		expect(await read()).toMatchObject({text: 'some', editable: true, caret: true});
		await page.evaluate("e.focus(), getSelection().setPosition(document.querySelector('#e b').firstChild, 2)");
		expect(await read()).toMatchObject({text: 'more ed', editable: true, caret: true});
	});

	it('is the whole text of an email field, which does not tell its caret', async () => {
		await open('<input id=i type=email value="someone@example.com">');
		await page.evaluate('i.focus()');
		expect(await read()).toMatchObject({text: 'someone@example.com', caret: true});
	});

	it.each([
		['a password', '<input id=i type=password value=hunter2>'],
		['a card number', '<input id=i autocomplete="billing cc-number" value=4111111111111111>'],
		['a card’s security code', '<input id=i autocomplete=cc-csc value=123>'],
		['a one-time code', '<input id=i autocomplete="one-time-code" value=834112>'],
		['a password in a field for text', '<input id=i autocomplete="current-password" value=hunter2>'],
		['text shown as dots', '<input id=i style="-webkit-text-security:disc" value=hunter2>'],
		[
			'a text area shown as dots',
			'<style>.s{-webkit-text-security:circle}</style><textarea id=i class=s>hunter2</textarea>',
		],
		['an edited element shown as dots', '<div id=i contenteditable style="-webkit-text-security:square">hunter2</div>'],
	])('is never %s', async (_, html) => {
		await open(html);
		await page.evaluate(
			"i.focus(), i.select ? i.select() : getSelection().selectAllChildren(document.querySelector('#i'))",
		);
		const seen = await read();
		expect(seen).toMatchObject({text: '', secret: true});
		expect(seen.field).toBeUndefined();
	});

	it('leaves out text that the page shows as dots', async () => {
		await open('<p id=p>The code is <span style="-webkit-text-security:disc">834112</span>.</p>');
		await page.evaluate("getSelection().selectAllChildren(document.querySelector('#p'))");
		expect((await read()).text).toBe('The code is .');
	});
});

/** Properties that the text walk reads; a form can replace each of them by one of its fields. */
const CLOBBERED =
	'parentNode parentElement childNodes nextSibling nodeType ownerDocument isConnected localName shadowRoot namespaceURI ' +
	'nextElementSibling assignedSlot getRootNode contains hasAttribute getAttribute checkVisibility closest isContentEditable ' +
	'getBoundingClientRect querySelectorAll attributes children firstChild host';

describe('a page whose markup takes the names of the DOM', () => {
	it('neither hangs the reader nor hides text from it: a form around the selection', async () => {
		const fields = CLOBBERED.split(' ').map(name => `<input type=hidden name=${name}>`);
		await open(`<main id=m>before <form>${fields.join('')}<p>in <b>the</b> form</p></form> after</main>`);
		await page.evaluate("getSelection().selectAllChildren(document.querySelector('#m'))");
		expect((await read()).text).toBe('before\n\nin the form\n\nafter');
		await page.evaluate("getSelection().selectAllChildren(document.querySelector('#m b'))");
		expect((await read()).text).toBe('the');
	});

	it('nor does a document', async () => {
		const names = 'defaultView documentElement activeElement body getSelection createRange hasFocus querySelectorAll';
		const images = names.split(' ').map(name => `<img name=${name}><form name=${name}></form>`);
		await open(`<p id=m>plain text</p>${images.join('')}`);
		await evaluateBare(page, 'Document.prototype.getSelection.call(document).selectAllChildren(m)');
		expect((await read()).text).toBe('plain text');
	});
});

describe('text that is inserted', () => {
	it('is an ordinary edit after the selection, heard by the page and undone by it', async () => {
		await open('<input id=i value="It was a dark night">');
		await page.evaluate(() => {
			const field = document.querySelector('#i') as HTMLInputElement;
			field.addEventListener('input', () => {
				document.title = `heard ${field.value}`;
			});
			field.focus();
			field.setSelectionRange(0, 6);
		});
		const {field} = await read();
		expect(await insert(' truly', field!)).toBe(true);
		expect(await page.inputValue('#i')).toBe('It was truly a dark night');
		expect(await page.title()).toBe('heard It was truly a dark night');
		await page.keyboard.press('Control+z');
		expect(await page.inputValue('#i')).toBe('It was a dark night');
	});

	it('stays text in an edited element', async () => {
		await open('<div id=e contenteditable>Dear Sir or</div>');
		await page.evaluate("e.focus(), getSelection().selectAllChildren(document.querySelector('#e'))");
		const {field} = await read();
		expect(await insert(' <b>Madam</b>', field!)).toBe(true);
		expect(await page.textContent('#e')).toBe('Dear Sir or <b>Madam</b>');
	});

	it('goes into the field it came from, after the page has moved the focus to a password', async () => {
		await open('<input id=i value=text><input id=s type=password>');
		await page.evaluate('i.focus(), i.select()');
		const {field} = await read();
		await page.evaluate('s.focus()');
		expect(await insert(' more', field!)).toBe(true);
		expect(await page.inputValue('#i')).toBe('text more');
		expect(await page.inputValue('#s')).toBe('');
	});

	it.each([
		['moves the focus on whenever the field gets it', "i.addEventListener('focus', () => s.focus()), i.blur()"],
		['refuses the edit', "i.addEventListener('beforeinput', event => event.preventDefault())"],
		['moves the focus when it is asked', "i.addEventListener('beforeinput', () => s.focus())"],
		['takes the edit back', "i.addEventListener('input', () => { i.value = 'text' })"],
		['has taken the field away', 'i.remove(), s.focus()'],
		['has put another in its place', "i.outerHTML = '<input id=i value=text>', i.focus()"],
		['has made a password field of it', "i.type = 'password'"],
		['no longer lets it be edited', 'i.readOnly = true'],
	])('goes nowhere when the page %s', async (_, change) => {
		await open('<input id=i value=text><input id=s type=password>');
		await page.evaluate('i.focus(), i.select()');
		const {field} = await read();
		await page.evaluate(change);
		expect(await insert(' more', field!)).toBe(false);
		expect(await page.evaluate("[...document.querySelectorAll('input')].map(field => field.value).join('|')")).toMatch(
			/^(text\|)?$/,
		);
	});

	it('knows no field of another document', async () => {
		await open('<input id=i value=text>');
		await page.evaluate('i.focus()');
		expect(await insert(' more', 'made-up')).toBe(false);
	});
});
