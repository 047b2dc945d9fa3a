import {readFile} from 'node:fs/promises';
import {createRequire} from 'node:module';
import type {Page} from 'playwright-core';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {resize} from '../helpers/at-rest.ts';
import {type ExtensionBrowser, launchExtension} from '../helpers/extension.ts';
import {openView, shownClasses} from '../helpers/popup.ts';
import {waitFor} from '../helpers/wait.ts';

/** What a passage can say about who wrote it, by the real model. */

let browser: ExtensionBrowser;
beforeAll(async () => {
	browser = await launchExtension();
});
afterAll(() => browser?.dispose());

const TEXT = (await readFile(new URL('../fixtures/texts/an-odd-character.txt', import.meta.url), 'utf8')).slice(0, 700);

async function open(width: number): Promise<Page> {
	const page = await browser.openPopupPage();
	await page.setViewportSize({width, height: 900});
	await page.goto(browser.url('src/app/index.html?view=popup'));
	await openView(page, 'Classes');
	await shownClasses(page);
	await page.getByRole('textbox', {name: 'Prompt', exact: true}).fill(TEXT);
	await page.getByRole('tab', {name: 'Passage'}).click();
	await page.locator('.words').waitFor({timeout: 60_000});
	return page;
}

test('a story lies among the texts that it is compared with, at any width and in every colour scheme', async () => {
	const page = await open(460);
	const part = page.locator('.authorship');
	await part.getByText('What can this say about who wrote it?').click();
	await part.getByText('This is no verdict').waitFor();
	await part.getByRole('button', {name: /^Compare with texts of which it is known/}).click();
	await part.getByText(/\d+ of 78 texts read/).waitFor();
	// The engine answers other questions meanwhile.
	await part.getByText('Where this text lies').waitFor({timeout: 240_000});
	await part.locator('tbody tr').first().locator('td').nth(1).waitFor();
	const cells = await part.locator('tbody tr').first().locator('td').allTextContents();
	expect(cells[0]).toMatch(/^\d/);
	expect(cells[1]).toMatch(/\d.* \(\d.* to \d.*\)/);
	await expect.poll(() => part.locator('.histogram').count()).toBe(3);
	await part.getByText('The texts compared with').click();
	await expect.poll(() => part.textContent()).toContain('CC BY 4.0');

	const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
	for (const colorScheme of ['light', 'dark'] as const) {
		await page.emulateMedia({colorScheme});
		await page.evaluate(axe);
		const violations = await page.evaluate(async () => {
			const run = (globalThis as unknown as {axe: {run(options: object): Promise<{violations: {id: string}[]}>}}).axe;
			return (await run.run({})).violations.map(({id}) => id);
		});
		expect(violations).toEqual([]);
		await part.scrollIntoViewIfNeeded();
		await page.screenshot({path: `test/e2e/screenshots/authorship-${colorScheme}.png`, fullPage: true});
	}
	// Half of a popup's width is its width at 200 %.
	await resize(page, 320, 700);
	const overflow = await part.evaluate(element => element.scrollWidth - element.clientWidth);
	expect(overflow).toBeLessThanOrEqual(0);
	await page.screenshot({path: 'test/e2e/screenshots/authorship-narrow.png', fullPage: true});
	await page.close();
}, 300_000);

test('with two models there is Binoculars, and it can be stopped', async () => {
	const page = await open(700);
	await page.getByText('two models', {exact: true}).click();
	await page.getByText('The models differ most on').or(page.locator('.two-models')).first().waitFor({timeout: 60_000});
	const part = page.locator('.authorship');
	await part.getByText('What can this say about who wrote it?').click();
	await part.getByRole('button', {name: /^Compare with texts of which it is known/}).click();
	await part.getByText('Where this text lies').waitFor({timeout: 240_000});
	await part.getByRole('button', {name: 'Compare what both models expect (Binoculars)'}).click();
	await part.getByText(/[1-9]\d* of 79 texts read/).waitFor({timeout: 120_000});
	await part.getByRole('button', {name: 'Cancel', exact: true}).click();
	await waitFor('the button again', () =>
		part.getByRole('button', {name: 'Compare what both models expect (Binoculars)'}).isVisible(),
	);
	await page.close();
}, 300_000);
