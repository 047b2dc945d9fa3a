import type {Page} from 'playwright-core';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {frames} from '../helpers/content-page.ts';
import {type ExtensionBrowser, launchExtension} from '../helpers/extension.ts';

/** Every control of every page is pressed by keyboard, and no press leaves the keyboard without a place. */

let browser: ExtensionBrowser;
beforeAll(async () => {
	browser = await launchExtension();
});
afterAll(() => browser?.dispose());

/** Other pages, the file chooser, downloads of hundreds of megabytes, and menus of the system are no controls of the view. */
/** What a press brings can bring more without end, as training does. */
const MOST = 24;
const CONTROLS = ':is(button, summary, input:not([type="file"]), [tabindex="0"]):not(:disabled, [tabindex="-1"])';
const LEAVES_THE_PAGE = /^(Download|Open|Choose|Save|Settings|Models|Walkthrough|Export|Copy|From disk|Reload)/i;

/** Marks the next control whose like was not pressed before, and focuses it. @returns its name; null when all were. */
const focusNext = (page: Page, done: readonly string[]): Promise<string | null> =>
	page.evaluate(
		([selector, leaves, done]) => {
			for (const one of document.querySelectorAll<HTMLElement>(selector)) {
				const label = one.getAttribute('aria-label') ?? one.textContent?.trim() ?? '';
				// An item stands for its list, and a name for all numbers in it.
				const kind = `${one.localName}.${one.getAttribute('class')} ${one.getAttribute('type')}`;
				const name = one.matches('[data-item], [data-tip]') ? kind : `${kind} ${label.replace(/\d/g, '').slice(0, 24)}`;
				if (done.includes(name) || new RegExp(leaves, 'i').test(label)) continue;
				if (!one.checkVisibility({visibilityProperty: true})) continue;
				one.focus();
				if (document.activeElement === one) return name;
			}
			return null;
		},
		[CONTROLS, LEAVES_THE_PAGE.source, done] as const,
	);

/** Presses each control of a view, those that a press brings included. @returns those that lost the focus. */
async function lostBy(page: Page): Promise<string[]> {
	const lost: string[] = [];
	const pressed: string[] = [];
	while (pressed.length < MOST) {
		const name = await focusNext(page, pressed);
		if (name === null) break;
		pressed.push(name);

		await page.keyboard.press(/checkbox|radio/.test(name) ? 'Space' : 'Enter');
		for (const opened of page.context().pages().slice(1)) if (opened !== page) await opened.close();
		await page.bringToFront();
		await frames(page, 2);
		if (await page.evaluate(() => document.activeElement === document.body)) lost.push(name);
	}
	expect(pressed.length).toBeGreaterThan(0);
	return lost;
}

const VIEWS: readonly [name: string, path: string][] = [
	['the popup', 'popup/index.html?view=tab'],
	['the desk', 'corpus/index.html'],
	['the models', 'models/index.html'],
	['the options', 'options/index.html'],
	['the welcome', 'welcome/index.html'],
	...['tokens', 'vector', 'labels', 'guess'].map(
		chapter => [`the walk, ${chapter}`, `walkthrough/index.html#${chapter}`] as [string, string],
	),
];

test.each(VIEWS)('%s', async (_, path) => {
	const page = await browser.context.newPage();
	page.on('dialog', dialog => void dialog.dismiss());
	await page.goto(browser.url(`src/entrypoints/${path}`));
	await page.locator(CONTROLS).first().waitFor();
	const lost = await lostBy(page);
	await page.close();
	expect(lost).toEqual([]);
});
