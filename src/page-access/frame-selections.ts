import {type FrameSelection, readSelection} from './read-selection.ts';

/** A frame's selection, and which frame it is. */
export interface FoundSelection extends FrameSelection {
	frameId: number;
}

/** How long the browser may take to grant a page. */
const GRANT_MILLISECONDS = 100;

/**
 * Reads the selections of the frames of a tab that may be read.
 * @param patience milliseconds to wait for a page that does not answer: a busy script, a dialog.
 * @throws where the page may not be read, or does not answer.
 */
export const readFrames = async (
	target: chrome.scripting.InjectionTarget,
	patience: number,
): Promise<FoundSelection[]> => {
	const tooLate = new Promise<never>((_, reject) => {
		setTimeout(reject, patience, new Error('The page did not answer.'));
	});
	const read = () => chrome.scripting.executeScript({target, func: readSelection});
	// Chromium may tell of a click a moment before it has granted the page for it: then the first try is refused.
	const answer = read().catch(async () => {
		await new Promise(resolve => setTimeout(resolve, GRANT_MILLISECONDS));
		return read();
	});
	const results = await Promise.race([answer, tooLate]);
	return results.flatMap(({result, frameId}) => (result ? [{...result, frameId}] : []));
};

/** Whether a password is being typed: then nothing is read at all. */
export const isSecret = (frames: readonly FrameSelection[]): boolean =>
	frames.some(({secret, focused}) => secret && (focused || frames.length === 1));

/** Of what the frames hold: the selection of the one with the focus, else any; nothing while a password is typed. */
export const pickSelection = <T extends FrameSelection>(frames: readonly T[]): T | undefined => {
	if (isSecret(frames)) return undefined;
	const selected = frames.filter(({text}) => text !== '');
	return selected.find(({focused}) => focused) ?? selected[0];
};
