import {type Browser, chromium, type Page} from 'playwright-core';
import {build, type Rolldown} from 'vite';

/** A module and what it imports as one script that leaves its exports in `globalThis[name]`. */
export async function bundleForPage(entry: string, name: string): Promise<string> {
	const result = (await build({
		configFile: false,
		logLevel: 'error',
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

/** A page with the harness of the content script in it as `content`. */
export async function openContentPage(browser: Browser, script: string): Promise<Page> {
	const page = await browser.newPage();
	await page.addInitScript({content: script.replace(/^(var|const|let) content\b/, 'globalThis.content')});
	await page.goto('about:blank');
	return page;
}
