import type {Page} from 'playwright-core';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {NEUTRAL_GENERATION} from '../../src/engine/parameters/registry.ts';
import {type ExtensionBrowser, launchExtension} from '../helpers/extension.ts';

/** What a person waits for, while a long passage is being scored in the same engine. */

let browser: ExtensionBrowser;
let page: Page;
beforeAll(async () => {
	browser = await launchExtension();
	page = await browser.openPopupPage();
	await page.locator('.class-rows[aria-busy="false"] .class-row').first().waitFor();
});
afterAll(() => browser?.dispose());

test('the classes come before two more parts of the passage', async () => {
	// Two ports, as of the page that is painted and of the popup.
	const {before, between, after} = await page.evaluate(async generation => {
		const passage = chrome.runtime.connect({name: 'engine'});
		const popup = chrome.runtime.connect({name: 'engine'});
		const text = 'It was a bright cold day in April, and the clocks were striking thirteen. '.repeat(140);
		// Several chunks to read: each of them could wait for a part of the passage.
		const prompt = 'A prompt that nobody has read before, with many words in it. '.repeat(25);
		let parts = 0;
		let asked = -1;
		let answered = -1;
		await new Promise<void>(resolve => {
			passage.onMessage.addListener(({type, event}: {type: string; event?: {kind: string}}) => {
				if (type === 'answer') resolve();
				if (event?.kind !== 'scored') return;
				if (++parts !== 2) return;
				asked = parts;
				const params = {prompt: {text: prompt, appended: []}, generation, limit: 5};
				popup.postMessage({type: 'request', id: 1, method: 'classes', params});
			});
			popup.onMessage.addListener(({type}: {type: string}) => {
				if (type === 'answer') answered = parts;
			});
			passage.postMessage({type: 'request', id: 1, method: 'score', params: {text}});
		});
		return {before: asked, between: answered - asked, after: parts - answered};
	}, NEUTRAL_GENERATION);
	expect(before).toBe(2);
	expect(between).toBeGreaterThanOrEqual(0);
	expect(between).toBeLessThanOrEqual(2);
	expect(after).toBeGreaterThan(0);
});
