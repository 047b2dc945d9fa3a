import browser from 'webextension-polyfill';
import {sessionArea} from '../../platform/session-area.ts';
import {WALK_CHARACTERS, WALK_TEXT_KEY} from '../../protocol/messages.ts';
import {endOf} from '../../protocol/text-end.ts';

const WALK = 'src/walk/index.html';

/**
 * Open the walk on a text. Each time in a new tab: the last one may be at a step that the reader wants to keep.
 * @param step a chapter and its state, as in an address: `guess?passage=own`; the beginning where it is left out.
 */
export async function openWalk(text: string, step = ''): Promise<void> {
	await sessionArea().set({[WALK_TEXT_KEY]: endOf(text, WALK_CHARACTERS)});
	await browser.tabs.create({url: browser.runtime.getURL(WALK) + (step && `#${step}`)});
}
