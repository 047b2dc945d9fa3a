import {spawn} from 'node:child_process';
import {mkdtemp, readFile, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {type Browser, type CDPSession, chromium, type Page} from 'playwright-core';
import {chromiumPath, QUIET_FLAGS} from '../../scripts/chromium.ts';
import {evaluateInTarget} from '../helpers/nested-session.ts';
import {waitFor} from '../helpers/wait.ts';

/**
 * A Chromium as a person has it: nobody debugs it while a click is measured, since a debugger that is attached makes every
 * new page wait for it. One is attached before, to prepare, and after, to read.
 */
export interface PlainBrowser {
	version: string;
	/** Attach for as long as `action` takes, or until it lets go earlier. */
	attached<T>(action: (debugged: Debugged) => Promise<T>): Promise<T>;
	dispose(): Promise<void>;
}

export interface Debugged {
	pages(): Page[];
	/** Every page and worker, of all extensions. */
	targets(): Promise<Target[]>;
	close(targetId: string): Promise<void>;
	evaluate<T>(targetId: string, expression: string): Promise<T>;
	letGo(): Promise<void>;
}

interface Target {
	targetId: string;
	type: string;
	url: string;
}

export async function startPlainBrowser(display: string, extensions: readonly string[]): Promise<PlainBrowser> {
	const profile = await mkdtemp(join(tmpdir(), 'bench-click-'));
	const process_ = spawn(
		chromiumPath(),
		[
			...QUIET_FLAGS,
			`--user-data-dir=${profile}`,
			'--password-store=basic',
			'--window-position=0,0',
			'--window-size=1280,900',
			'--lang=en-US',
			// Takes the "unsupported flag" bar away, which would push every page down.
			'--test-type',
			`--load-extension=${extensions.join(',')}`,
			`--disable-extensions-except=${extensions.join(',')}`,
			'--remote-debugging-port=0',
			'about:blank',
		],
		{env: {...process.env, DISPLAY: display, LANGUAGE: 'en_US'}, stdio: 'ignore'},
	);
	const stop = () => process_.kill();
	process.once('exit', stop);
	const port = await waitFor('Chromium’s port', () =>
		readFile(join(profile, 'DevToolsActivePort'), 'utf8').then(
			text => text.split('\n')[0],
			() => null,
		),
	);
	// A page or worker that comes or goes just then can leave a connection waiting for it.
	const connect = () =>
		waitFor('Chromium', () => chromium.connectOverCDP(`http://127.0.0.1:${port}`, {timeout: 5000}).catch(() => null));
	const first = await connect();
	const version = first.version();
	await first.close();
	return {
		version,
		async attached(action) {
			const browser = await connect();
			try {
				return await action(await debugged(browser));
			} finally {
				await browser.close();
			}
		},
		async dispose() {
			process.off('exit', stop);
			stop();
			if (process_.exitCode === null) await new Promise(resolve => process_.once('exit', resolve));
			await rm(profile, {recursive: true, force: true, maxRetries: 5});
		},
	};
}

async function debugged(browser: Browser): Promise<Debugged> {
	const session: CDPSession = await browser.newBrowserCDPSession();
	return {
		pages: () => browser.contexts().flatMap(context => context.pages()),
		targets: async () => (await session.send('Target.getTargets')).targetInfos,
		close: async targetId => void (await session.send('Target.closeTarget', {targetId}).catch(() => {})),
		evaluate: (targetId, expression) => evaluateInTarget(session, targetId, expression),
		letGo: () => browser.close(),
	};
}
