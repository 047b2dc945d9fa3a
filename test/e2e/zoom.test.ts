import type {Page} from 'playwright-core';
import {describe, expect, test} from 'vitest';
import {chapterAtRest, painted, resize} from '../helpers/at-rest.ts';
import {setOffline} from '../helpers/hub-extension.ts';
import {answersBy, finishedContinuations, shownClasses, usePopups} from '../helpers/popup.ts';
import {clipped, reach} from '../helpers/reach.ts';
import {waitFor} from '../helpers/wait.ts';

/**
 * At 200 % and 400 % everything that can be pressed at 100 % is still there, can be scrolled to, and is not cut (WCAG 1.4.4
 * and 1.4.10). A page at 200 % has half as many pixels of CSS each way.
 */

const {browser} = usePopups();

/**
 * What may be cut, because the whole is a step away: with an ellipsis, in a title, a card, or the line of details; the name on a
 * narrow slice of a bar, which is left out there and stands in the list below it.
 */
const ELLIPSES =
	'.mass-name, .mirror, .find-mirror, .model-pill, .class-row, .compare-lists, .compare-changes, .prompt-sample, .outline-text';

const tab = (page: Page, name: string) => page.locator(`#tab-${name}`).click();

/** A first view as a person opens it; each leaves the page at rest. */
const VIEWS: Record<string, (page: Page) => Promise<unknown>> = {
	classes: async page => {
		await tab(page, 'classes');
		await shownClasses(page);
	},
	'classes with settings': async page => {
		await tab(page, 'classes');
		await shownClasses(page);
		await page.getByText('with settings', {exact: true}).first().click();
		await page.locator('.rule').waitFor();
	},
	'a class that is looked for': async page => {
		await tab(page, 'classes');
		await shownClasses(page);
		await page.locator('.find input').fill('king');
		await page.locator('.find-answer').waitFor();
	},
	'the comparison': async page => {
		await tab(page, 'classes');
		await shownClasses(page);
		await page.getByRole('button', {name: 'Compare two prompts or two models', exact: true}).click();
		await page.locator('.compare-field input').fill('Once upon a time, there lived an');
		await page.locator('.compare-lists li').first().waitFor();
	},
	'by hand': async page => {
		await tab(page, 'classes');
		await shownClasses(page);
		const rows = page.locator('.class-row');
		await rows.first().focus();
		await page.keyboard.press('+');
		await rows.nth(2).focus();
		await page.keyboard.press('x');
		await page.locator('.find input').fill('king of');
		await page.locator('.push-word').waitFor();
	},
	'the model': async page => {
		await shownClasses(page);
		await page.locator('.model-pill').click();
		await page.getByRole('button', {name: 'Show the model card', exact: true}).click();
		await page.locator('.model-card').waitFor();
	},
	continuations: async page => {
		await tab(page, 'continuations');
		await finishedContinuations(page);
	},
	strategies: async page => {
		await tab(page, 'strategies');
		await page.getByRole('button', {name: 'Run', exact: true}).click();
		await waitFor(
			'the comparison',
			async () => (await page.locator('.comparison > .table-scroll tbody tr').count()) === 4,
			{
				timeout: 90_000,
			},
		);
	},
	passage: async page => {
		await tab(page, 'passage');
		await page.locator('.words').waitFor({timeout: 60_000});
	},
};

const SIZES = {popup: [800, 600], tab: [1280, 800]} as const;

/** That all that can be reached now can be reached at 200 % and 400 % of a window or popup of this size, and is not cut. */
async function keepsAll(page: Page, name: string, [width, height]: readonly [number, number]) {
	const whole = new Set((await reach(page)).map(({name}) => name));
	for (const zoom of [2, 4]) {
		await resize(page, width / zoom, height / zoom);
		const zoomed = await reach(page);
		await page.screenshot({path: `test/e2e/screenshots/zoom-${name.replaceAll(' ', '-')}-${zoom}00.png`});
		const names = new Set(zoomed.map(({name}) => name));
		const at = `at ${zoom}00 %`;
		expect(
			[...whole].filter(name => !names.has(name)),
			`missing ${at}`,
		).toEqual([]);
		expect(
			zoomed.filter(({fault}) => fault !== null),
			at,
		).toEqual([]);
		expect(await clipped(page, ELLIPSES), `cut ${at}`).toEqual([]);
	}
}

describe.each(['popup', 'tab'] as const)('the %s', view => {
	test.each(Object.keys(VIEWS))('%s', async name => {
		const page = await browser().context.newPage();
		try {
			// At 100 % as a popup of 460 pixels; the tab in one column, as it is at 200 %.
			await page.setViewportSize(view === 'popup' ? {width: 460, height: 600} : {width: 890, height: 800});
			await page.goto(browser().url(`src/entrypoints/popup/index.html?view=${view}`));
			await VIEWS[name](page);
			await answersBy(page, 'gpt2-mini');
			// A card opens over whatever slides under a pointer.
			await page.mouse.move(0, 0);
			await painted(page);
			await keepsAll(page, `${view}-${name}`, SIZES[view]);
		} finally {
			await page.close();
		}
	});
});

async function drawnChapter(page: Page) {
	await page.locator('main :is(.fig .picture, .passage)').first().waitFor({timeout: 60_000});
	await chapterAtRest(page);
}

/** The pages beside the three views, each as it is once a person has begun with it. */
const PAGES: Record<string, (page: Page) => Promise<unknown>> = {
	models: async page => {
		await page.locator('.stored .model-row').first().waitFor();
		await setOffline(page, true);
		await page.getByRole('button', {name: 'Download… openai-community/gpt2', exact: true}).click();
		await page.getByRole('alert').waitFor();
	},
	corpus: async page => {
		await page.getByText('A table (CSV, TSV or JSON Lines)', {exact: true}).click();
		await page
			.getByRole('textbox', {name: 'A table (CSV, TSV or JSON Lines)'})
			.fill('sentence_good,sentence_bad,condition\nThe dog {was} old.,The dog were old.,a\nIt {is} old.,It are old.,b');
		await page.getByRole('button', {name: 'Measure 2 texts', exact: true}).click();
		await page.locator('.fig').nth(2).waitFor({timeout: 60_000});
		await page.getByText('All 2 rows are done.').waitFor();
	},
	options: async page => {
		await page.locator('.preview-row .token-text').first().waitFor({timeout: 60_000});
		for (const group of await page.locator('details > summary').all())
			if (!(await group.evaluate(summary => summary.closest('details')!.open))) await group.click();
	},
	welcome: async page => {
		await page.locator('.demo-rest').waitFor();
		const grown = () => page.locator('.demo-sentence .token').count();
		const listed = () => page.locator('.demo-list').textContent();
		const before = await grown();
		for (let steps = 1; steps <= 3; steps++) {
			const old = await listed();
			await page.getByRole('button', {name: 'Step', exact: true}).click();
			await waitFor('the class to join', async () => (await grown()) === before + steps);
			await waitFor('the next classes', async () => (await listed()) !== old);
		}
	},
	...Object.fromEntries(
		['tokens', 'vector', 'head', 'labels', 'loop', 'influence', 'training', 'train', 'guess'].map(chapter => [
			`walkthrough#${chapter}`,
			drawnChapter,
		]),
	),
};

test.each(Object.entries(PAGES))('the page %s', async (name, begin) => {
	const [folder, step] = name.split('#');
	const page = await browser().context.newPage();
	try {
		await page.setViewportSize({width: 890, height: 800});
		await page.goto(browser().url(`src/entrypoints/${folder}/index.html${step ? `#${step}` : ''}`));
		await begin(page);
		await page.mouse.move(0, 0);
		await keepsAll(page, name.replace('#', '-'), [1280, 800]);
	} finally {
		await page.close();
	}
});
