import type {CDPSession} from 'playwright-core';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {CLICK_MARK_PREFIX} from '../../../src/protocol/messages/marks.ts';
import {type ExtensionBrowser, launchExtension} from '../../helpers/extension.ts';
import {evaluateInTarget} from '../../helpers/nested-session.ts';
import {waitFor} from '../../helpers/wait.ts';

/** What is done in incognito windows stays there, and is forgotten with the last of them. Headless. */

let browser: ExtensionBrowser;
let cdp: CDPSession;
const PROMPT = "document.querySelector('textarea').value";
/** Whether the view has opened on its prompt. */
const IS_OPEN = `!('isOld' in globalThis) && document.querySelector('textarea') !== null &&
	performance.getEntriesByType('mark').some(({name}) => /^${CLICK_MARK_PREFIX}(requested|answered)$/.test(name))`;
const APP = 'src/entrypoints/popup/index.html?view=tab';

/** The target of the extension's service worker in a profile; in the first one when none is named. */
const serviceWorker = async (browserContextId?: string) => {
	const {targetInfos} = await cdp.send('Target.getTargets');
	const found = targetInfos.find(
		target =>
			target.type === 'service_worker' &&
			target.url.startsWith(browser.url('')) &&
			(browserContextId === undefined || target.browserContextId === browserContextId),
	);
	return found?.targetId;
};

beforeAll(async () => {
	browser = await launchExtension();
	cdp = await browser.context.browser()!.newBrowserCDPSession();
	const before = await serviceWorker();
	// As a person allows it, on the browser's page of extensions.
	const page = await browser.context.newPage();
	await page.goto('chrome://extensions');
	await page.evaluate(async id => {
		interface DeveloperPrivate {
			updateProfileConfiguration(update: object): Promise<void>;
			updateExtensionConfiguration(update: object): Promise<void>;
		}
		const {developerPrivate} = chrome as unknown as {developerPrivate: DeveloperPrivate};
		// Without it the browser switches an unpacked extension off when it loads it again.
		await developerPrivate.updateProfileConfiguration({inDeveloperMode: true});
		await developerPrivate.updateExtensionConfiguration({extensionId: id, incognitoAccess: true});
	}, browser.extensionId);
	await page.close();
	// A page that is opened before would be left without its extension.
	await waitFor('the extension to be loaded again', async () => {
		const now = await serviceWorker();
		return now !== undefined && now !== before;
	});
});
afterAll(() => browser?.dispose());

/** Opens the full view in a new window, and says how to look into it. */
async function openView(browserContextId?: string) {
	const open = async () => {
		const {targetId} = await cdp.send('Target.createTarget', {
			url: browser.url(APP),
			browserContextId,
			newWindow: true,
		});
		const run = <T>(expression: string) => evaluateInTarget<T>(cdp, targetId, `(async () => ${expression})()`);
		const isOpen = () => run<boolean>(IS_OPEN);
		const reload = async () => {
			await run('(globalThis.isOld = true, setTimeout(() => location.reload()), null)');
			await waitFor('its prompt', isOpen);
		};
		try {
			await waitFor('its prompt', isOpen, {timeout: 10_000});
			return {targetId, run, reload};
		} catch {
			// It may have come before the extension was there.
			await cdp.send('Target.closeTarget', {targetId}).catch(() => undefined);
			return null;
		}
	};
	return waitFor('the view', open, {timeout: 60_000});
}

/**
 * Opens an incognito window, and in it the full view. Chromium now and then registers no service worker in a new incognito
 * profile (no message of any page in it is ever answered): such a window is closed, and another one opened.
 */
const openIncognito = () =>
	waitFor('an incognito window with its extension', async () => {
		const {browserContextId} = await cdp.send('Target.createBrowserContext');
		await cdp.send('Target.createTarget', {url: 'about:blank', browserContextId, newWindow: true});
		try {
			await waitFor('its service worker', () => serviceWorker(browserContextId), {timeout: 10_000});
		} catch {
			await cdp.send('Target.disposeBrowserContext', {browserContextId});
			return null;
		}
		return {browserContextId, ...(await openView(browserContextId))};
	});

test('a text of an incognito window is in no normal window, and gone with the last incognito window', async () => {
	const normal = await openView();
	const secret = await openIncognito();
	const {browserContextId} = secret;
	// A page of ours in a normal window that listens wherever the other side could be heard.
	await normal.run(
		"(channel => { globalThis.heard = []; channel.onmessage = ({data}) => heard.push(data); chrome.storage.onChanged.addListener(change => heard.push(change)); chrome.runtime.onMessage.addListener(message => { heard.push(message); }); })(new BroadcastChannel('session'))",
	);
	expect(await secret.run('chrome.extension.inIncognitoContext')).toBe(true);
	expect(await normal.run('chrome.extension.inIncognitoContext')).toBe(false);

	await secret.run(
		"(area => { area.value = 'The zyzzyva is a weevil that'; area.dispatchEvent(new InputEvent('input', {bubbles: true})); })(document.querySelector('textarea'))",
	);
	// The engine answers there too, from its own document.
	await waitFor('the classes', () => secret.run("document.querySelectorAll('.class-row .token-text').length > 3"), {
		timeout: 60_000,
	});
	// A closed view loses nothing while an incognito window is open.
	const second = await openView(browserContextId);
	await waitFor('the prompt to be kept', async () => {
		if (await second.run<boolean>(`${PROMPT}.includes('zyzzyva')`)) return true;
		await second.reload();
		return false;
	});
	const kept = () =>
		normal.run<string>(
			'Promise.all([chrome.storage.session.get(null), chrome.storage.local.get(null), chrome.storage.sync.get(null), heard]).then(JSON.stringify)',
		);
	expect(await kept()).not.toContain('zyzzyva');
	const databases = await normal.run<string[]>('(await indexedDB.databases()).map(({name}) => name)');
	expect(databases).not.toContain('session');
	expect(await normal.run('document.body.innerText + document.querySelector("textarea").value')).not.toContain(
		'zyzzyva',
	);

	await cdp.send('Target.disposeBrowserContext', {browserContextId});
	const later = await openIncognito();
	expect(await later.run(PROMPT)).not.toContain('zyzzyva');
	expect(await kept()).not.toContain('zyzzyva');
});
