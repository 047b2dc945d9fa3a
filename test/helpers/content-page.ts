import {type Browser, chromium, type Page} from 'playwright-core';
import {build, type Rolldown} from 'vite';
import {afterAll, beforeAll} from 'vitest';

/** A module and what it imports as one script that leaves its exports in `globalThis[name]`. */
export async function bundleForPage(entry: string, name: string): Promise<string> {
	const result = (await build({
		configFile: false,
		logLevel: 'error',
		resolve: {alias: {'webextension-polyfill': new URL('browser-stub.ts', import.meta.url).pathname}},
		define: {'process.env.NODE_ENV': '"production"'},
		build: {write: false, target: 'chrome127', minify: false, lib: {entry, formats: ['iife'], name}},
	})) as Rolldown.RolldownOutput | Rolldown.RolldownOutput[];
	const [{output}] = Array.isArray(result) ? result : [result];
	return output[0].code;
}

/** Chromium without the extension, for code that needs a real layout and nothing of `chrome`. */
export const launchBrowser = (): Promise<Browser> =>
	chromium.launch({
		executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
		args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'],
	});

/** A page for a test file, with the harness of the content script in it as `content`. */
export function useContentPage(setUp?: (page: Page) => Promise<void>): () => Page {
	let browser: Browser;
	let page: Page;
	beforeAll(async () => {
		const script = await bundleForPage('test/helpers/content-harness.ts', 'content');
		browser = await launchBrowser();
		page = await browser.newPage();
		await page.addInitScript({content: script.replace(/^(var|const|let) content\b/, 'globalThis.content')});
		await page.goto('about:blank');
		await setUp?.(page);
	});
	afterAll(() => browser?.close());
	return () => page;
}

/** Lets the page draw this many frames: a fight over an element repeats at least once a frame. */
export const frames = (page: Page, count: number): Promise<void> =>
	page.evaluate(
		count =>
			new Promise<void>(done => {
				const next = (left: number) => (left > 0 ? requestAnimationFrame(() => next(left - 1)) : done());
				next(count);
			}),
		count,
	);

/** A script in an isolated world beside the page's, as a content script is. */
export interface IsolatedWorld {
	/** Run a script in it, as injecting it again does. */
	load(script: string): Promise<void>;
	/** Evaluate an expression in it; promises are waited for, values come back as JSON. */
	run<T>(expression: string): Promise<T>;
	/** Evaluate until it is no longer null, false or empty. */
	until<T>(expression: string): Promise<T>;
}

/** Run a script in an isolated world of the page's main frame. */
export async function isolate(page: Page, script: string, worldName = 'lens'): Promise<IsolatedWorld> {
	const cdp = await page.context().newCDPSession(page);
	const {frameTree} = await cdp.send('Page.getFrameTree');
	const frameId = frameTree.frame.id;
	const {executionContextId: contextId} = await cdp.send('Page.createIsolatedWorld', {frameId, worldName});
	const run = async <T>(expression: string): Promise<T> => {
		const {result, exceptionDetails} = await cdp.send('Runtime.evaluate', {
			expression: `(async () => JSON.stringify(await (${expression})))()`,
			contextId,
			awaitPromise: true,
			returnByValue: true,
		});
		if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
		return result.value === undefined ? (undefined as T) : JSON.parse(result.value);
	};
	const load = async (source: string) => {
		const {exceptionDetails} = await cdp.send('Runtime.evaluate', {expression: source, contextId});
		if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
	};
	await load(script);
	return {
		load,
		run,
		async until<T>(expression: string) {
			const end = Date.now() + 30_000;
			for (;;) {
				const value = await run<T>(expression);
				if (value && !(Array.isArray(value) && value.length === 0)) return value;
				if (Date.now() > end) throw new Error(`Never came true: ${expression}`);
				await new Promise(resolve => setTimeout(resolve, 25));
			}
		},
	};
}

/** Evaluate in the page's own world without Playwright's helpers there, which a hostile page breaks. */
export async function evaluateBare<T>(page: Page, expression: string): Promise<T> {
	const cdp = await page.context().newCDPSession(page);
	const {result, exceptionDetails} = await cdp.send('Runtime.evaluate', {expression: `JSON.stringify(${expression})`});
	if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
	return result.value === undefined ? (undefined as T) : JSON.parse(result.value);
}
