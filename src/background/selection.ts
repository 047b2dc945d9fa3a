import browser from 'webextension-polyfill';
import {type FrameSelection, readSelection} from '../content/read-selection.ts';
import type {Inbox} from '../protocol/runtime.ts';

/** A page that does not answer (a busy script, a dialog) must not keep the popup from opening. */
const PATIENCE_MILLISECONDS = 3000;

/** What the inbox needs to know of a selection. */
export type Selected = Pick<Inbox, 'text' | 'source' | 'notice'>;

/** Where to look: the clicked frame, or every frame when a key was pressed. `text` is what the menu itself knows. */
export interface Place {
	tabId: number | undefined;
	frameId?: number;
	text?: string;
}

interface Found extends FrameSelection {
	frameId: number;
}

const inFrames = async (tabId: number, frameId: number | undefined, patience: number): Promise<Found[]> => {
	const target = frameId === undefined ? {tabId, allFrames: true} : {tabId, frameIds: [frameId]};
	const answer = browser.scripting.executeScript({target, func: readSelection});
	const tooLate = new Promise<never>((_, reject) => {
		setTimeout(reject, patience, new Error('The page did not answer.'));
	});
	const results = await Promise.race([answer, tooLate]);
	return results
		.filter(({result}) => result)
		.map(({result, frameId}) => ({...(result as FrameSelection), frameId: frameId ?? 0}));
};

/** The frame a key press meant: the one with the focus, if it has a selection; else any that has one. */
export const best = <T extends FrameSelection>(found: readonly T[]): T | undefined =>
	found.find(({text, focused}) => focused && text !== '') ?? found.find(({text}) => text !== '');

/**
 * Reads the selected text, with the line breaks that the menu's own copy lacks. Where the page may not be read (the
 * browser's own pages, the PDF viewer, a frame of another site) the menu's copy serves; without one, a notice says why.
 * @param patience milliseconds to wait for the page.
 */
export const selectionAt = async (
	{tabId, frameId, text}: Place,
	patience = PATIENCE_MILLISECONDS,
): Promise<Selected> => {
	let forbidden = tabId === undefined;
	if (tabId !== undefined) {
		try {
			const frames = await inFrames(tabId, frameId, patience);
			if (frames.some(({secret}) => secret)) return {text: '', source: null, notice: 'background_notice_secret'};
			const found = best(frames);
			if (found) {
				return {text: found.text, source: {tabId, frameId: found.frameId, editable: found.editable}};
			}
		} catch (error) {
			console.info('The page could not be read.', error);
			forbidden = true;
		}
	}
	if (text) return {text, source: null};
	return {text: '', source: null, notice: forbidden ? 'background_notice_forbidden' : 'background_notice_no_selection'};
};
