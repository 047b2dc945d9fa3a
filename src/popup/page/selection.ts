import {type FrameSelection, readSelection} from '../../content/read-selection.ts';
import type {Source} from '../../protocol/runtime.ts';

/** A text selected on the page, or standing before the caret of a field there. */
export interface PageSelection {
	text: string;
	source: Source;
	/** Nothing is selected: the text is what stands before the caret. */
	caret: boolean;
}

/** What the page in front holds; `readable` is false where the browser gives no access to it. */
export interface PageReading {
	readable: boolean;
	selection: PageSelection | null;
}

// A page that does not answer must not keep the popup waiting.
const PATIENCE_MILLISECONDS = 400;

/** Of what the frames hold: the selection of the one with the focus, else any; nothing while a password is typed. */
export function pickSelection<T extends FrameSelection>(frames: readonly T[]): T | undefined {
	if (frames.some(({secret, focused}) => secret && focused)) return undefined;
	const selected = frames.filter(({text}) => text !== '');
	return selected.find(({focused}) => focused) ?? selected[0];
}

/**
 * Read the active tab of this window. Opening the popup, the menu or a key gives access to most pages, until they are
 * left; nothing does to the browser's own. Never rejects.
 */
export async function readActiveTab(): Promise<PageReading> {
	try {
		const [tab] = await chrome.tabs.query({active: true, currentWindow: true});
		const tabId = tab?.id;
		if (tabId === undefined) return {readable: false, selection: null};
		const patience = new Promise<never>((_, reject) => {
			setTimeout(reject, PATIENCE_MILLISECONDS, new Error('The page did not answer.'));
		});
		const answer = chrome.scripting.executeScript({target: {tabId, allFrames: true}, func: readSelection});
		const results = await Promise.race([answer, patience]);
		const frames = results.flatMap(({result, frameId}) => (result ? [{...result, frameId}] : []));
		const found = pickSelection(frames);
		if (!found) return {readable: true, selection: null};
		const source = {tabId, frameId: found.frameId, editable: found.editable};
		return {readable: true, selection: {text: found.text, source, caret: found.caret ?? false}};
	} catch {
		return {readable: false, selection: null};
	}
}
