import {expect, test} from 'vitest';
import {firefoxPath} from '../../scripts/firefox.ts';
import {startDesktop} from '../helpers/desktop.ts';
import {type AnyPage, BROWSER_LAUNCHERS, openOnPrompt} from '../helpers/either-browser.ts';
import {servePages} from '../helpers/pages-server.ts';
import {watchMenus} from '../helpers/right-click.ts';
import {waitFor} from '../helpers/wait.ts';

/** The way that a person goes, in Firefox: drag, right-click, choose. */

const WORDS = 'whose daughters were all beautiful';

/** Where on the screen the words begin and end, as xdotool's words. */
const placesOf = async (page: AnyPage, text: string): Promise<string[][]> => {
	const places = await page.evaluate(text => {
		const node = document.querySelector('#opening')!.firstChild as Text;
		const start = node.data.indexOf(text);
		const {mozInnerScreenX: left, mozInnerScreenY: top} = window as unknown as Record<string, number>;
		return [start, start + text.length].map(offset => {
			const range = document.createRange();
			range.setStart(node, offset);
			const {x, y, height} = range.getBoundingClientRect();
			return [left + x, top + y + height / 2];
		});
	}, text);
	return places.map(place => place.map(at => String(Math.round(at))));
};

test.runIf(firefoxPath() !== undefined)(
	'a right-click on a selection predicts what follows it',
	async () => {
		const desktop = await startDesktop();
		const pages = await servePages();
		const browser = await BROWSER_LAUNCHERS.firefox({desktop});
		try {
			const story = await browser.visit(pages.url('story.html'));
			await story.bringToFront();
			const [from, to] = await placesOf(story, WORDS);
			const drag = ['mousedown', '1', 'mousemove', ...to, 'mousemove', ...to, 'mouseup', '1'];
			await desktop.xdotool('mousemove', ...from, ...drag);
			const selected = await waitFor('the selection', () =>
				story.evaluate(() => getSelection()!.toString(), undefined),
			);
			expect(selected).toMatch(/daughters were all/);
			const {opened} = await watchMenus(desktop);
			await desktop.xdotool('mousemove', String(Number(from[0]) + 20), from[1], 'click', '3');
			await opened(1);
			// What an extension adds is at the menu's end.
			await desktop.xdotool('key', 'Up');
			// Both entries of a selection are one step deep, "Predict" first.
			await desktop.xdotool('key', 'Right');
			await opened(2);
			await desktop.screenshot('test/e2e/screenshots/firefox-right-click-menu.png');
			await desktop.xdotool('key', 'Return');
			await waitFor('the words as the prompt', () => openOnPrompt(browser, selected), {timeout: 60_000});
		} finally {
			await browser.dispose();
			await pages.dispose();
			await desktop.dispose();
		}
	},
	120_000,
);
