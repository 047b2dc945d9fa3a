import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {basename, join} from 'node:path';
import type {Page} from 'playwright-core';
import {afterAll, afterEach, beforeAll, beforeEach, expect, test} from 'vitest';
import {makeCheckpoint} from '../helpers/checkpoint.ts';
import {type ExtensionBrowser, launchExtension} from '../helpers/extension.ts';
import {listedModels, waitForModel} from '../helpers/hub-extension.ts';
import {shownClasses} from '../helpers/popup.ts';
import {waitFor} from '../helpers/wait.ts';

/** Checkpoints of the disk in a real Chromium: files and folders, chosen and dropped. */

const FILES = makeCheckpoint({layers: 2, width: 64, heads: 4, vocabSize: 3000, contextLength: 512, shards: 2});
const SHOTS = 'test/e2e/screenshots';

let folder: string;
let browser: ExtensionBrowser;
let models: Page;
beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), 'my-gpt2-'));
	for (const [name, bytes] of Object.entries(FILES)) await writeFile(join(folder, name), bytes);
});
afterAll(() => rm(folder, {recursive: true}));
beforeEach(async () => {
	browser = await launchExtension();
	models = await browser.context.newPage();
	await models.setViewportSize({width: 900, height: 1000});
	await models.goto(browser.url('src/entrypoints/models/index.html'));
	await waitFor('the bundled model', async () => (await listedModels(models)).includes('gpt2-mini'));
});
afterEach(() => browser?.dispose());

const paths = () => Object.keys(FILES).map(name => join(folder, name));

/** Choose in the browser's own dialog, once a button has opened it. */
async function choose(button: string, files: string | string[]): Promise<void> {
	const [dialog] = await Promise.all([
		models.waitForEvent('filechooser'),
		models.getByRole('button', {name: button, exact: true}).click(),
	]);
	await dialog.setFiles(files);
}

/** Drag files or folders of the disk onto the page, and let them go. */
async function drop(files: string[]): Promise<void> {
	const area = models.locator('.from-disk');
	await area.scrollIntoViewIfNeeded();
	const box = (await area.boundingBox())!;
	const session = await models.context().newCDPSession(models);
	const move = (type: 'dragEnter' | 'dragOver' | 'drop') =>
		session.send('Input.dispatchDragEvent', {
			type,
			x: box.x + box.width / 2,
			y: box.y + box.height / 2,
			data: {items: [], files, dragOperationsMask: 1},
		});
	await move('dragEnter');
	await move('dragOver');
	await models.locator('.from-disk.over').waitFor();
	await move('drop');
	await waitFor('the mark to go', async () => (await models.locator('.from-disk.over').count()) === 0);
}

test('files that are chosen are kept, and answer; what is no checkpoint is refused beside the button', async () => {
	await choose('Choose files…', paths());
	await waitForModel(models, 'From disk');
	await models.getByRole('radio', {name: /From disk/}).check();
	const popup = await browser.openPopupPage();
	const classes = await shownClasses(popup);
	expect(classes.every(({id}) => id < 3000)).toBe(true);

	await models
		.getByLabel('Choose files…', {exact: true})
		.setInputFiles([{name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('hello')}]);
	await models
		.locator('.from-disk')
		.getByRole('alert')
		.getByText(/None of the files that were chosen \(1\) is a config\.json/)
		.waitFor();
	await models.screenshot({path: `${SHOTS}/models-refused.png`});
});

test('a folder that is chosen, and a second time, is kept under its name', async () => {
	const name = basename(folder);
	await choose('Choose a folder…', folder);
	await waitForModel(models, name);
	await choose('Choose a folder…', folder);
	await waitForModel(models, `${name} 2`);
});

test('a folder and files that are dropped on the page are kept', async () => {
	await drop([folder]);
	await waitForModel(models, basename(folder));
	await drop(paths());
	await waitForModel(models, 'From disk');
	expect(await models.getByRole('alert').count()).toBe(0);
});
