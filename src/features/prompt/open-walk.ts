import browser from 'webextension-polyfill';
import {sessionArea} from '../../client/browser/session-area.ts';
import {endOf} from '../../client/text-end.ts';
import type {Source} from '../../protocol/messages/inbox.ts';
import {WALK_CHARACTERS, WALK_PAGE_KEY, WALK_TEXT_KEY} from '../../protocol/messages/keys.ts';
import type {GrowingPrompt} from '../loop/prompt.ts';

const WALK = 'src/entrypoints/walkthrough/index.html';

/** A text, and whether what the tokenizer puts before one is left out there. */
type Opened = Pick<GrowingPrompt, 'text' | 'addSpecialTokens'>;

/**
 * Open the walk on a text. Each time in a new tab: the last one may be at a step that the reader wants to keep.
 * @param source where the text came from; null where that is not known.
 * @param step a chapter and its state, as in an address: `guess?passage=own`; the beginning where it is left out.
 */
export async function openWalk({text, addSpecialTokens}: Opened, source: Source | null, step = ''): Promise<void> {
	const page = source?.tabId ?? (await tabInFront());
	await sessionArea().set({[WALK_TEXT_KEY]: endOf(text, WALK_CHARACTERS), [WALK_PAGE_KEY]: page});
	const there = addSpecialTokens === false ? `${step}${step.includes('?') ? '&' : '?'}beginning=off` : step;
	await browser.tabs.create({url: browser.runtime.getURL(WALK) + (there && `#${there}`)});
}

/** The tab that popup or panel is in front of or beside; null for a page in a tab of its own. */
async function tabInFront(): Promise<number | null> {
	if (await browser.tabs.getCurrent()) return null;
	const [tab] = await browser.tabs.query({active: true, currentWindow: true});
	return tab?.id ?? null;
}
