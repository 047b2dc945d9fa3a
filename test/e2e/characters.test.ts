import type {Locator, Page} from 'playwright-core';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {type ExtensionBrowser, launchExtension} from '../helpers/extension.ts';
import {shownClasses} from '../helpers/popup.ts';

/** A character that several tokens make is seen, in every colour that its tokens can have. */

const TEXT = 'She said “The 北京 was 首 blue”';

let browser: ExtensionBrowser;
let page: Page;
beforeAll(async () => {
	browser = await launchExtension();
	page = await browser.openPopupPage();
	await page.getByRole('textbox', {name: 'Prompt'}).fill(TEXT);
	await shownClasses(page);
	await page.getByRole('tab', {name: 'Passage'}).click();
	await page.locator('.words').waitFor({timeout: 60_000});
});
afterAll(() => browser?.dispose());

/** How far the luminances in a picture of an element are apart, its lowest pixels left out: 0 to 255. */
async function inkOf(element: Locator): Promise<number> {
	const picture = (await element.screenshot()).toString('base64');
	return page.evaluate(async base64 => {
		const bytes = Uint8Array.from(atob(base64), character => character.charCodeAt(0));
		const image = await createImageBitmap(new Blob([bytes], {type: 'image/png'}));
		const canvas = new OffscreenCanvas(image.width, image.height);
		const context = canvas.getContext('2d')!;
		context.drawImage(image, 0, 0);
		// The marks of the tokens are at the bottom.
		const {data} = context.getImageData(0, 0, image.width, image.height - 7);
		let [low, high] = [255, 0];
		for (let i = 0; i < data.length; i += 4) {
			const luminance = 0.2126 * data[i] + 0.7152 * data[i + 1] + 0.0722 * data[i + 2];
			[low, high] = [Math.min(low, luminance), Math.max(high, luminance)];
		}
		return high - low;
	}, picture);
}

test.each([
	['light', 'rank'],
	['light', 'surprisal in bits'],
	['dark', 'rank'],
	['dark', 'surprisal in bits'],
] as const)('in a %s passage coloured by %s', async (colorScheme, scale) => {
	await page.emulateMedia({colorScheme});
	await page.getByText(scale, {exact: true}).click();
	const characters = page.locator('.passage-text .shared-character');
	await characters.first().waitFor();
	const texts = await characters.locator('> .token-text').allTextContents();
	expect(texts.map(text => text.replace('·', ''))).toEqual(expect.arrayContaining(['“', '首']));
	await page.screenshot({path: `test/e2e/screenshots/characters-${colorScheme}-${scale.slice(0, 4)}.png`});
	for (const [i, text] of texts.entries()) expect(await inkOf(characters.nth(i)), text).toBeGreaterThan(100);
});

test('each of its tokens can be pointed at', async () => {
	const parts = page.locator('.passage-text .shared-character').last().locator('[data-tip]');
	expect(await parts.count()).toBeGreaterThan(1);
	for (const part of await parts.all()) {
		const [tip, found] = await part.evaluate(element => {
			const {x, y, width, height} = element.getBoundingClientRect();
			const hit = document.elementFromPoint(x + width / 2, y + height / 2);
			return [element.getAttribute('data-tip'), hit?.closest('[data-tip]')?.getAttribute('data-tip')];
		});
		expect(found).toBe(tip);
	}
});

test('the card of one shows the character and says which part it is', async () => {
	const part = page.locator('.passage-text .shared-character').first().locator('[data-tip]').nth(1);
	await part.hover();
	const tip = page.getByRole('tooltip');
	await tip.getByText('Part 2 of 2').waitFor();
	await expect.poll(() => tip.locator('.token-text').first().textContent()).toContain('“');
	await expect.poll(async () => (await tip.boundingBox())!.width).toBeLessThanOrEqual(321);
	await page.screenshot({path: 'test/e2e/screenshots/characters-card.png'});
});
