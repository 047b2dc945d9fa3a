import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type {Browser, Page} from 'playwright-core';
import {build} from 'vite';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {launchHeadless} from '../../scripts/chromium.ts';
import {writeKernels} from '../../scripts/kernels.ts';
import {type PagesServer, servePages} from '../helpers/pages-server.ts';

/** The threads as a worker of the browser starts them, at the jobs of test/unit/engine/kernels/threads.test.ts. */

declare global {
	function ask(threads: number, what: 'jobs' | 'lost'): Promise<string>;
}

let folder: string;
let server: PagesServer;
let browser: Browser;
let page: Page;
beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), 'threads-'));
	await build({
		configFile: false,
		root: 'test/fixtures/threads',
		logLevel: 'warn',
		worker: {format: 'es'},
		build: {outDir: folder, emptyOutDir: true, target: 'chrome127'},
	});
	await writeKernels(join(folder, 'kernels'), 'test/assembly/stress.ts');
	const isolated = {'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'require-corp'};
	server = await servePages(isolated, folder);
	browser = await launchHeadless();
	page = await browser.newPage();
	await page.goto(server.url('index.html'));
	await page.waitForFunction(() => 'ask' in globalThis);
});
afterAll(async () => {
	await browser?.close();
	await server?.dispose();
	await rm(folder, {recursive: true, force: true});
});

test.each([1, 2, 4, 8])('%i threads do every piece of every job once, and in its phase', async threads => {
	expect(await page.evaluate(threads => ask(threads, 'jobs'), threads)).toBe('true');
});

test('a thread that is ended with a piece in hand is an error', async () => {
	expect(await page.evaluate(() => ask(2, 'lost'))).toBe('worker-lost');
});
