import {expect, test} from 'vitest';
import {makeCheckpoint} from '../helpers/checkpoint.ts';
import {startDesktop} from '../helpers/desktop.ts';
import {launchExtension} from '../helpers/extension.ts';
import {listedModels, setHub, waitForModel} from '../helpers/hub-extension.ts';
import {serveHub} from '../helpers/hub-server.ts';
import {waitFor} from '../helpers/wait.ts';

/** The browser's own question whether the Hub may be reached, answered by real keys: the extension as it is shipped. */

/** Points of the screen: in the page's margin, and on the ring around the button that allows, where that has the focus. */
const MARGIN = [60, 600] as const;
const RING = [804, 234] as const;
/** The browser takes no key that follows another at once for an answer: so long a person would wait before pressing again. */
const PATIENCE = 2000;

test('the browser asks before the Hub is reached: refused, nothing is asked; allowed, the model is offered', async () => {
	const desktop = await startDesktop();
	const hub = await serveHub();
	hub.put('test/gpt2', {files: makeCheckpoint({layers: 1, width: 32, vocabSize: 600})});
	const browser = await launchExtension({display: desktop.display});
	try {
		const models = await browser.context.newPage();
		await models.goto(browser.url('src/entrypoints/models/index.html'));
		await waitFor('the bundled model', async () => (await listedModels(models)).includes('gpt2-mini'));
		await setHub(models, hub.address);
		const name = models.getByLabel('Any model of the Hub', {exact: true});
		await name.fill('test/gpt2');
		const look = models.getByRole('button', {name: 'Look at it', exact: true});
		const isDark = async ([x, y]: readonly [number, number]) => (await desktop.brightness(x, y)) < 200;
		/** Press a key until it has done its work. */
		const press = (key: string, done: () => Promise<boolean>) =>
			waitFor(`the answer to ${key}`, async () => {
				await desktop.xdotool('key', key);
				return waitFor('it', done, {timeout: PATIENCE}).catch(() => false);
			});
		/** While the browser asks, it darkens the page, and its question is white. */
		const ask = async () => {
			await models.bringToFront();
			await look.click();
			await waitFor('the question', async () => (await isDark(MARGIN)) && !(await isDark(RING)));
		};
		const isOver = async () => !(await isDark(MARGIN));
		await ask();
		await desktop.screenshot('test/e2e/screenshots/models-allow.png');
		await press('Escape', isOver);
		await models
			.getByRole('alert')
			.getByText(/was not allowed to reach 127\.0\.0\.1/)
			.waitFor();
		expect(hub.seen).toEqual([]);
		expect(await name.inputValue()).toBe('test/gpt2');

		await ask();
		await press('Tab', () => isDark(RING));
		await press('Return', isOver);
		await models.getByRole('button', {name: /^Download \d/}).click();
		await waitForModel(models, 'test/gpt2');
		expect(await models.getByRole('alert').count()).toBe(0);
	} finally {
		await browser.dispose();
		await hub.dispose();
		await desktop.dispose();
	}
});
