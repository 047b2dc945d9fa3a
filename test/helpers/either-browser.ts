import {resolve} from 'node:path';
import {type Browser as Firefox, type Page as FirefoxPage, launch} from 'puppeteer-core';
import {firefoxPath} from '../../scripts/firefox.ts';
import {type Browser, DIST, FIREFOX_ID} from '../../scripts/manifests.ts';
import type {Desktop} from './desktop.ts';
import {launchExtension} from './extension.ts';
import {waitFor} from './wait.ts';

/** What Playwright's and Puppeteer's pages have in common, so that one test drives both browsers. */
export interface AnyPage {
	evaluate<T, A>(work: (argument: A) => T | Promise<T>, argument: A): Promise<T>;
	click(selector: string): Promise<void>;
	focus(selector: string): Promise<void>;
	keyboard: {press(key: string): Promise<void>; type(text: string): Promise<void>};
	screenshot(options: {path: `${string}.png`}): Promise<unknown>;
	bringToFront(): Promise<void>;
	reload(): Promise<unknown>;
	close(): Promise<void>;
}

/** A browser on a desktop, with the extension built for it and a profile of its own. */
export interface EitherBrowser {
	/** Opens a page of the extension in a tab. */
	openOwn(path: string): Promise<AnyPage>;
	/** Opens a page of the web in a tab. */
	visit(url: string): Promise<AnyPage>;
	dispose(): Promise<void>;
}

export interface EitherOptions {
	desktop: Desktop;
	/** Another folder with the extension for Firefox. */
	firefoxDist?: string;
}

export const BROWSER_LAUNCHERS: Readonly<Record<Browser, (options: EitherOptions) => Promise<EitherBrowser>>> = {
	async chromium({desktop}) {
		const browser = await launchExtension({display: desktop.display});
		const open = async (url: string) => {
			const page = await browser.context.newPage();
			await page.goto(url);
			return page as unknown as AnyPage;
		};
		return {openOwn: path => open(browser.url(path)), visit: open, dispose: () => browser.dispose()};
	},
	firefox: launchFirefox,
};

/** The add-on's address within this profile. Firefox draws one at random unless it is told. */
const FIREFOX_UUID = '0d3f7c52-6b5c-4a9e-9d2b-8f1e3a5c7b90';

async function launchFirefox({desktop, firefoxDist = DIST.firefox}: EitherOptions): Promise<EitherBrowser> {
	const browser: Firefox = await launch({
		browser: 'firefox',
		executablePath: firefoxPath(),
		headless: false,
		env: {...process.env, DISPLAY: desktop.display, MOZ_WEBRENDER: '0'},
		// Without it the remote protocol may not open a page of an extension.
		args: ['--remote-allow-system-access', '--width', '1280', '--height', '900'],
		defaultViewport: null,
		extraPrefsFirefox: {
			// Nothing but this machine can be reached: all else would go through a proxy that does not exist.
			'network.proxy.type': 1,
			'network.proxy.http': '127.0.0.1',
			'network.proxy.http_port': 9,
			'network.proxy.ssl': '127.0.0.1',
			'network.proxy.ssl_port': 9,
			'network.proxy.no_proxies_on': 'localhost, 127.0.0.1',
			'extensions.webextensions.uuids': JSON.stringify({[FIREFOX_ID]: FIREFOX_UUID}),
		},
	});
	await browser.installExtension(resolve(firefoxDist));
	return {
		async openOwn(path) {
			const page = await browser.newPage();
			const url = `moz-extension://${FIREFOX_UUID}/${path}`;
			// The page moves to the extension's process, and the protocol never says that it has loaded.
			void page.goto(url).catch(() => undefined);
			await waitFor(`the page ${path}`, () => isLoaded(page, url));
			return page as unknown as AnyPage;
		},
		async visit(url) {
			const page = await browser.newPage();
			await page.goto(url);
			return page as unknown as AnyPage;
		},
		dispose: () => browser.close(),
	};
}

const isLoaded = (page: FirefoxPage, url: string) =>
	page.evaluate(url => location.href === url && document.readyState === 'complete', url).catch(() => false);

/**
 * The app in a tab, on this prompt; null where it shows another one even after a while, and has been closed again. A page takes a
 * text that waits for it: closed before it shows the text, it would take it away.
 */
export async function openOnPrompt(browser: EitherBrowser, prompt: string): Promise<AnyPage | null> {
	const page = await browser.openOwn('src/entrypoints/popup/index.html');
	const isIt = () => page.evaluate(prompt => document.querySelector('textarea')?.value === prompt, prompt);
	if (await waitFor('the prompt', isIt, {timeout: 5000}).catch(() => false)) return page;
	await page.close();
	return null;
}

/** Everything that a page says. */
const textOf = (page: AnyPage): Promise<string> => page.evaluate(() => document.body.innerText, undefined);

/** Waits until a page says something, and returns all that it says. */
export const waitForText = (page: AnyPage, pattern: RegExp): Promise<string> =>
	waitFor(`${pattern} on the page`, async () => {
		const text = await textOf(page);
		return pattern.test(text) ? text : null;
	});
