import type {Page} from 'playwright-core';
import {frames} from './content-page.ts';

/** When a page stands still, so that what is read of it a moment later is still so. */

/** Waits until the page has been painted as it is now: what observes its own size has then drawn itself anew. */
export const painted = (page: Page): Promise<void> => frames(page, 2);

/** Give the window another size, and wait until the page has it: that takes frames. */
export async function resize(page: Page, width: number, height: number): Promise<void> {
	await page.setViewportSize({width, height});
	await page.waitForFunction(([width, height]) => innerWidth === width && innerHeight === height, [
		width,
		height,
	] as const);
	await painted(page);
}

/** Waits until nothing is under way in a chapter of the walk: no question is asked, and nothing is counted that streams. */
export const chapterAtRest = async (page: Page): Promise<void> => {
	await page.waitForFunction(
		() =>
			!document.querySelector('main :is([aria-busy="true"], [role="progressbar"])') &&
			[...document.querySelectorAll('main [role="status"]')].every(
				({textContent}) => !/^[\d,]+ of [\d,]+ (?:line|prompt|part|patch)/.test(textContent),
			),
	);
};
