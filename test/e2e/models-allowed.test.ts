import {expect, test} from 'vitest';
import {makeCheckpoint} from '../helpers/checkpoint.ts';
import {startDesktop} from '../helpers/desktop.ts';
import {launchExtension} from '../helpers/extension.ts';
import {listedModels, setHub, waitForModel} from '../helpers/hub-extension.ts';
import {serveHub} from '../helpers/hub-server.ts';
import {waitFor} from '../helpers/wait.ts';

/** The browser's own question whether the Hub may be reached, answered by real keys: the extension as it is shipped. */

test('the browser asks before the Hub is reached: refused, nothing is asked; allowed, the model is offered', async () => {
	const desktop = await startDesktop();
	const hub = await serveHub();
	hub.put('test/gpt2', {files: makeCheckpoint({layers: 1, width: 32, vocabSize: 600})});
	const browser = await launchExtension({display: desktop.display});
	try {
		const models = await browser.context.newPage();
		await models.goto(browser.url('src/models/index.html'));
		await waitFor('the bundled model', async () => (await listedModels(models)).includes('gpt2-mini'));
		await setHub(models, hub.address);
		const name = models.getByLabel('Any GPT-2 or ONNX model of the Hub');
		await name.fill('test/gpt2');
		const look = models.getByRole('button', {name: 'Look at it'});
		// The page's margin, which is light except while the browser darkens the page for its question.
		const isAsking = async () => (await desktop.brightness(60, 600)) < 200;
		/** Answer the question with these keys. The last is pressed until it counts: at first the browser ignores it. */
		const answer = async (...keys: string[]) => {
			await models.bringToFront();
			await look.click();
			await waitFor('the question', isAsking);
			await desktop.screenshot('test/e2e/screenshots/models-allow.png');
			for (const key of keys.slice(0, -1)) await desktop.xdotool('key', key);
			await waitFor('the end of the question', async () => {
				await desktop.xdotool('key', keys.at(-1)!);
				return !(await isAsking());
			});
		};
		await answer('Escape');
		await models
			.getByRole('alert')
			.getByText(/was not allowed to reach 127\.0\.0\.1/)
			.waitFor();
		expect(hub.seen).toEqual([]);
		expect(await name.inputValue()).toBe('test/gpt2');

		// Its first button refuses.
		await answer('Tab', 'Return');
		await models.getByRole('button', {name: /^Download \d/}).click();
		await waitForModel(models, 'test/gpt2');
		expect(await models.getByRole('alert').count()).toBe(0);
	} finally {
		await browser.dispose();
		await hub.dispose();
		await desktop.dispose();
	}
});
