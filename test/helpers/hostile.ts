import {cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join, resolve} from 'node:path';
import type {Frame, Page} from 'playwright-core';
import {afterAll, beforeAll} from 'vitest';
import type {Inbox} from '../../src/protocol/messages/inbox.ts';
import {type ExtensionBrowser, launchExtension} from './extension.ts';
import {waitFor} from './wait.ts';

/** Attacks on the built extension, all of one file in one headless Chromium. */

/** Hosts that exist nowhere: their pages are what the tests say, and any other request to them is counted. */
export const EVIL = 'http://evil.test';
export const OTHER = 'http://other.test';

/**
 * The built extension, allowed on every page. In the real one a person's click allows it on that page, which only a desktop
 * can click (see `right-click.test.ts`); what happens after the click is the same.
 */
function withHostAccess(): string {
	const folder = mkdtempSync(join(tmpdir(), 'next-token-lens-hostile-'));
	cpSync(resolve(process.env.EXTENSION_DIST ?? 'dist'), folder, {recursive: true});
	const path = join(folder, 'manifest.json');
	const manifest = JSON.parse(readFileSync(path, 'utf8'));
	writeFileSync(path, JSON.stringify({...manifest, host_permissions: ['<all_urls>']}));
	return folder;
}

/** What an attack is made with. */
export class Arena {
	/** Addresses that a page or the extension asked for, apart from the pages themselves. */
	readonly requests: string[] = [];
	/** Errors that pages threw: our scripts must not add any. */
	readonly pageErrors: string[] = [];

	constructor(
		readonly browser: ExtensionBrowser,
		private readonly dist: string,
	) {}

	/** A page with this body on the evil host. */
	async open(
		body: string,
		{
			head = '',
			host = EVIL,
			headers = {},
			contentType = 'text/html; charset=utf-8',
			path = '/',
		}: {head?: string; host?: string; headers?: Record<string, string>; contentType?: string; path?: string} = {},
	): Promise<Page> {
		const page = await this.browser.context.newPage();
		page.on('pageerror', error => this.pageErrors.push(String(error)));
		await page.route(/^http:\/\/(evil|other)\.test\//, route => {
			const url = new URL(route.request().url());
			const isPage = url.origin === host && url.pathname === path;
			if (isPage) {
				const html = contentType.startsWith('text/html')
					? `<!doctype html><html><head><meta charset=utf-8><title>evil</title>${head}</head><body>${body}</body></html>`
					: body;
				return route.fulfill({contentType, headers, body: html});
			}
			if (url.pathname.startsWith('/frame/'))
				return route.fulfill({
					contentType: 'text/html; charset=utf-8',
					body: decodeURIComponent(url.pathname.slice(7)),
				});
			this.requests.push(url.href);
			return route.fulfill({status: 404, body: ''});
		});
		await page.goto(host + path);
		return page;
	}

	/** Predict by the menu or colour by the key, as a person would on a page, and return what was put in the inbox. */
	async choose(action: 'predict' | 'colour', page: Page, frame: Frame = page.mainFrame()): Promise<Inbox> {
		const worker = await this.browser.serviceWorker();
		await page.bringToFront();
		const frameId = await this.frameId(page, frame);
		await worker.evaluate(
			async ([url, action, frameId]) => {
				const scope = globalThis as {inboxLog?: unknown[]};
				if (!scope.inboxLog) {
					const log: unknown[] = [];
					scope.inboxLog = log;
					chrome.storage.session.onChanged.addListener(({inbox}) => inbox?.newValue && log.push(inbox.newValue));
					// The popup would take the text, and the focus with it.
					chrome.action.openPopup = () => Promise.reject(new Error('No popup in this test.'));
				}
				scope.inboxLog.length = 0;
				const [tab] = await chrome.tabs.query({active: true, lastFocusedWindow: true});
				if (tab?.url !== url) throw new Error(`The page in front is ${tab?.url}, not ${url}.`);
				const clicked = chrome.contextMenus.onClicked as unknown as {dispatch(info: object, tab: object): void};
				const pressed = chrome.commands.onCommand as unknown as {dispatch(command: string, tab: object): void};
				if (action === 'predict') clicked.dispatch({menuItemId: 'predict', frameId, editable: false}, tab);
				else pressed.dispatch('colour', tab);
			},
			[page.url(), action, frameId] as const,
		);
		return waitFor(`the inbox after ${action}`, () =>
			worker.evaluate(() => (globalThis as unknown as {inboxLog: Inbox[]}).inboxLog.at(-1)),
		) as Promise<Inbox>;
	}

	/** The extension's number of a frame. */
	private async frameId(page: Page, frame: Frame): Promise<number> {
		if (frame === page.mainFrame()) return 0;
		const worker = await this.browser.serviceWorker();
		await frame.evaluate(() => Object.assign(document.documentElement.dataset, {wanted: 'yes'}));
		const found = await worker.evaluate(async () => {
			const [tab] = await chrome.tabs.query({active: true, lastFocusedWindow: true});
			const results = await chrome.scripting.executeScript({
				target: {tabId: tab.id!, allFrames: true},
				func: () => document.documentElement.dataset.wanted === 'yes',
			});
			return results.find(({result}) => result)?.frameId;
		});
		await frame.evaluate(() => document.documentElement.removeAttribute('data-wanted'));
		if (found === undefined) throw new Error('The frame was not found.');
		return found;
	}

	/**
	 * Run code where the content script runs, with its `chrome`: what a page could do that has taken over its own process.
	 * @param expression a promise or value that JSON can carry.
	 */
	async inContentWorld<T>(page: Page, expression: string): Promise<T> {
		const cdp = await page.context().newCDPSession(page);
		const world = new Promise<number>(resolve => {
			cdp.on('Runtime.executionContextCreated', ({context}) => {
				if (context.origin === this.browser.url('').slice(0, -1)) resolve(context.id);
			});
		});
		const worker = await this.browser.serviceWorker();
		await page.bringToFront();
		await worker.evaluate(async () => {
			const [tab] = await chrome.tabs.query({active: true, lastFocusedWindow: true});
			await chrome.scripting.executeScript({target: {tabId: tab.id!}, func: () => {}});
		});
		await cdp.send('Runtime.enable');
		const {result, exceptionDetails} = await cdp.send('Runtime.evaluate', {
			expression: `(async () => JSON.stringify((await (${expression})) ?? null))()`,
			contextId: await world,
			awaitPromise: true,
		});
		await cdp.detach();
		if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
		return JSON.parse(result.value as string);
	}

	/** Everything still works: the popup, the engine and the settings answer. */
	async stillWorks(): Promise<void> {
		const worker = await this.browser.serviceWorker();
		// Nothing waits, so the popup opens on its first view.
		await worker.evaluate(() => chrome.storage.session.clear());
		const popup = await this.browser.openPopupPage();
		await popup.locator('.class-rows[aria-busy="false"] .class-row').first().waitFor();
		await popup.close();
	}

	async dispose() {
		await this.browser.dispose();
		rmSync(this.dist, {recursive: true, force: true});
	}
}

/** An arena for all tests of a file; pages that a test leaves open are closed with it. */
export function useArena(begin: (arena: Arena) => void | Promise<void>): void {
	let arena: Arena | undefined;
	beforeAll(async () => {
		const dist = withHostAccess();
		arena = new Arena(await launchExtension({dist}), dist);
		await begin(arena);
	});
	afterAll(() => arena?.dispose());
}
