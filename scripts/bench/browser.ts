import {chromium} from 'playwright-core';
import {chromiumPath, QUIET_FLAGS} from '../chromium.ts';
import type {EngineName, Measured, Task} from './contract.ts';
import type {Bench} from './page.ts';

/** Chromium with the page of the bench open. */
export interface BenchBrowser {
	version: string;
	cores: number;
	/** Start an engine in a new worker, and let it find the class after these tokens. */
	open(engine: EngineName, threads: number, ids: number[]): Promise<Measured>;
	ask(engine: EngineName, task: Task): Promise<Measured>;
	dispose(): Promise<void>;
}

declare global {
	/** What page.ts leaves there. */
	var bench: Bench;
}

/** @throws Error where the page is not cross-origin isolated. */
export async function openBrowser(url: string): Promise<BenchBrowser> {
	const browser = await chromium.launch({
		executablePath: chromiumPath(),
		headless: true,
		// No name resolves: every request to another machine fails.
		args: [...QUIET_FLAGS, '--headless=new', '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1'],
	});
	const page = await browser.newPage();
	await page.goto(url);
	await page.waitForFunction(() => 'bench' in globalThis);
	const {isolated, cores} = await page.evaluate(() => ({isolated: bench.isolated, cores: bench.cores}));
	if (!isolated) {
		await browser.close();
		throw new Error('The page is not cross-origin isolated, so WASM would have no threads.');
	}

	return {
		version: browser.version(),
		cores,
		open: (...parameters) => page.evaluate(parameters => bench.open(...parameters), parameters),
		ask: (...parameters) => page.evaluate(parameters => bench.ask(...parameters), parameters),
		dispose: () => browser.close(),
	};
}
