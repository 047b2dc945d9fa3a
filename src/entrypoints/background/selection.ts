import {isSecretTyped, pickSelection, readFrames, sourceOf} from '../../client/page/frames.ts';
import type {Inbox} from '../../protocol/messages/inbox.ts';

/** A page that does not answer (a busy script, a dialog) must not keep the popup from opening. */
const PATIENCE_MILLISECONDS = 3000;

/** The part of the inbox that a selection fills in. */
export type SelectedText = Pick<Inbox, 'text' | 'source' | 'cut' | 'notice'>;

/** Where to look: the clicked frame, or every frame when a key was pressed. `text` is the menu's own copy of the selection. */
export interface Place {
	tabId: number | undefined;
	frameId?: number;
	text?: string;
}

/**
 * Reads the selected text, with the line breaks that the menu's own copy lacks. Where the page may not be read (the
 * browser's own pages, the PDF viewer, a frame of another site) the menu's copy serves; without one, a notice says why.
 * @param patience milliseconds to wait for the page.
 */
export const selectionAt = async (
	{tabId, frameId, text}: Place,
	patience = PATIENCE_MILLISECONDS,
): Promise<SelectedText> => {
	let forbidden = tabId === undefined;
	if (tabId !== undefined) {
		try {
			const target = frameId === undefined ? {tabId, allFrames: true as const} : {tabId, frameIds: [frameId]};
			const frames = await readFrames(target, patience);
			if (isSecretTyped(frames)) return {text: '', source: null, notice: 'background_notice_secret'};
			const found = pickSelection(frames);
			if (found) return {text: found.text, source: sourceOf(tabId, found), ...(found.cut && {cut: found.cut})};
		} catch (error) {
			console.info('The page could not be read.', error);
			forbidden = true;
		}
	}
	if (text) return {text, source: null};
	return {text: '', source: null, notice: forbidden ? 'background_notice_forbidden' : 'background_notice_no_selection'};
};
