import {expect, test} from 'vitest';
import {DIST} from '../../scripts/manifests.ts';
import {makeCheckpoint} from '../helpers/checkpoint.ts';
import {startDesktop} from '../helpers/desktop.ts';
import {BROWSER_LAUNCHERS, waitForText} from '../helpers/either-browser.ts';
import {extensionForHub} from '../helpers/hub-extension.ts';
import {serveHub} from '../helpers/hub-server.ts';

/** Models from a Hub on this machine in Firefox: fetched, kept in the browser's storage, listed and chosen. */

test('a model is fetched, kept, shown on the page of models, and answers in Firefox', async () => {
	const desktop = await startDesktop();
	const hub = await serveHub();
	const extension = await extensionForHub('http://127.0.0.1', DIST.firefox);
	hub.put('test/gpt2', {files: makeCheckpoint({layers: 2, width: 64, heads: 4, vocabSize: 3000, contextLength: 512})});
	const browser = await BROWSER_LAUNCHERS.firefox({desktop, firefoxDist: extension.dist});
	try {
		const page = await browser.openOwn('src/entrypoints/models/index.html');
		await waitForText(page, /gpt2-mini/);
		// As the page asks: its own button would ask a person to allow the address.
		const ask = (method: string, params: object) =>
			page.evaluate(
				([method, params]) =>
					new Promise<{
						type: string;
						answer?: {id: string; repo: string; revision: string; commit: string};
						message?: string;
					}>(resolve => {
						const {runtime} = (globalThis as unknown as {browser: typeof chrome}).browser;
						const port = runtime.connect({name: 'engine'});
						port.onMessage.addListener(reply => {
							if (reply.type !== 'event') resolve(reply);
						});
						port.postMessage({type: 'request', id: 1, method, params});
					}),
				[method, params] as const,
			);
		await page.evaluate(
			address =>
				(globalThis as unknown as {browser: typeof chrome}).browser.storage.local.set({
					hub: {address, token: '', offline: false},
				}),
			hub.address,
		);
		const offered = await ask('inspect', {repo: 'test/gpt2', revision: 'main'});
		const {repo, revision, commit} = offered.answer!;
		const fetched = await ask('download', {repo, revision, commit});
		expect(fetched).toMatchObject({type: 'answer'});
		// The id is there at once, the model when it is whole.
		await waitForText(page, /Remove[\s\S]*test\/gpt2|test\/gpt2[\s\S]*Remove/);
		expect(await ask('choose', {id: fetched.answer!.id})).toMatchObject({type: 'answer'});
		await waitForText(page, /test\/gpt2\s+answers now/);
		expect(await ask('model', {})).toMatchObject({answer: {id: 'test/gpt2', vocabSize: 3000}});
		await page.screenshot({path: 'test/e2e/screenshots/models-firefox.png'});
	} finally {
		await browser.dispose();
		await extension.dispose();
		await hub.dispose();
		await desktop.dispose();
	}
}, 120_000);
