import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {BUNDLED_MODEL} from '../helpers/bundled-model.ts';
import {useHubBrowser, useModel} from '../helpers/hub-extension.ts';
import {endlessRepository} from '../helpers/onnx-repository.ts';
import {answersBy, shownClasses} from '../helpers/popup.ts';

/** An ONNX export whose graph never ends for one prompt, in a real Chromium. */

const {vocab} = JSON.parse(readFileSync(join(BUNDLED_MODEL, 'tokenizer.json'), 'utf8')).model;

const open = useHubBrowser(hub => {
	hub.put('test/endless', {files: endlessRepository(vocab.Ġgarden)});
});

test('a graph that never ends is ended once its question was taken back, and the next question is answered', async () => {
	const popup = await open.browser().openPopupPage();
	const prompt = popup.getByRole('textbox', {name: 'Prompt'});
	const firstClass = async (text: string) => {
		await prompt.fill(text);
		return (await shownClasses(popup))[0].id;
	};
	const own = [await firstClass('Once upon a time'), await firstClass('The old man went to')];

	await useModel(open.browser(), open.hub().address, 'test/endless');
	await answersBy(popup, 'test/endless · fp32');
	expect((await shownClasses(popup))[0].id).toBe(own[1]);
	await prompt.fill('They sat in the garden and');
	// When it is said to take long, the graph is at it: whatever another page asks waits behind it.
	await popup.locator('.bar-line').getByRole('progressbar').waitFor();
	const walk = await open.browser().context.newPage();
	await walk.goto(open.browser().url('src/entrypoints/walkthrough/index.html#head?text=The+old+man'));
	await walk.getByRole('heading', {level: 2}).first().waitFor();
	expect(await walk.getByRole('figure', {name: /Softmax at temperature/}).count()).toBe(0);
	// This model has not been asked for it before.
	expect(await firstClass('Once upon a time')).toBe(own[0]);
	await walk.getByRole('figure', {name: /Softmax at temperature/}).waitFor({timeout: 90_000});
	for (const page of [popup, walk]) expect(await page.getByRole('alert').count()).toBe(0);
});
