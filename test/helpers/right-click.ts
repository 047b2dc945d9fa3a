import type {Frame, Locator, Page} from 'playwright-core';
import type {Desktop} from './desktop.ts';
import {waitFor} from './wait.ts';

interface Point {
	x: number;
	y: number;
}

/** Where on the screen a point of the page is, as xdotool's words. */
const onScreen = async (page: Page, {x, y}: Point): Promise<string[]> => {
	const {left, top} = await page.evaluate(() => {
		const border = (outerWidth - innerWidth) / 2;
		// Above the page are tabs and address; the frame's lower edge is as wide as its sides.
		return {left: screenX + border, top: screenY + outerHeight - innerHeight - border};
	});
	return [String(Math.round(left + x)), String(Math.round(top + y))];
};

/** Selects all of an element's text by script: the selection is the page's own, as after a drag. */
export const selectText = (frame: Page | Frame, selector: string): Promise<void> =>
	frame.locator(selector).evaluate(element => {
		if (element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement) {
			element.focus();
			element.select();
		} else {
			if (element instanceof HTMLElement && element.isContentEditable) element.focus();
			element.ownerDocument.getSelection()!.selectAllChildren(element);
		}
	});

/** Selects a piece of an element's text by dragging over it with the desktop's mouse, as a person does. */
export const dragOver = async (desktop: Desktop, page: Page, selector: string, text: string): Promise<void> => {
	await page.bringToFront();
	await page.locator(selector).scrollIntoViewIfNeeded();
	// No named function inside: tsx would wrap it in a helper that the page does not have.
	const [from, to] = await page.locator(selector).evaluate((element, text) => {
		const node = element.firstChild as Text;
		const start = node.data.indexOf(text);
		return [start, start + text.length].map(offset => {
			const range = document.createRange();
			range.setStart(node, offset);
			const {x, y, height} = range.getBoundingClientRect();
			return {x, y: y + height / 2};
		});
	}, text);
	const start = await onScreen(page, from);
	const end = await onScreen(page, to);
	await desktop.xdotool(
		'mousemove',
		...start,
		'mousedown',
		'1',
		'mousemove',
		...end,
		'mousemove',
		...end,
		'mouseup',
		'1',
	);
	await waitFor('the selection', () => page.evaluate(() => document.getSelection()?.toString() !== ''));
};

/** How far above the menu's end our entry is ("Inspect" is last). */
const ABOVE_END = {selection: 2, field: 2, page: 3};

/** What follows in our own menu: a selection has two entries, one step deep; a field and the page have one, in no menu of its own. */
const INSIDE = {predict: ['Right'], colour: ['Right', 'Down']};

export interface Choice {
	/** What is clicked: selected text, or a field or the page with nothing selected, where the menu is another. */
	on?: keyof typeof ABOVE_END;
	/** Which of the two entries that a selection has. */
	entry?: keyof typeof INSIDE;
	/** How far above the menu's end the entry is, where another extension has one too. */
	aboveEnd?: number;
	/** Whether the entry is in a menu of the extension's own. */
	inside?: boolean;
	/** Called with the menu open, before the choice: for a picture. */
	beforeChoice?(): Promise<void>;
}

/** Waits for menus to open: windows that were not there before. */
export const watchMenus = async (desktop: Desktop) => {
	const before = new Set(await desktop.windows());
	const menus = async () => (await desktop.windows()).filter(id => !before.has(id)).length;
	return {
		opened: (count: number, timeout?: number) =>
			waitFor(`menu ${count}`, async () => (await menus()) >= count, {timeout}),
	};
};

/** How often a person would click before giving up, and how long they would wait each time. */
const CLICKS = 3;
const PATIENCE = 6000;

/** Right-clicks until the menu is there: a click that comes while a popup is closing only finishes closing it. */
const openMenu = async (desktop: Desktop, point: readonly string[]) => {
	for (let click = 1; ; click++) {
		const {opened} = await watchMenus(desktop);
		await desktop.xdotool('mousemove', ...point, 'click', '3');
		try {
			await opened(1, PATIENCE);
			return;
		} catch (error) {
			if (click === CLICKS) throw error;
		}
	}
};

/** A real right-click on an element's first line, and a choice from the browser's own menu by keyboard. */
export const rightClickAndChoose = async (
	desktop: Desktop,
	page: Page,
	target: Locator,
	{
		on = 'selection',
		entry = 'predict',
		aboveEnd = ABOVE_END[on],
		inside = on === 'selection',
		beforeChoice,
	}: Choice = {},
): Promise<void> => {
	await page.bringToFront();
	await target.scrollIntoViewIfNeeded();
	const box = await target.boundingBox();
	if (!box) throw new Error('The element to click is not on the page.');
	const point = await onScreen(page, {x: box.x + Math.min(40, box.width / 2), y: box.y + Math.min(12, box.height / 2)});
	await openMenu(desktop, point);
	const {opened} = await watchMenus(desktop);
	await desktop.xdotool('key', ...Array<string>(aboveEnd).fill('Up'));
	if (inside) {
		const [open, ...down] = INSIDE[entry];
		await desktop.xdotool('key', open);
		await opened(1);
		if (down.length > 0) await desktop.xdotool('key', ...down);
	}
	await beforeChoice?.();
	await desktop.xdotool('key', 'Return');
};

/** Presses the key that colours what is selected. */
export const pressColourKey = async (desktop: Desktop, page: Page): Promise<void> => {
	await page.bringToFront();
	await desktop.xdotool('key', 'alt+shift+s');
};
