import type {Page} from 'playwright-core';
import {waitFor} from './wait.ts';

/** The popup, as a person reads it. Works on the native popup, the panel's and the tab's page alike. */

export const promptText = (popup: Page): Promise<string> => popup.getByRole('textbox', {name: 'Prompt'}).inputValue();

export interface ShownClass {
	rank: number;
	/** As shown: spaces are middle dots. */
	text: string;
	logit: number;
	/** As shown, a percentage. */
	percent: number;
}

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
	await list.first().waitFor();
	const rows = await list.evaluateAll(elements =>
		elements.map(element =>
			['.rank', '.token-text', '.logit', '.probability'].map(part => element.querySelector(part)?.textContent ?? ''),
		),
	);
	return rows.map(([rank, text, logit, percent]) => ({
		rank: number(rank),
		text,
		logit: number(logit),
		percent: number(percent),
	}));
};

/** The texts of the continuations as they stand, each token's text joined. */
export const shownContinuations = (popup: Page): Promise<string[]> =>
	popup
		.locator('.continuation-text')
		.evaluateAll(lists =>
			lists.map(list => [...list.querySelectorAll('li[data-item]')].map(item => item.textContent).join('')),
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
