import {readFile} from 'node:fs/promises';
import type {Page} from 'playwright-core';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {Trainer} from '../../src/features/walkthrough/train/trainer/trainer.ts';
import {toBits} from '../../src/ui/tokens/bits.ts';
import {type ExtensionBrowser, launchExtension} from '../helpers/extension.ts';
import {listedModels} from '../helpers/hub-extension.ts';
import {waitFor} from '../helpers/wait.ts';

/** A model of one's own, trained in a real browser. */

let browser: ExtensionBrowser;
let page: Page;
beforeAll(async () => {
	browser = await launchExtension();
	page = await browser.context.newPage();
	page.setDefaultTimeout(90_000);
	await page.setViewportSize({width: 1440, height: 1000});
});
afterAll(() => browser?.dispose());

const stepsDone = () => page.locator('.train-row b').first().textContent();
const stepTo = async (step: number) => {
	await button('Step').click();
	await waitFor(`step ${step}`, async () => (await stepsDone()) === (step === 1 ? '1 step' : `${step} steps`), {
		timeout: 60_000,
	});
};
const button = (name: string) => page.getByRole('button', {name, exact: true});

test('from the walk: five steps, the curve, a continuation, a distribution; and the model is kept and answers', async () => {
	await page.goto(browser.url('src/entrypoints/walkthrough/index.html#training?text=A+cat'));
	await page.getByRole('link', {name: 'Train one yourself', exact: true}).click();
	for (let step = 1; step <= 5; step++) await stepTo(step);
	await page.getByRole('figure', {name: /^Bits per byte: \d\.\d\d bits after 5 steps$/}).waitFor();
	await expect.poll(() => page.locator('.learned-line').getAttribute('points')).toMatch(/^(?:[\d.]+,[\d.]+ ?){5}$/);
	await waitFor('the continuation', async () => {
		const written = await page.locator('.written li[aria-current] p').textContent();
		return written !== '…' && written !== '';
	});
	const next = page.getByRole('figure', {name: /^Which byte after “Willie·”\?$/});
	await next.getByText('After 5 steps').waitFor();
	await expect.poll(() => next.locator('rect.up').count()).toBe(8);

	// By keyboard, the needle looks back.
	await page.getByRole('slider', {name: 'Step that is looked at', exact: true}).focus();
	await page.keyboard.press('Home');
	await next.getByText('Bars: after 1 step. Thin lines: after 5').waitFor();
	await page.waitForURL(({hash}) => /needle=1/.test(hash));

	await page.screenshot({path: 'test/e2e/screenshots/walk-train-1440.png', fullPage: true});
	await button('Keep as a model').click();
	await page.getByText('Kept as “Trained here, 5 steps”').waitFor();
	await button('Let it answer everywhere').click();
	await page.locator('.walk-top').getByText('Trained here, 5 steps').waitFor();
	const models = await browser.context.newPage();
	await models.goto(browser.url('src/entrypoints/models/index.html'));
	await waitFor('the model in the list', async () => (await listedModels(models)).includes('Trained here, 5 steps'));
	await models.close();
	// The walk's loop goes on with it, by the button that leads there.
	await button('Let it write in the loop').click();
	await page.waitForURL(({hash}) => hash.startsWith('#loop'));
	await page.locator('.walk-top').getByText('Trained here, 5 steps').waitFor();
	await button('Step').click();
	await page.getByText('1 token appended').waitFor();
});

test('a question goes first: while it is answered no step is done, and then the training goes on', async () => {
	await page.goto(browser.url('src/entrypoints/walkthrough/index.html#train?seed=8'));
	await page.reload();
	await button('▶ Train').click();
	await waitFor('some steps', async () => Number.parseInt((await stepsDone()) ?? '0', 10) >= 3, {
		timeout: 90_000,
	});
	// What the engine's worker holds while it answers. The step that has begun ends; the next one waits for the lock.
	const during = await page.evaluate(() =>
		navigator.locks.request('answering', {mode: 'shared'}, async () => {
			const frame = () => new Promise(requestAnimationFrame);
			const waits = async () => (await navigator.locks.query()).pending!.some(({name}) => name === 'answering');
			while (!(await waits())) await frame();
			// Its last message may still be on its way.
			for (let i = 0; i < 10; i++) await frame();
			const steps = () => document.querySelector('.train-row b')!.textContent;
			const before = steps();
			for (let i = 0; i < 60; i++) await frame();
			return {before, after: steps(), waits: await waits()};
		}),
	);
	expect(during).toEqual({before: during.before, after: during.before, waits: true});
	await waitFor('further steps', async () => (await stepsDone()) !== during.after, {timeout: 90_000});
	await button('Pause').click();
	await button('▶ Go on').waitFor();
});

test('five steps, a reload and five more are the ten steps that Node does without a break, to the bit', async () => {
	const untrained = page.getByRole('figure', {name: 'Bits per byte: no step is done yet', exact: true});
	await page.goto(browser.url('src/entrypoints/walkthrough/index.html#train?from=jack'));
	await page.reload();
	await untrained.waitFor();
	for (let step = 1; step <= 5; step++) await stepTo(step);
	await page.getByText('5 steps are kept in this browser').waitFor();
	await page.reload();
	await page.getByText('5 steps are kept from before: go on, or begin anew.').waitFor();
	for (let step = 6; step <= 10; step++) await stepTo(step);
	const curve = page.getByRole('figure', {name: /^Bits per byte: \d\.\d\d bits after 10 steps$/});
	const downloading = page.waitForEvent('download');
	await curve.getByRole('button', {name: 'Save as CSV', exact: true}).click();
	const csv = await readFile(await (await downloading).path(), 'utf8');
	const trainer = new Trainer(await readFile('src/features/walkthrough/train/trainer/texts/jack.txt'), {
		seed: 7,
		learningRate: 0.003,
	});
	const rows = Array.from({length: 10}, () => {
		const {step, loss} = trainer.next();
		return [step, toBits(loss), toBits(trainer.keptBackLoss())].join();
	});
	expect(csv.trim().split('\r\n').slice(1)).toEqual(rows);

	await page.getByText('10 steps are kept in this browser').waitFor();
	await button('Begin anew').click();
	await untrained.waitFor();
	await page.reload();
	await untrained.waitFor();
	expect(await page.getByText('kept from before').count()).toBe(0);
});
