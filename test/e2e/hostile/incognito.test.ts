import type {CDPSession} from 'playwright-core';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {type ExtensionBrowser, launchExtension} from '../../helpers/extension.ts';
import {evaluateInTarget} from '../../helpers/nested-session.ts';
import {waitFor} from '../../helpers/wait.ts';

/** What is done in incognito windows stays there, and is forgotten with the last of them. Headless. */

let browser: ExtensionBrowser;
let cdp: CDPSession;
const PROMPT = "document.querySelector('textarea').value";
const APP = 'src/app/index.html?view=tab';

beforeAll(async () => {
	browser = await launchExtension();
	cdp = await browser.context.browser()!.newBrowserCDPSession();
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
});
afterAll(() => browser?.dispose());

/** Opens the full view in a new window, and says how to look into it. */
async function openView(browserContextId?: string) {
	return waitFor('the view', async () => {
		const {targetId} = await cdp.send('Target.createTarget', {
			url: browser.url(APP),
			browserContextId,
			newWindow: true,
		});
		const run = <T>(expression: string) => evaluateInTarget<T>(cdp, targetId, `(async () => ${expression})()`);
		const isThere = () => run<boolean>("document.querySelector('textarea') !== null");
		try {
			await waitFor('its prompt', isThere, {timeout: 5000});
			return {targetId, run};
		} catch {
			// Since the change of its rights the extension is being loaded again.
			await cdp.send('Target.closeTarget', {targetId});
			return null;
		}
	});
}

test('a text of an incognito window is in no normal window, and gone with the last incognito window', async () => {
	const normal = await openView();
	const {browserContextId} = await cdp.send('Target.createBrowserContext');
	const secret = await openView(browserContextId);
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
		if (await second.run(`${PROMPT}.includes('zyzzyva')`)) return true;
		await second.run('location.reload()');
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
	const again = await cdp.send('Target.createBrowserContext');
	const later = await openView(again.browserContextId);
	expect(await later.run(PROMPT)).not.toContain('zyzzyva');
	expect(await kept()).not.toContain('zyzzyva');
});
