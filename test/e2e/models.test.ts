import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import type {Locator, Page} from 'playwright-core';
import {afterAll, afterEach, beforeAll, beforeEach, expect, test} from 'vitest';
import {makeCheckpoint} from '../helpers/checkpoint.ts';
import {type ExtensionBrowser, launchExtension} from '../helpers/extension.ts';
import {
	download,
	extensionForHub,
	listedModels,
	setHub,
	setOffline,
	setToken,
	startDownload,
	waitForModel,
} from '../helpers/hub-extension.ts';
import {type HubServer, serveHub} from '../helpers/hub-server.ts';
import {onnxRepository} from '../helpers/onnx-repository.ts';
import {answersBy, finishedContinuations, openView, shownClasses} from '../helpers/popup.ts';
import {storeGeneration} from '../helpers/settings.ts';
import {waitFor} from '../helpers/wait.ts';

/** Models from a Hub on this machine, in a real Chromium: fetched, kept, chosen, and nothing without a click. */

const FILES = makeCheckpoint({layers: 2, width: 64, heads: 4, vocabSize: 3000, contextLength: 512});
const SHOTS = 'test/e2e/screenshots';

let hub: HubServer;
let extension: Awaited<ReturnType<typeof extensionForHub>>;
let browser: ExtensionBrowser;
beforeAll(async () => {
	hub = await serveHub();
	hub.put('test/gpt2', {files: {...FILES, 'README.md': new TextEncoder().encode('# Random')}, licence: 'mit'});
});
afterAll(() => hub.dispose());
beforeEach(async () => {
	extension = await extensionForHub();
	hub.seen.length = 0;
	hub.trickle = null;
});
afterEach(async () => {
	await browser?.dispose();
	await extension.dispose();
});

const launch = async (args: string[] = []) => {
	browser = await launchExtension({dist: extension.dist, profile: extension.profile, args});
	return browser;
};

const openModels = async (): Promise<Page> => {
	const page = await browser.context.newPage();
	await page.setViewportSize({width: 900, height: 1000});
	page.setDefaultTimeout(60_000);
	await page.goto(browser.url('src/entrypoints/models/index.html'));
	await waitFor('the bundled model', async () => (await listedModels(page)).includes('gpt2-mini'));
	return page;
};

const badge = async () => (await browser.serviceWorker()).evaluate(() => chrome.action.getBadgeText({}));

test('a model is fetched after a click, with every page closed and across a restart, and then answers', async () => {
	await launch();
	let models = await openModels();
	await setHub(models, hub.address);
	await models.getByLabel('Any model of the Hub', {exact: true}).fill('test/gpt2');
	await models.getByRole('button', {name: 'Look at it', exact: true}).click();
	const offer = models.locator('.offer');
	await offer.waitFor();
	expect(await offer.textContent()).toMatch(/mit.*3,000 classes.*512 tokens.*model\.safetensors/s);
	await models.screenshot({path: `${SHOTS}/models-offer.png`});
	expect(hub.seen.filter(({path}) => path.endsWith('model.safetensors'))).toEqual([]);

	hub.trickle = {bytes: 4000, milliseconds: 60};
	await models.getByRole('button', {name: /^Download \d/}).click();
	await models.getByRole('progressbar').waitFor();
	await models.getByRole('progressbar').filter({hasText: 'a second'}).waitFor();
	await models.screenshot({path: `${SHOTS}/models-downloading.png`});
	await models.close();
	await waitFor('the badge', async () => /^[1-9]\d?%$/.test(await badge()));

	// The browser ends in the middle of it.
	await browser.dispose();
	const before = hub.seen.filter(({path}) => path.endsWith('model.safetensors')).length;
	hub.trickle = null;
	await launch();
	models = await openModels();
	await waitForModel(models, 'test/gpt2');
	expect(hub.seen.filter(({path}) => path.endsWith('model.safetensors')).length).toBeGreaterThan(before);
	await models.screenshot({path: `${SHOTS}/models-here.png`});

	const popup = await browser.openPopupPage();
	await shownClasses(popup);
	await models.getByRole('radio', {name: /test\/gpt2/}).check();
	await answersBy(popup, 'test/gpt2');
	const classes = await shownClasses(popup);
	expect(classes.every(({id}) => id < 3000)).toBe(true);
	await openView(popup, 'Continuations');
	expect((await finishedContinuations(popup)).length).toBeGreaterThan(0);
	await popup.screenshot({path: `${SHOTS}/models-popup.png`});

	// Remembered, and opened from the storage alone.
	await browser.dispose();
	hub.seen.length = 0;
	await launch();
	const again = await browser.openPopupPage();
	await shownClasses(again);
	await answersBy(again, 'test/gpt2');
	expect(hub.seen).toEqual([]);

	// Switched back from the popup, and removed.
	await again.locator('.model-pill').click();
	await again.getByRole('combobox', {name: 'Answer with', exact: true}).selectOption({label: 'gpt2-mini'});
	await answersBy(again, 'gpt2-mini');
	models = await openModels();
	await models.getByRole('button', {name: 'Remove test/gpt2', exact: true}).click();
	await models.getByRole('button', {name: /^Remove, free/}).click();
	await waitFor('it to go', async () => !(await listedModels(models)).includes('test/gpt2'));
});

test('what a click leads to is said where the click was, in view also on a narrow page', async () => {
	hub.put('openai-community/gpt2', {files: FILES});
	await launch();
	const models = await openModels();
	await models.setViewportSize({width: 400, height: 600});
	await setHub(models, hub.address);
	const look = async (repo: string) => models.getByRole('button', {name: `Download… ${repo}`, exact: true}).click();
	await look('openai-community/gpt2-large');
	const row = models.locator('.catalogue .model-row').filter({hasText: 'openai-community/gpt2-large'});
	await row
		.getByRole('alert')
		.getByText(/does not show openai-community\/gpt2-large to everyone/)
		.waitFor();
	await isInView(row.getByRole('alert'));
	await look('openai-community/gpt2');
	const offer = models.getByRole('region', {name: 'openai-community/gpt2', exact: true});
	await offer.waitFor();
	await expect.poll(() => offer.evaluate(element => element === document.activeElement)).toBe(true);
	expect(await models.getByRole('alert').count()).toBe(0);

	// The download that it began is the next thing that is seen.
	hub.trickle = {bytes: 4000, milliseconds: 60};
	await offer.getByRole('button', {name: /^Download \d/}).click();
	await isInView(models.getByRole('progressbar'));
	await models.getByText(/on its way, \d/).waitFor();

	// What has come is not thrown away by one click.
	await waitFor('some bytes', async () => /[1-9].*%/.test((await models.getByRole('progressbar').textContent()) ?? ''));
	await models.getByRole('button', {name: 'Discard the download of openai-community/gpt2', exact: true}).click();
	await models.getByRole('button', {name: /^Discard, lose \d/}).click();
	await models.getByRole('button', {name: 'Download… openai-community/gpt2', exact: true}).waitFor();
	await expect.poll(() => models.getByRole('progressbar').count()).toBe(0);
});

/** Waits until an element is within the window. */
const isInView = (element: Locator) =>
	waitFor('it in view', async () => {
		const box = await element.boundingBox();
		const {height = 0} = element.page().viewportSize() ?? {};
		return box !== null && box.y >= 0 && box.y + box.height <= height;
	});

test('a damaged copy is found, said, not used, and fetched again by a click', async () => {
	await launch();
	const models = await openModels();
	await setHub(models, hub.address);
	await download(models, 'test/gpt2');
	await models.evaluate(async () => {
		const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle('models');
		for await (const model of folder.values())
			for await (const [name, file] of (model as FileSystemDirectoryHandle).entries()) {
				if (!name.startsWith('weights')) continue;
				const writing = await (file as FileSystemFileHandle).createWritable({keepExistingData: true});
				await writing.write({type: 'write', position: 9000, data: new Uint8Array(64).fill(7)});
				await writing.close();
			}
	});
	await models.getByRole('radio', {name: /test\/gpt2/}).check();
	const popup = await browser.openPopupPage();
	await popup
		.getByRole('alert')
		.getByText(/stored copy of test\/gpt2 is damaged .*Fetch it again/)
		.first()
		.waitFor();
	expect(await popup.locator('.class-rows .class-row').count()).toBe(0);
	await popup.screenshot({path: `${SHOTS}/models-damaged-popup.png`});

	await models.reload();
	await models.getByText('The stored copy is damaged and is not used.').waitFor();
	await models.screenshot({path: `${SHOTS}/models-damaged.png`});
	await models.getByRole('button', {name: 'Fetch again…', exact: true}).click();
	await models.getByRole('button', {name: /^Download \d/}).click();
	await waitFor('the whole copy', async () => !(await models.getByText('is damaged').count()));
	await models.getByRole('radio', {name: /test\/gpt2/}).check();
	await popup.getByRole('button', {name: 'Try again', exact: true}).first().click();
	expect((await shownClasses(popup)).every(({id}) => id < 3000)).toBe(true);
});

test('the model that answers is removed while it generates: nothing is lost, and the bundled one goes on', async () => {
	await launch();
	const models = await openModels();
	await setHub(models, hub.address);
	await download(models, 'test/gpt2');
	await models.getByRole('radio', {name: /test\/gpt2/}).check();
	await storeGeneration(await browser.serviceWorker(), {maxNewTokens: 100, numReturnSequences: 2});
	const popup = await browser.openPopupPage();
	await answersBy(popup, 'test/gpt2');
	await popup.getByRole('textbox', {name: 'Prompt'}).fill('The old man');
	await shownClasses(popup);
	await openView(popup, 'Continuations');
	await popup.locator('.continuation-text .token-text').first().waitFor();
	await models.getByRole('button', {name: 'Remove test/gpt2', exact: true}).click();
	await models.getByRole('button', {name: /^Remove, free/}).click();
	await waitFor('it to go', async () => !(await listedModels(models)).includes('test/gpt2'));
	await answersBy(popup, 'gpt2-mini');
	await expect.poll(() => popup.getByRole('textbox', {name: 'Prompt'}).inputValue()).toBe('The old man');
	await openView(popup, 'Classes');
	await waitFor('classes of the bundled model', async () => (await shownClasses(popup)).some(({id}) => id >= 3000));
	expect(await popup.getByRole('alert').count()).toBe(0);
});

test('an access token is shown to the Hub, and never to where it redirects', async () => {
	hub.put('test/private', {files: FILES, token: 'hf_right'});
	await launch();
	const models = await openModels();
	await setHub(models, hub.address);
	await setToken(models, 'hf_right');
	await download(models, 'test/private');
	const tokens = (own: boolean) =>
		new Set(hub.seen.filter(({host}) => host.startsWith('127.0.0.1') === own).map(({authorization}) => authorization));
	expect(tokens(true)).toEqual(new Set(['Bearer hf_right']));
	// The large files came from another origin, which saw no token.
	expect(tokens(false)).toEqual(new Set([null]));
});

test('two models with different vocabularies are compared in the passage and in the list of classes', async () => {
	await launch();
	const models = await openModels();
	await setHub(models, hub.address);
	await download(models, 'test/gpt2');

	const tab = await browser.context.newPage();
	tab.setDefaultTimeout(90_000);
	await tab.setViewportSize({width: 1280, height: 1000});
	await tab.goto(browser.url('src/entrypoints/popup/index.html?view=tab'));
	await tab.getByRole('textbox', {name: 'Prompt'}).fill('The President of the United States');
	await tab.getByRole('tab', {name: 'Passage'}).click();
	await tab.getByText('two models', {exact: true}).click();
	await tab
		.getByRole('combobox', {name: 'Second model', exact: true})
		.selectOption({label: await optionOf(tab, 'Second model', 'test/gpt2')});
	await tab.getByText('cut this text into different tokens').waitFor();
	await tab.getByText('Words on which the two models differ most').waitFor();
	await expect.poll(() => tab.locator('.summary-table thead').first().textContent()).toMatch(/gpt2-mini.*test\/gpt2/);
	await tab.screenshot({path: `${SHOTS}/models-side-by-side.png`, fullPage: true});

	await tab.getByRole('button', {name: 'Compare two prompts or two models', exact: true}).click();
	await tab
		.getByRole('combobox', {name: 'Read by', exact: true})
		.selectOption({label: await optionOf(tab, 'Read by', 'test/gpt2')});
	await tab.getByText('classes are matched by their text').waitFor();
	const lists = tab.locator('.compare-lists');
	await lists.getByRole('list', {name: 'gpt2-mini', exact: true}).waitFor();
	await expect
		.poll(() => lists.getByRole('list', {name: 'test/gpt2', exact: true}).getByRole('listitem').count())
		.toBe(10);
	await tab.screenshot({path: `${SHOTS}/models-compare-classes.png`});

	// Removed while it is shown: the page goes on with what is there.
	await models.bringToFront();
	await models.getByRole('button', {name: 'Remove test/gpt2', exact: true}).click();
	await models.getByRole('button', {name: /^Remove, free/}).click();
	await waitFor('it to go', async () => !(await listedModels(models)).includes('test/gpt2'));
	await waitFor(
		'another second model',
		async () => (await tab.getByRole('combobox', {name: 'Read by', exact: true}).inputValue()) === 'main',
	);
	expect(await tab.getByRole('alert').count()).toBe(0);
});

/** The whole label of a choice that begins so, once it is there. */
const optionOf = (page: Page, label: string, start: string): Promise<string> =>
	waitFor(
		`${start} among the choices`,
		async () =>
			(await page.getByRole('combobox', {name: label, exact: true}).locator('option').allTextContents()).find(text =>
				text.startsWith(start),
			) ?? null,
	);

test('a repository with an ONNX export is kept as it is, and answers by the second engine', async () => {
	hub.put('test/onnx', {files: onnxRepository()});
	await launch();
	const models = await openModels();
	await setHub(models, hub.address);
	const popup = await browser.openPopupPage();
	const own = await shownClasses(popup);
	await download(models, 'test/onnx');
	await models.getByRole('radio', {name: /test\/onnx/}).check();
	await answersBy(popup, 'test/onnx · fp32');
	// The same weights, so the same classes.
	const classes = await shownClasses(popup);
	expect(classes.slice(0, 3).map(({id}) => id)).toEqual(own.slice(0, 3).map(({id}) => id));
	await popup.screenshot({path: `${SHOTS}/models-onnx.png`});

	// Such a model shows nothing of its inside, and the walk says so, and which one does.
	const walk = await browser.context.newPage();
	walk.setDefaultTimeout(90_000);
	const look = async (chapter: string) => {
		await walk.goto(browser.url(`src/entrypoints/walkthrough/index.html#${chapter}?text=The+old+man`));
		await walk.reload();
		await walk.getByText(/^test\/onnx came as ONNX/).waitFor();
		await walk.screenshot({path: `${SHOTS}/walk-onnx-${chapter.replace('?head=two', '')}.png`, fullPage: true});
		expect(await walk.getByRole('alert').count()).toBe(0);
	};
	await look('vector');
	await look('head');
	// What needs logits alone is there.
	await walk.getByRole('figure', {name: /Softmax at temperature/}).waitFor();
	await walk.getByRole('button', {name: 'Choose another model', exact: true}).click();
	await waitFor('the page of models in front', () => models.evaluate(() => document.visibilityState === 'visible'));
});

test('a question to a silent Hub can be taken back, replaced, and ends when the network is switched off', async () => {
	await launch();
	const models = await openModels();
	await setHub(models, hub.address);
	hub.put('openai-community/gpt2', {files: FILES});
	const look = (repo: string) => models.getByRole('button', {name: `Download… ${repo}`, exact: true}).click();
	const asking = models.getByText(/Asking the Hub about/);
	const silent = () => hub.fail('tree', ...Array.from({length: 3}, () => ({kind: 'silent'}) as const));
	silent();
	await look('openai-community/gpt2');
	await asking.waitFor();
	await models.screenshot({path: `${SHOTS}/models-asking.png`});
	await models.getByRole('button', {name: 'Cancel', exact: true}).click();
	await asking.waitFor({state: 'detached'});
	expect(await models.getByRole('alert').count()).toBe(0);

	await look('openai-community/gpt2');
	await asking.waitFor();
	await setOffline(models, true);
	await asking.waitFor({state: 'detached'});
	await models.getByText(/The network is switched off below/).waitFor();
	await setOffline(models, false);

	// A browser says the same of redirects in a circle as of a network that is off; the page does not.
	hub.fail('tree', {kind: 'circle'});
	await look('openai-community/gpt2');
	await models.getByText(/redirects the request for openai-community\/gpt2 in a circle/).waitFor();

	// One question takes the place of another.
	silent();
	await look('openai-community/gpt2-large');
	hub.fail('tree');
	await look('openai-community/gpt2');
	await models.getByRole('button', {name: /^Download \d/}).waitFor();
});

test('a download goes on when the library’s worker dies, with no page that asks', async () => {
	await launch();
	const models = await openModels();
	await setHub(models, hub.address);
	hub.trickle = {bytes: 4000, milliseconds: 60};
	await startDownload(models, 'test/gpt2');
	await models.getByRole('progressbar').filter({hasText: 'a second'}).waitFor();
	await models.close();
	await waitFor('the badge', async () => /^[1-9]\d?%$/.test(await badge()));
	const requests = () => hub.seen.filter(({path}) => path.endsWith('model.safetensors')).length;
	const before = requests();
	await browser.killEngineWorker('library');
	await waitFor('another request', () => requests() > before);
	hub.trickle = null;
	await waitFor('no badge', async () => (await badge()) === '');
	await waitForModel(await openModels(), 'test/gpt2');
});

/** Ask the library past the page, all at once. @returns what each was answered: `answer`, or the refusal's code. */
const askAtOnce = (page: Page, requests: readonly (readonly [method: string, params: object])[]): Promise<string[]> =>
	page.evaluate(
		requests =>
			new Promise<string[]>(resolve => {
				const port = chrome.runtime.connect({name: 'engine'});
				const said: string[] = [];
				port.onMessage.addListener(({id, type, refusals}) => {
					if (type === 'event') return;
					said[id] = type === 'answer' ? type : refusals[0].code;
					if (said.filter(Boolean).length === requests.length) resolve(said);
				});
				for (const [id, [method, params]] of requests.entries())
					port.postMessage({type: 'request', id, method, params});
			}),
		requests,
	);

test('a person who clicks everything at once is served in turn, and what is listed is what is there', async () => {
	await launch();
	const models = await openModels();
	await setHub(models, hub.address);
	await download(models, 'test/gpt2');
	const ids = await models
		.locator('.stored [data-model]')
		.evaluateAll(rows => rows.map(row => row.getAttribute('data-model')!));
	const choices = Array.from({length: 30}, (_, i) => ['choose', {id: ids[i % ids.length]}] as const);
	expect(new Set(await askAtOnce(models, choices))).toEqual(new Set(['answer']));

	hub.put('test/second', {files: FILES, commit: 'c'.repeat(40)});
	hub.trickle = {bytes: 4000, milliseconds: 60};
	await startDownload(models, 'test/second');
	await models.getByRole('progressbar').filter({hasText: 'a second'}).waitFor();
	const id = `test--second@${'c'.repeat(12)}`;
	const clicks = Array.from({length: 30}, (_, i) => [i % 2 === 0 ? 'pause' : 'resume', {id}] as const);
	expect(new Set(await askAtOnce(models, clicks))).toEqual(new Set(['answer']));
	await models.getByRole('button', {name: 'Pause', exact: true}).waitFor();
	hub.trickle = null;
	// The worker dies, and the page is loaded anew, in the middle of it.
	await browser.killEngineWorker('library');
	await models.reload();
	await waitForModel(models, 'test/second');
	await models.getByRole('radio', {name: /test\/second/}).check();
	const popup = await browser.openPopupPage();
	expect((await shownClasses(popup)).every(({id}) => id < 3000)).toBe(true);
	expect(await models.getByRole('alert').count()).toBe(0);
	await expect.poll(() => models.getByRole('progressbar').count()).toBe(0);
});

/** Requests that the extension made to the network, from the browser's own log of it. */
async function networkRequests(log: string): Promise<string[]> {
	const text = await readFile(log, 'utf8');
	// A browser that ended has closed the list; one that was cut off has not.
	const {constants, events} = JSON.parse(
		text.trimEnd().endsWith('}') ? text : `${text.trimEnd().replace(/,$/, '')}]}`,
	) as {
		constants: {logEventTypes: Record<string, number>};
		events: {type: number; params?: {url?: string; initiator?: string}}[];
	};
	const starts = constants.logEventTypes.URL_REQUEST_START_JOB;
	return events.flatMap(({type, params}) =>
		type === starts &&
		params?.initiator?.startsWith('chrome-extension://') &&
		/^(?:https?|wss?):/.test(params.url ?? '')
			? [params.url!]
			: [],
	);
}

test('“never use the network”: the browser’s own log has no request after any click', async () => {
	const log = join(extension.profile, '..', 'offline.json');
	await launch([`--log-net-log=${log}`]);
	const models = await openModels();
	await setHub(models, hub.address);
	await setOffline(models, true);
	await models.getByRole('button', {name: 'Download… openai-community/gpt2', exact: true}).click();
	await models.getByText(/The network is switched off below/).waitFor();
	// Also past the page, as the library itself is asked.
	const said = await models.evaluate(
		() =>
			new Promise<string>(resolve => {
				const port = chrome.runtime.connect({name: 'engine'});
				port.onMessage.addListener(message => resolve(JSON.stringify(message)));
				port.postMessage({type: 'request', id: 1, method: 'inspect', params: {repo: 'test/gpt2', revision: 'main'}});
			}),
	);
	expect(said).toContain(`"code":"offline"`);
	const popup = await browser.openPopupPage();
	await shownClasses(popup);
	await models.screenshot({path: `${SHOTS}/models-offline.png`});
	await browser.dispose();
	expect(await networkRequests(log)).toEqual([]);
	expect(hub.seen).toEqual([]);

	// The same log does know of a request that was made.
	const online = join(extension.profile, '..', 'online.json');
	await launch([`--log-net-log=${online}`]);
	const page = await openModels();
	await setOffline(page, false);
	await download(page, 'test/gpt2');
	await browser.dispose();
	expect((await networkRequests(online)).some(url => url.startsWith(hub.address))).toBe(true);
});
