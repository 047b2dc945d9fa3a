import {expect, test} from 'vitest';
import {makeCheckpoint} from '../helpers/checkpoint.ts';
import {download, listedModels, setHub, useHubBrowser} from '../helpers/hub-extension.ts';
import {waitFor} from '../helpers/wait.ts';

/** The walk while the model changes under it. */

const open = useHubBrowser(hub => {
	hub.put('test/gpt2', {files: makeCheckpoint({layers: 2, width: 64, heads: 4, vocabSize: 3000, contextLength: 512})});
});

test('another model is taken up while the walk computes: what was typed stays, and everything is asked of it', async () => {
	const models = await open.browser().context.newPage();
	await models.goto(open.browser().url('src/entrypoints/models/index.html'));
	await setHub(models, open.hub().address);
	await download(models, 'test/gpt2');

	const walk = await open.browser().context.newPage();
	walk.setDefaultTimeout(90_000);
	await walk.setViewportSize({width: 1440, height: 1000});
	await walk.goto(open.browser().url('src/entrypoints/walkthrough/index.html#labels'));
	const lines = Array.from({length: 400}, (_, i) => `Line ${i}, which is long enough to take a while.`).join('\n');
	await walk.getByLabel('Texts to classify, one a line', {exact: true}).fill(lines);
	await walk.getByRole('button', {name: 'Classify 400 lines', exact: true}).click();
	await walk.getByText(/^\d+ of 400 lines classified$/).waitFor();
	await models.getByRole('radio', {name: /test\/gpt2/}).check();
	await walk.getByText(/^test\/gpt2 · /).waitFor();
	await walk.getByText('A model with 3,000 classes can also be a classifier with two.').waitFor();
	await walk.getByText('The first 200 of 400 lines.').waitFor();
	await expect.poll(() => walk.locator('.lines tbody tr').count()).toBe(200);
	expect(await walk.getByRole('alert').count()).toBe(0);
	expect(await walk.getByLabel('Texts to classify, one a line', {exact: true}).inputValue()).toBe(lines);

	await walk.goto(open.browser().url('src/entrypoints/walkthrough/index.html#vector?text=The+old+man'));
	await walk.getByRole('figure', {name: /vectors of 64 numbers/}).waitFor();
	// The model that answers is removed: the one that the extension carries goes on.
	await models.getByRole('button', {name: 'Remove test/gpt2', exact: true}).click();
	await models.getByRole('button', {name: /^Remove, free/}).click();
	await waitFor('it to go', async () => !(await listedModels(models)).includes('test/gpt2'));
	await walk.getByText(/^gpt2-mini · /).waitFor();
	await walk.getByRole('figure', {name: /3 vectors of 256 numbers/}).waitFor();
	expect(await walk.getByRole('alert').count()).toBe(0);
});
