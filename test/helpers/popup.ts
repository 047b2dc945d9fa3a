import type {Page} from 'playwright-core';
import {afterAll, beforeAll, beforeEach, expect} from 'vitest';
import {type ExtensionBrowser, launchExtension} from './extension.ts';
import {waitFor} from './wait.ts';

/** The popup, as a person reads it. Works on the native popup, the panel's and the tab's page alike. */

export const promptText = (popup: Page): Promise<string> => popup.getByRole('textbox', {name: 'Prompt'}).inputValue();

/** The prompt's tokens, as the chips show them. */
export const shownTokens = (popup: Page): Promise<string[]> =>
	popup.locator('.prompt .cell').evaluateAll(cells => cells.map(cell => cell.textContent ?? ''));

export interface ShownClass {
	rank: number;
	/** Token id. */
	id: number;
	/** The class's text, with the characters that the marks for spaces, newlines and tabs stand for. */
	text: string;
	logit: number;
	/** Of the three significant digits shown. Of a class shown as `<0.01 %`, that bound. */
	percent: number;
}

/** Marks for characters that cannot be seen, and those characters. */
const MARKS = {'·': ' ', '↵': '\n', '⇥': '\t'};

const number = (text: string) =>
	Number(
		text
			.replace('−', '-')
			.replaceAll(',', '')
			.replace(/[\s%<]/gu, ''),
	);

/** The ranked list of classes, once the classes of the present prompt are there. */
export const shownClasses = async (popup: Page): Promise<ShownClass[]> => {
	const list = popup.locator('.class-rows[aria-busy="false"] .class-row');
	// The list can be asked again between any two looks at it; a large model takes a while to open.
	const lookAtRows = async () => {
		// No named function inside an `evaluate`: tsx would wrap it in a helper that the page does not have.
		const rows = await list.evaluateAll(
			(elements, marks: Record<string, string>) =>
				elements.map(element => ({
					id: element.getAttribute('data-tip') ?? '',
					text: [...element.querySelector('.token-text')!.childNodes]
						.map(node => (node instanceof Text ? node.data : (marks[node.textContent!] ?? node.textContent)))
						.join(''),
					numbers: ['.rank', '.logit', '.probability'].map(part => element.querySelector(part)?.textContent ?? ''),
				})),
			MARKS,
		);
		return rows.length > 0 ? rows : null;
	};
	const rows = await waitFor('the classes', lookAtRows, {timeout: 90_000});
	return rows.map(({id, text, numbers: [rank, logit, percent]}) => ({
		rank: number(rank),
		id: number(id),
		text,
		logit: number(logit),
		percent: number(percent),
	}));
};

/** Waits until the popup names this model as the one that answers: classes may come before its name. */
export const answersBy = (popup: Page, name: string | RegExp): Promise<void> =>
	popup.locator('.model-pill', {hasText: name}).waitFor({timeout: 90_000});

/** The texts of the continuations shown now. */
export const shownContinuations = (popup: Page): Promise<string[]> =>
	popup.locator('.continuation-text').evaluateAll(
		(lists, marks: Record<string, string>) =>
			lists.map(list =>
				[...list.querySelectorAll('.token-text')]
					.flatMap(token => [...token.childNodes])
					.map(node => (node instanceof Text ? node.data : (marks[node.textContent!] ?? node.textContent)))
					.join(''),
			),
		MARKS,
	);

export const openView = (popup: Page, name: 'Classes' | 'Continuations'): Promise<void> =>
	popup.getByRole('tab', {name}).click();

/** Waits until no continuation runs any more, and gives their texts. */
export const finishedContinuations = async (popup: Page): Promise<string[]> => {
	await popup.locator('.continuations ol[aria-busy="false"]').waitFor({timeout: 90_000});
	return waitFor('the continuations', async () => {
		const texts = await shownContinuations(popup);
		return texts.length > 0 && texts.every(text => text !== '') ? texts : null;
	});
};

/** What of the line of details is cut off or blank, and what lies over it. Nothing, however narrow the popup is. */
export const faultsOfLine = (popup: Page): Promise<string[]> =>
	popup.evaluate(() => {
		const line = document.querySelector('.class-line')!.getBoundingClientRect();
		const texts = document.createTreeWalker(document.querySelector('.class-line > div')!, NodeFilter.SHOW_TEXT);
		const found: string[] = [];
		let first = Number.POSITIVE_INFINITY;
		const range = document.createRange();
		while (texts.nextNode()) {
			if (texts.currentNode.nodeValue!.trim() === '') continue;
			range.selectNodeContents(texts.currentNode);
			for (const {left, right, top, bottom, width} of range.getClientRects()) {
				if (width === 0) continue;
				first = Math.min(first, top);
				const isIn = left > line.left - 1 && right < Math.min(line.right, innerWidth) + 1;
				if (!isIn || top < line.top - 3 || bottom > line.bottom + 3) found.push(`${range} is cut`);
			}
		}
		if (first > line.top + 12) found.push('its first line is blank');
		range.selectNodeContents(document.querySelector('.class-columns.rest')!);
		if (range.getBoundingClientRect().bottom > line.top + 1) found.push('the row of the other classes lies over it');
		return found;
	});

/** A browser for a test file, with nothing stored before each test; and a way to use a popup page in it. */
export function usePopups() {
	let browser: ExtensionBrowser;
	beforeAll(async () => {
		browser = await launchExtension();
	});
	afterAll(() => browser?.dispose());
	beforeEach(async () => {
		const worker = await browser.serviceWorker();
		await worker.evaluate(() => Promise.all([chrome.storage.session.clear(), chrome.storage.sync.clear()]));
	});
	return {
		browser: () => browser,
		/** Open a popup page, use it and close it. Fails if the page throws an error. */
		async inPopup(use: (page: Page) => Promise<void>) {
			const page = await browser.openPopupPage();
			const errors: string[] = [];
			page.on('pageerror', error => errors.push(error.message));
			try {
				await use(page);
			} finally {
				await page.close();
			}
			expect(errors).toEqual([]);
		},
	};
}
