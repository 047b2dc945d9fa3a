import type {Page} from 'playwright-core';
import {expect, test} from 'vitest';
import {finishedContinuations, promptText, type ShownClass, shownClasses, usePopups} from '../helpers/popup.ts';
import {storeGeneration} from '../helpers/settings.ts';
import {waitFor} from '../helpers/wait.ts';

/** The distribution in a person's hand, with the real model: by mouse and by keyboard, in the popup, the panel and the full view. */

const {browser, inPopup} = usePopups();
const shot = (page: Page, name: string) => page.screenshot({path: `test/e2e/screenshots/by-hand-${name}.png`});
const rowOf = (page: Page, {id}: {id: number}) => page.locator(`.class-row[data-tip="${id}"]`);
/** The classes, once they answer what was done. */
const after = (page: Page, done: (classes: ShownClass[]) => boolean) =>
	waitFor('the classes to answer', async () => {
		const classes = await shownClasses(page);
		return done(classes) ? classes : null;
	});
const find = (classes: readonly ShownClass[], id: number) => classes.find(one => one.id === id);

test.each([
	['popup', ''],
	['panel', '?view=panel'],
	['full view', '?view=tab'],
])('dragging a row pushes its class, and all others answer: %s', (name, search) =>
	inPopup(async page => {
		await page.goto(browser().url(`src/entrypoints/popup/index.html${search}`));
		if (search !== '') await page.setViewportSize({width: name === 'panel' ? 360 : 1280, height: 800});
		await page.getByText('with settings', {exact: true}).click();
		const before = await shownClasses(page);
		const [first, , third] = before;
		const box = (await rowOf(page, third).boundingBox())!;
		await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
		await page.mouse.down();
		await page.mouse.move(box.x + box.width / 2 + 80, box.y + box.height / 2, {steps: 8});
		await page.mouse.up();
		const pushed = await after(page, now => (find(now, third.id)?.percent ?? 0) > third.percent * 2);
		expect(find(pushed, first.id)!.percent).toBeLessThan(first.percent);
		// Nothing was chosen by the drag.
		expect(await promptText(page)).toMatch(/lived a$/);
		await expect.poll(() => page.locator('.hand-chip input').inputValue()).toBe('2');
		await shot(page, name.replace(' ', '-'));
		await page.getByRole('button', {name: 'Clear all', exact: true}).click();
		await after(page, now => find(now, third.id)?.percent === third.percent);
		await expect.poll(() => page.locator('.hand-chip').count()).toBe(0);
	}),
);

test('+ and − push, x forbids, Backspace takes back: without a mouse', () =>
	inPopup(async page => {
		await page.getByText('with settings', {exact: true}).click();
		const [first, second] = await shownClasses(page);
		await rowOf(page, first).focus();
		await page.keyboard.press('-');
		await page.keyboard.press('-');
		await after(page, now => (find(now, first.id)?.percent ?? 100) < first.percent);
		await expect.poll(() => page.locator('.hand-chip input').inputValue()).toBe('-1');
		await rowOf(page, second).focus();
		await page.keyboard.press('x');
		await after(page, now => now[0].id !== second.id);
		await expect.poll(() => page.locator('.hand-chip s').textContent()).toContain(second.text.trim());
		await shot(page, 'keys');
		await page.getByRole('button', {name: 'at every step', exact: true}).click();
		await page.getByRole('button', {name: 'at the first step', exact: true}).waitFor();
		await page.locator('.class-row').first().focus();
		for (let i = 0; i < 2; i++) await page.keyboard.press('Backspace');
		await expect.poll(() => page.locator('.hand-chip').count()).toBe(0);
		await after(page, now => now[0].id === first.id && now[0].percent === first.percent);
	}));

test('a forbidden class is never drawn, in steps and in continuations, and stays forbidden when the popup opens again', () =>
	inPopup(async page => {
		const [first] = await shownClasses(page);
		await rowOf(page, first).hover();
		await page
			.locator('.hand-row', {has: rowOf(page, first)})
			.locator('.forbid')
			.click();
		await page.locator('.hand-chip').waitFor();
		await page.getByText('model', {exact: true}).first().click();
		await expect.poll(() => page.locator(`.class-row.hatched[data-tip="${first.id}"]`).count()).toBe(1);
		await shot(page, 'forbidden');
		await page.reload();
		await page.locator('.hand-chip').waitFor();
		await page.getByRole('tab', {name: 'Continuations'}).click();
		for (const text of await finishedContinuations(page)) expect(text.startsWith(`${first.text} `)).toBe(false);
	}));

test('held to a form, the classes that do not fit are hatched with their mass, and steps write the form', () =>
	inPopup(async page => {
		await storeGeneration(await browser().serviceWorker(), {
			formKind: 'choices',
			form: ' king\n queen who slept',
			doSample: false,
			numReturnSequences: 1,
		});
		await page.reload();
		await shownClasses(page);
		const said = page.locator('.hand');
		await expect.poll(() => said.textContent()).toMatch(/does not fit, \d+ classes do/);
		await expect.poll(() => page.locator('.class-row.hatched').count()).toBeGreaterThan(5);
		await shot(page, 'form');
		await page.getByRole('button', {name: 'Play', exact: true}).click();
		await page.getByText('The form is complete.').waitFor({timeout: 60_000});
		await expect.poll(() => promptText(page)).toMatch(/lived a (king|queen who slept)$/);
	}));

test('a word of several tokens is pushed from “Find a class”, and acts where its last token comes next', () =>
	inPopup(async page => {
		await page.getByText('with settings', {exact: true}).click();
		await shownClasses(page);
		const field = page.getByLabel('Find a class', {exact: true});
		await field.fill(' king of');
		const steps = page.locator('.push-word li');
		await expect
			.poll(() => steps.allTextContents())
			.toEqual([
				'·king has its logit as it is; the push waits until it stands.',
				'·of gets +0.0 wherever the others stand before it.',
			]);
		await page.locator('.push-word input').fill('60');
		await page.keyboard.press('Tab');
		await expect.poll(() => steps.last().textContent()).toBe('·of gets +60.0 wherever the others stand before it.');
		await expect.poll(() => page.locator('.hand-chip').textContent()).toContain('waits for');
		await shot(page, 'word');
		await field.fill('');
		const prompt = page.getByRole('textbox', {name: 'Prompt'});
		await prompt.fill(`${await promptText(page)} king`);
		const [first] = await after(page, now => now[0].text === ' of');
		expect(first.percent).toBeGreaterThan(99);
		await expect.poll(() => page.locator('.hand-chip').textContent()).toMatch(/\+60\.0 = .*→/);
		await page.getByText('takes all of the probability').waitFor();
		await shot(page, 'word-acts');
	}));

test('a row’s menu, by a right-click and by keyboard, forbids at the first step only and begins a form', () =>
	inPopup(async page => {
		const [first, second] = await shownClasses(page);
		await rowOf(page, first).click({button: 'right'});
		await shot(page, 'menu');
		await page.getByRole('menuitem', {name: 'Forbid at the first step only'}).click();
		await page.getByRole('button', {name: 'at the first step', exact: true}).waitFor();
		await rowOf(page, second).focus();
		await page.keyboard.press('Shift+F10');
		await page.getByRole('menu').waitFor();
		await page.keyboard.press('Escape');
		await page.getByRole('menu').waitFor({state: 'detached'});
		await expect.poll(() => rowOf(page, second).evaluate(row => row === document.activeElement)).toBe(true);
		await page.keyboard.press('Shift+F10');
		await expect
			.poll(() =>
				page
					.getByRole('menuitem')
					.first()
					.evaluate(item => item === document.activeElement),
			)
			.toBe(true);
		await page.keyboard.press('End');
		await page.keyboard.press('Enter');
		const dialog = page.getByRole('dialog', {name: 'Held to a form', exact: true});
		await dialog.getByText('Regular expression', {exact: true}).click();
		await dialog.locator('textarea').fill(' [a-z]+ [a-z]+, [a-z]+');
		await dialog.getByRole('button', {name: 'Done', exact: true}).click();
		await expect.poll(() => page.locator('.form-line').textContent()).toMatch(/Next must come .*·/);
		// A continuation that is cut off says where in the form it stands.
		await storeGeneration(await browser().serviceWorker(), {
			formKind: 'regex',
			form: ' [a-z]+ [a-z]+, [a-z]+',
			maxNewTokens: 1,
		});
		await page.getByRole('tab', {name: 'Continuations'}).click();
		await finishedContinuations(page);
		const foot = page.locator('.continuation-foot').first();
		await expect.poll(() => foot.textContent()).toMatch(/the form is unfinished.*Next m/);
		await shot(page, 'unfinished');
	}));

test('guidance away from another prompt is turned on where two prompts are compared, and turned on its slider', () =>
	inPopup(async page => {
		const before = await shownClasses(page);
		await page.getByRole('button', {name: 'Compare two prompts or two models', exact: true}).click();
		await page.locator('.compare-field input').first().fill('In the dark and deep forest there lived a');
		const slider = page.getByRole('slider', {name: 'Guidance'});
		await slider.focus();
		for (let i = 0; i < 10; i++) await page.keyboard.press('ArrowRight');
		await expect.poll(() => page.locator('.compare-guide output').textContent()).toBe('2.0');
		await page.getByRole('button', {name: 'Compare two prompts or two models', exact: true}).click();
		await after(page, now => now.some(({id, percent}) => find(before, id)?.percent !== percent));
		await expect.poll(() => page.locator('.class-row .bar-end').count()).toBeGreaterThan(10);
		await shot(page, 'guidance');
		await page.getByRole('slider', {name: 'Guidance'}).focus();
		for (let i = 0; i < 10; i++) await page.keyboard.press('ArrowLeft');
		await expect.poll(() => page.locator('.hand-chip').count()).toBe(0);
		await expect.poll(() => page.locator('.class-row .bar-end').count()).toBe(0);
	}));
