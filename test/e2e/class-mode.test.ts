import type {Page} from 'playwright-core';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {chapterAtRest, painted, resize} from '../helpers/at-rest.ts';
import {type ExtensionBrowser, launchExtension} from '../helpers/extension.ts';
import {clipped} from '../helpers/reach.ts';
import {waitFor} from '../helpers/wait.ts';

/** The walk in front of a class: on a projector, by the keys that a presenter sends. */

let browser: ExtensionBrowser;
let page: Page;

beforeAll(async () => {
	browser = await launchExtension();
	page = await browser.context.newPage();
	page.setDefaultTimeout(60_000);
});
afterAll(() => browser?.dispose());

const CHAPTERS = ['tokens', 'vector', 'head', 'labels', 'loop', 'influence', 'training', 'train', 'guess'];
/** Chapters that show pictures before a reader does anything. */
const WITH_FIGURES = CHAPTERS.filter(chapter => chapter !== 'train' && chapter !== 'guess');
const SCREENS = [
	{width: 1280, height: 720},
	{width: 1920, height: 1080},
];

async function open(chapter: string) {
	await page.goto(
		browser.url(`src/entrypoints/walkthrough/index.html#${chapter}?text=The+old+man+opened+the+door+and+saw+his`),
	);
	await page.reload();
	await page
		.locator(WITH_FIGURES.includes(chapter) ? '.fig .picture' : 'h1')
		.first()
		.waitFor();
	await chapterAtRest(page);
	await painted(page);
}

/** Class mode is there when the page has drawn itself anew, and its figures at their new widths. */
const begin = async () => {
	await page.keyboard.press('p');
	await page.locator('html.class-mode').waitFor();
	await painted(page);
};
const leave = async () => {
	await page.keyboard.press('Escape');
	await page.locator('html:not(.class-mode)').waitFor();
	await painted(page);
};

describe.each(SCREENS)('at $width x $height', ({width, height}) => {
	test('type is one and a half times as large, in every chapter', async () => {
		await resize(page, width, height);
		await open('tokens');
		const sizes = () =>
			page.evaluate(() =>
				['main p', 'h1', '.fig figcaption', '.picture text'].map(selector => {
					const one = document.querySelector(selector)!;
					return Number.parseFloat(getComputedStyle(one).fontSize) * (one.currentCSSZoom ?? 1);
				}),
			);
		const before = await sizes();
		await begin();
		const after = await sizes();
		for (const [i, size] of before.entries()) expect(after[i] / size).toBeCloseTo(1.5, 3);
		await leave();
		expect(await sizes()).toEqual(before);
	});

	test('the arrow keys go from figure to figure, to the next chapter, and back', async () => {
		await resize(page, width, height);
		await open('tokens');
		await begin();
		const title = () => page.locator('h1').textContent();
		const first = await title();
		const stops = await page.locator('main :is(h1, h2, .fig, .question)').count();
		const place = () => page.evaluate(() => scrollY);
		/** Presses a key, and waits until the page has gone somewhere. */
		const press = async (key: string) => {
			const before = [await title(), await place()].join();
			await page.keyboard.press(key);
			await waitFor(`what ${key} leads to`, async () => [await title(), await place()].join() !== before);
		};
		const places = [await place()];
		for (let presses = 0; presses <= stops; presses++) {
			await press('ArrowRight');
			if ((await title()) !== first) break;
			places.push(await place());
		}
		expect(await title()).toBe('Tokens to one vector');
		await expect.poll(place).toBe(0);
		// Every figure was at the top once: both pictures, and the question.
		expect(places.length).toBeGreaterThanOrEqual(4);
		expect(places).toEqual([...places].sort((a, b) => a - b));

		await press('ArrowLeft');
		expect(await title()).toBe(first);
		await page.locator('.fig .picture').nth(1).waitFor();
		await chapterAtRest(page);
		await painted(page);
		// A chapter that is turned to begins with what is above its title.
		await press('PageDown');
		for (const at of places.slice(0, 3)) {
			expect(Math.abs((await place()) - at)).toBeLessThan(3);
			await press('PageDown');
		}
		await press('PageUp');
		expect(Math.abs((await place()) - places[2])).toBeLessThan(3);
		await press('PageUp');
		expect(Math.abs((await place()) - places[1])).toBeLessThan(3);
		await leave();
		await page.keyboard.press('ArrowRight');
		expect(await title()).toBe(first);
	});

	test.each(CHAPTERS)('%s: nothing is cut, and the question hides its answer', async name => {
		await resize(page, width, height);
		await open(name);
		await begin();
		await page.screenshot({path: `test/e2e/screenshots/class-${name}-${width}.png`, fullPage: true});
		expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
		expect(await clipped(page, '.class-row, .walk-text, .numbers-scroll')).toEqual([]);
		const wide = await page.evaluate(() =>
			[...document.querySelectorAll('main .picture text')]
				.filter(text => {
					const box = text.getBoundingClientRect();
					return box.width > 0 && (box.left < 0 || box.right > innerWidth);
				})
				.map(text => text.textContent),
		);
		expect(wide).toEqual([]);

		const question = page.locator('.question');
		const hidden = question.getByRole('status');
		expect(await hidden.textContent()).toBe('');
		await question.getByRole('button', {name: 'Show the answer', exact: true}).click();
		await expect.poll(async () => (await hidden.textContent())!.length).toBeGreaterThan(10);
		await question.scrollIntoViewIfNeeded();
		await question.getByRole('button', {name: 'Hide the answer', exact: true}).click();
		await expect.poll(() => hidden.textContent()).toBe('');
		await leave();
		await expect.poll(() => question.count()).toBe(0);
	});

	test.each(WITH_FIGURES)('%s: a figure that is gone to is whole on the screen', async name => {
		await resize(page, width, height);
		await open(name);
		await begin();
		const tall = await page.evaluate(() =>
			[...document.querySelectorAll('main .fig')].flatMap(figure => {
				figure.scrollIntoView({block: 'start'});
				const end =
					figure.querySelector('.fig-foot')?.getBoundingClientRect().top ?? figure.getBoundingClientRect().bottom;
				return end > innerHeight ? [`${figure.textContent.slice(0, 60)}: ${Math.round(end)} of ${innerHeight}`] : [];
			}),
		);
		expect(tall).toEqual([]);
		await leave();
	});
});
