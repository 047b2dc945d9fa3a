import {type FrameSelection, readSelection} from '../../content/read-selection.ts';
import type {Source} from '../../protocol/runtime.ts';

/** A text selected on the page in front. */
export interface PageSelection {
	text: string;
	source: Source;
}

// A page that does not answer must not keep the popup waiting.
const PATIENCE_MILLISECONDS = 400;

/** Of what the frames hold: the selection of the one with the focus, else any. */
export function pickSelection<T extends FrameSelection>(frames: readonly T[]): T | undefined {
	const selected = frames.filter(({text}) => text !== '');
	return selected.find(({focused}) => focused) ?? selected[0];
}

/**
 * What is selected in the active tab. Null where nothing is, and where the page may not be read: the person opened the
 * popup, which grants access to most pages, but never to the browser's own.
 */
export async function selectionOfActiveTab(): Promise<PageSelection | null> {
	try {
		const [tab] = await chrome.tabs.query({active: true, currentWindow: true});
		const tabId = tab?.id;
		if (tabId === undefined) return null;
		const patience = new Promise<never>((_, reject) => {
			setTimeout(reject, PATIENCE_MILLISECONDS, new Error('The page did not answer.'));
		});
		const answer = chrome.scripting.executeScript({target: {tabId, allFrames: true}, func: readSelection});
		const results = await Promise.race([answer, patience]);
		const frames = results.flatMap(({result, frameId}) => (result ? [{...result, frameId}] : []));
		const found = pickSelection(frames);
		return found ? {text: found.text, source: {tabId, frameId: found.frameId, editable: found.editable}} : null;
	} catch {
		return null;
	}
}
