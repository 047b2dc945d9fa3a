import type {Frame, Page} from 'playwright-core';
import type {Desktop} from './desktop.ts';

/** Where on the screen a point of the page is. */
const onScreen = async (page: Page, x: number, y: number): Promise<[string, string]> => {
	const {left, top} = await page.evaluate(() => ({
		left: screenX + (outerWidth - innerWidth) / 2,
		// What is above the page: tabs, address, bookmarks. The frame's lower edge is as wide as its sides.
		top: screenY + outerHeight - innerHeight - (outerWidth - innerWidth) / 2,
	}));
	return [String(Math.round(left + x)), String(Math.round(top + y))];
};

/** Selects all of an element's text as a script would; the selection is the page's own. */
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

/** A real right-click on the first line of an element, with the mouse of the desktop. */
export const rightClick = async (desktop: Desktop, page: Page, target: ReturnType<Page['locator']>): Promise<void> => {
	await page.bringToFront();
	const box = await target.boundingBox();
	if (!box) throw new Error('The element to click is not on the page.');
	const [x, y] = await onScreen(page, box.x + Math.min(40, box.width / 2), box.y + Math.min(12, box.height / 2));
	await desktop.xdotool('mousemove', x, y, 'click', '3');
};
