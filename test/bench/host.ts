import {type ChildProcess, fork} from 'node:child_process';
import {readFile} from 'node:fs/promises';
import {type Browser, chromium, type Page} from 'playwright-core';
import {chromiumPath, QUIET_FLAGS} from '../../scripts/chromium.ts';
import type {BrowserHost, HostName, Measured, Opening, Task} from './contract.ts';
import type {Reply} from './hosts/native.ts';
import type {Bench} from './hosts/page.ts';

/** An engine in a process of its own. */
export interface Host {
	/** Open the engine, and let it find the class after the prompt. */
	open(opening: Opening): Promise<Measured>;
	ask(task: Task): Promise<Measured>;
	/** Most memory that the process has taken at once, in bytes; null where the system does not tell. */
	peakBytes(): Promise<number | null>;
	dispose(): Promise<void>;
}

/** What the hosts open. */
export interface Places {
	/** Address of the page. */
	url: string;
	/** Folder of the exports. */
	models: string;
}

export const startHost = (name: HostName, places: Places): Promise<Host> =>
	name === 'native' ? startNative(places.models) : startBrowser(name, places.url);

declare global {
	/** What hosts/page.ts leaves there. */
	var bench: Bench;
}

/**
 * A Chromium that has never run anything: its profile is new, so that no code is cached.
 * @throws Error where the page is not cross-origin isolated.
 */
async function startBrowser(name: BrowserHost, url: string): Promise<Host> {
	const browser = await chromium.launch({
		executablePath: chromiumPath(),
		headless: true,
		// No name resolves: every request to another machine fails.
		args: [...QUIET_FLAGS, '--headless=new', '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1'],
	});
	const page = await openPage(browser, url);
	return {
		open: opening => page.evaluate(([name, opening]) => bench.open(name, opening), [name, opening] as const),
		ask: task => page.evaluate(task => bench.ask(task), task),
		async peakBytes() {
			const session = await browser.newBrowserCDPSession();
			const {processInfo} = await session.send('SystemInfo.getProcessInfo');
			await session.detach();
			const renderers = processInfo.filter(({type}) => type === 'renderer');
			const peaks = await Promise.all(renderers.map(({id}) => peakOf(id)));
			return peaks.reduce((most, peak) => (peak !== null && peak > (most ?? 0) ? peak : most), null);
		},
		dispose: () => browser.close(),
	};
}

async function openPage(browser: Browser, url: string): Promise<Page> {
	const page = await browser.newPage();
	page.setDefaultTimeout(0);
	await page.goto(url);
	await page.waitForFunction(() => 'bench' in globalThis);
	if (await page.evaluate(() => bench.isolated)) return page;
	await browser.close();
	throw new Error('The page is not cross-origin isolated, so WASM would have no threads.');
}

async function startNative(models: string): Promise<Host> {
	const child = fork(new URL('./hosts/native.ts', import.meta.url), {execArgv: ['--import', 'tsx']});
	const ask = (message: object) => answerOf(child, message);
	return {
		open: opening => ask({kind: 'open', models, opening}),
		ask,
		peakBytes: () => peakOf(child.pid!),
		async dispose() {
			child.kill();
		},
	};
}

const answerOf = (child: ChildProcess, message: object) =>
	new Promise<Measured>((resolve, reject) => {
		const onExit = () => reject(new Error('The native process ended.'));
		child.once('exit', onExit);
		child.once('message', reply => {
			child.off('exit', onExit);
			const answer = reply as Reply;
			if ('error' in answer) reject(new Error(answer.error));
			else resolve(answer.measured);
		});
		child.send(message);
	});

/** Linux alone tells. */
async function peakOf(pid: number): Promise<number | null> {
	const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
	const kilobytes = /^VmHWM:\s+(\d+) kB/m.exec(status)?.[1];
	return kilobytes ? Number(kilobytes) * 1024 : null;
}
