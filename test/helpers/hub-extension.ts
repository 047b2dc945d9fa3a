import {cp, mkdtemp, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join, resolve} from 'node:path';
import type {Locator, Page} from 'playwright-core';
import {afterAll, beforeAll} from 'vitest';
import type {HubSettings} from '../../src/protocol/values/models.ts';
import {type ExtensionBrowser, launchExtension} from './extension.ts';
import {type HubServer, serveHub} from './hub-server.ts';
import {waitFor} from './wait.ts';

/**
 * The built extension with the access to a Hub that a person would allow by a click: a browser of a script has nobody to
 * ask. Nothing else differs.
 * @param address the Hub; this machine's own servers when left out.
 */
export async function extensionForHub(
	address = 'http://127.0.0.1',
	built = process.env.EXTENSION_DIST ?? 'dist',
): Promise<{dist: string; profile: string; dispose(): Promise<void>}> {
	const folder = await mkdtemp(join(tmpdir(), 'next-token-lens-hub-'));
	const dist = join(folder, 'dist');
	await cp(resolve(built), dist, {recursive: true});
	const path = join(dist, 'manifest.json');
	const manifest = JSON.parse(await readFile(path, 'utf8'));
	await writeFile(
		path,
		JSON.stringify({...manifest, host_permissions: [`${new URL(address).protocol}//${new URL(address).hostname}/*`]}),
	);
	return {
		dist,
		profile: join(folder, 'profile'),
		dispose: () => rm(folder, {recursive: true, force: true, maxRetries: 5}),
	};
}

/** A Hub and a browser that may ask it, for a test file. @param fill puts the repositories that the Hub has from the start. */
export function useHubBrowser(fill: (hub: HubServer) => void) {
	let hub: HubServer;
	let extension: Awaited<ReturnType<typeof extensionForHub>>;
	let browser: ExtensionBrowser;
	beforeAll(async () => {
		hub = await serveHub();
		fill(hub);
		extension = await extensionForHub();
		browser = await launchExtension({dist: extension.dist, profile: extension.profile});
	});
	afterAll(async () => {
		await browser?.dispose();
		await extension?.dispose();
		await hub?.dispose();
	});
	return {hub: () => hub, browser: () => browser};
}

/** Type the Hub's address into the settings of models. */
export async function setHub(models: Page, address: string): Promise<void> {
	await fillIn(models, 'Address of the Hub', address);
	await keptHub(models, {address});
}

/** Type the access token into the settings of models. */
export async function setToken(models: Page, token: string): Promise<void> {
	await fillIn(models, 'Access token', token);
	await keptHub(models, {token});
}

/** Turn “Never use the network” on or off. */
export async function setOffline(models: Page, offline: boolean): Promise<void> {
	await models.getByLabel('Never use the network', {exact: true}).setChecked(offline);
	await keptHub(models, {offline});
}

async function fillIn(models: Page, label: string, text: string): Promise<void> {
	const field = models.getByLabel(label, {exact: true});
	await field.fill(text);
	await field.blur();
}

/** Waits until settings of the Hub are stored, where every part of the extension reads them. */
const keptHub = (models: Page, settings: Partial<HubSettings>): Promise<boolean> =>
	waitFor(`${JSON.stringify(settings)} to be stored`, () =>
		models.evaluate(async settings => {
			const {hub = {}} = await chrome.storage.local.get('hub');
			return Object.entries(settings).every(([name, value]) => (hub as Record<string, unknown>)[name] === value);
		}, settings),
	);

/** Ask for a repository. @returns the button that downloads it, which comes with the offer. */
async function askFor(models: Page, repo: string): Promise<Locator> {
	await models.getByLabel('Any model of the Hub', {exact: true}).fill(repo);
	await models.getByRole('button', {name: 'Look at it', exact: true}).click();
	return models.getByRole('button', {name: /^Download \d/});
}

/** Ask for a repository, and click its download once it is offered. */
export const startDownload = async (models: Page, repo: string): Promise<void> => (await askFor(models, repo)).click();

/** Models on the page, as they are listed. */
export const listedModels = (models: Page): Promise<string[]> =>
	models.locator('.stored [data-model] b').allTextContents();

export const waitForModel = (models: Page, name: string) =>
	waitFor(`the model ${name}`, async () => (await listedModels(models)).includes(name), {timeout: 90_000});

/** Fetch a model from the Hub that is set. */
export async function download(models: Page, repo: string): Promise<void> {
	await startDownload(models, repo);
	await waitForModel(models, repo);
}

/** Waits until this model is the one that answers: until then, the row of another says so. */
export const answersNow = (models: Page, name: string) =>
	models.locator('.stored [data-model]').filter({hasText: name}).getByText('answers now', {exact: true}).waitFor();

/** Open the page of models, fetch one from a Hub, and let it answer. @throws Error with what the page says where it fails. */
export async function useModel(browser: ExtensionBrowser, address: string, repo: string): Promise<void> {
	const models = await browser.context.newPage();
	await models.goto(browser.url('src/entrypoints/models/index.html'));
	await setHub(models, address);
	const take = await askFor(models, repo);
	const alert = models.getByRole('alert');
	/** What it says, without the button beside it. */
	const said = () => alert.first().evaluate(element => (element.querySelector('p') ?? element).textContent ?? '');
	await take.or(alert).first().waitFor();
	if (await alert.count()) throw new Error(await said());
	await take.click();
	const radio = models.getByRole('radio', {name: new RegExp(repo.replace('.', '\\.'))});
	await radio.or(alert).first().waitFor({timeout: 0});
	if (await alert.count()) throw new Error(await said());
	await radio.check();
	await answersNow(models, repo);
	await models.close();
}
