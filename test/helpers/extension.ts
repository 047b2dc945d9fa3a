import {existsSync} from 'node:fs';
import {mkdtemp, readFile, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join, resolve} from 'node:path';
import {type BrowserContext, chromium, type Page, type Worker} from 'playwright-core';
import {chromiumPath, QUIET_FLAGS} from '../../scripts/chromium.ts';
import {CLICK_MARK_PREFIX} from '../../src/protocol/messages/marks.ts';
import {evaluateInWorkerOf} from './nested-session.ts';
import {waitFor} from './wait.ts';

export interface LaunchOptions {
	/** The screen to be on; without one the browser is headless. */
	display?: string;
	/** Folder of the built extension; the environment's EXTENSION_DIST, else `dist`. */
	dist?: string;
	width?: number;
	height?: number;
	colorScheme?: 'light' | 'dark';
	/** A folder that outlives the browser; without one it has a profile of its own, which is removed. */
	profile?: string;
	/** More switches for Chromium. */
	args?: string[];
	/** The browser's language, which chooses the messages; `en-US` when left out. */
	language?: string;
	/** Leave the page open that greets a new user. */
	keepWelcome?: boolean;
}

/** A Chromium with the built extension in it, and a profile of its own. */
export interface ExtensionBrowser {
	context: BrowserContext;
	extensionId: string;
	/** Address of a file of the extension. */
	url(path: string): string;
	/** The service worker, started if the browser has stopped it. */
	serviceWorker(): Promise<Worker>;
	/** Stops the service worker as the browser does when it has been idle. */
	stopServiceWorker(): Promise<void>;
	/** The popup's page in a tab, at the popup's width. */
	openPopupPage(): Promise<Page>;
	openOptions(): Promise<Page>;
	/** The popup that hangs from the toolbar, once it is open: its real page, with everything Playwright can do. */
	nativePopup(): Promise<Page>;
	/** The side panel's real page, once it is open. */
	nativePanel(): Promise<Page>;
	/** Whether a side panel is open. */
	hasNativePanel(): Promise<boolean>;
	/** Whether the toolbar's popup is open. */
	hasNativePopup(): Promise<boolean>;
	/** Closes the toolbar's popup, if it is open. */
	closeNativePopup(): Promise<void>;
	/** Whether the engine's offscreen document is there. */
	hasEngine(): Promise<boolean>;
	/** Kills the engine's worker without a word, as the system does when memory runs out. */
	killEngineWorker(which?: 'engine' | 'library'): Promise<void>;
	dispose(): Promise<void>;
}

const POPUP = 'src/entrypoints/popup/index.html';

export const launchExtension = async (options: LaunchOptions = {}): Promise<ExtensionBrowser> => {
	const {
		display,
		dist = resolve(process.env.EXTENSION_DIST ?? 'dist'),
		width = 1280,
		height = 900,
		colorScheme,
		language = 'en-US',
		keepWelcome = false,
	} = options;
	// A profile that was there before has been greeted.
	const isNew = options.profile === undefined || !existsSync(options.profile);
	const profile = options.profile ?? (await mkdtemp(join(tmpdir(), 'next-token-lens-')));
	const context = await chromium.launchPersistentContext(profile, {
		executablePath: chromiumPath(),
		headless: false,
		viewport: display ? null : {width, height},
		colorScheme,
		env: {
			...(process.env as Record<string, string>),
			...(display ? {DISPLAY: display} : {}),
			LANGUAGE: language.replace('-', '_'),
		},
		ignoreDefaultArgs: ['--disable-extensions'],
		args: [
			...(options.args ?? []),
			...QUIET_FLAGS,
			...(display ? ['--window-position=0,0', `--window-size=${width},${height}`] : ['--headless=new']),
			// Takes the "unsupported flag" bar away, which would push every page down.
			'--test-type',
			`--lang=${language}`,
			`--load-extension=${dist}`,
			`--disable-extensions-except=${dist}`,
			// A second door: Playwright's own connection does not see the toolbar's popup, a later one does.
			'--remote-debugging-port=0',
		],
	});
	// Playwright's own half a minute is short on a busy machine.
	context.setDefaultTimeout(60_000);
	const first = context.serviceWorkers()[0] ?? (await context.waitForEvent('serviceworker'));
	const extensionId = new URL(first.url()).host;
	const url = (path: string) => `chrome-extension://${extensionId}/${path}`;
	const port = (await readFile(join(profile, 'DevToolsActivePort'), 'utf8')).split('\n')[0];
	const cdp = await context.browser()!.newBrowserCDPSession();
	const targets = async () => (await cdp.send('Target.getTargets')).targetInfos;

	const open = async (address: string, size: {width: number; height: number}) => {
		const page = await context.newPage();
		if (!display) await page.setViewportSize(size);
		await page.goto(address);
		return page;
	};
	const isServiceWorkerRunning = async () =>
		(await targets()).some(({type, url: address}) => type === 'service_worker' && address.startsWith(url('')));
	const hasNativePopup = async () =>
		(await targets()).some(target => target.type === 'page' && target.url === url(POPUP));

	/** A page of ours outside the tabs, which Playwright's first connection does not see. */
	const nativePage = async (isIt: (address: string) => boolean) => {
		const second = await chromium.connectOverCDP(`http://127.0.0.1:${port}`);
		context.once('close', () => void second.close());
		return waitFor('the page outside the tabs', () =>
			second
				.contexts()
				.flatMap(context => context.pages())
				.find(page => isIt(page.url())),
		);
	};

	// A panel adds its window to its address.
	const isPanel = (address: string) => address.startsWith(`${url(POPUP)}?view=panel`);

	// The page that greets a new user would take the focus from the page that a test opens.
	const greeting = () => context.pages().find(page => page.url() === url('src/entrypoints/welcome/index.html'));
	const welcome = isNew ? await waitFor('the first page', greeting) : greeting();
	if (!keepWelcome) await welcome?.close();

	return {
		context,
		extensionId,
		url,
		async serviceWorker() {
			if (!(await isServiceWorkerRunning())) {
				const page = await open(url('manifest.json'), {width: 400, height: 300});
				await page.evaluate(() => chrome.runtime.sendMessage({type: 'engine.ensure'}));
				await page.close();
			}
			return first;
		},
		async stopServiceWorker() {
			// Any event wakes it again at once, so what shows that it was stopped is that it forgot.
			await first.evaluate(() => Object.assign(globalThis, {beforeTheStop: true}));
			for (const {type, url: address, targetId} of await targets()) {
				if (type === 'service_worker' && address.startsWith(url(''))) await cdp.send('Target.closeTarget', {targetId});
			}
			await waitFor('the service worker to stop', async () => {
				if (!(await isServiceWorkerRunning())) return true;
				return first.evaluate(() => !('beforeTheStop' in globalThis));
			});
		},
		async openPopupPage() {
			const page = await open(url(POPUP), {width: 460, height: 600});
			// Until it is settled which prompt the page opens on, what a script types would meet the example. No person is so quick.
			await page.waitForFunction(
				marks => performance.getEntriesByType('mark').some(({name}) => marks.includes(name)),
				['requested', 'answered'].map(mark => CLICK_MARK_PREFIX + mark),
			);
			return page;
		},
		openOptions: () => open(url('src/entrypoints/options/index.html'), {width: 1000, height: 900}),
		hasNativePopup,
		async nativePopup() {
			await waitFor('the toolbar’s popup', hasNativePopup);
			return nativePage(address => address === url(POPUP));
		},
		nativePanel: () => nativePage(isPanel),
		hasNativePanel: async () => (await targets()).some(target => isPanel(target.url)),
		async closeNativePopup() {
			await waitFor('the popup to close', async () => {
				const open = (await targets()).filter(({type, url: address}) => type === 'page' && address === url(POPUP));
				for (const {targetId} of open) await cdp.send('Target.closeTarget', {targetId}).catch(() => undefined);
				return open.length === 0;
			});
		},
		async hasEngine() {
			return (await targets()).some(target => target.url === url('src/entrypoints/offscreen/index.html'));
		},
		async killEngineWorker(which = 'engine') {
			const engine = (await targets()).find(target => target.url === url('src/entrypoints/offscreen/index.html'));
			if (!engine) throw new Error('The engine is not there.');
			await evaluateInWorkerOf(
				cdp,
				engine.targetId,
				which === 'engine' ? /\/worker-/ : /\/library-worker-/,
				'self.close()',
			);
		},
		async dispose() {
			await context.close();
			if (!options.profile) await rm(profile, {recursive: true, force: true, maxRetries: 5});
		},
	};
};
