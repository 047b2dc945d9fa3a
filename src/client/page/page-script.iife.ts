/**
 * Injected into a frame to read its selection and to insert text where that was made. It does nothing until asked, and
 * once is enough: it stays in the extension's own world of the frame, which the page cannot see into.
 */
import type {FrameSelection} from './frame-selection.ts';
import {insertText} from './insert-text.ts';
import {readFrame} from './read-frame.ts';

export interface PageScript {
	read(): FrameSelection;
	/** @returns whether the text is in the field now. */
	insert(text: string, field: string): boolean;
}

const here = globalThis as typeof globalThis & {nextTokenLensPage?: PageScript};
here.nextTokenLensPage ??= {
	read: () => readFrame(document),
	insert: insertText,
};
