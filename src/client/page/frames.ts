import browser, {type Scripting} from 'webextension-polyfill';
import type {Source} from '../../protocol/messages/inbox.ts';
import {within} from '../within.ts';
import type {FrameSelection} from './frame-selection.ts';
import type {PageScript} from './page-script.iife.ts';
import pageScript from './page-script.iife.ts?script';

/** A frame's selection, and which frame it is. */
export interface FoundSelection extends FrameSelection {
	frameId: number;
}

/** How long the browser may take to grant a page. */
const GRANT_MILLISECONDS = 100;

type World = typeof globalThis & {nextTokenLensPage?: PageScript};

/** What a page answers. @throws {Error} when it takes longer than so many milliseconds. */
export const inPatience = <T>(milliseconds: number, answer: Promise<T>): Promise<T> =>
	within(milliseconds, answer, () => new Error(`The page did not answer within ${milliseconds} ms.`));

/** Ask the page script of some frames; where it is missing, it is injected first. */
async function ask<T>(target: Scripting.InjectionTarget, func: (...args: never[]) => T, args: unknown[] = []) {
	const question = {target, func: func as () => void, args};
	const answers = await browser.scripting.executeScript(question);
	if (answers.every(({result}) => result !== null && result !== undefined)) return answers;
	await browser.scripting.executeScript({target, files: [pageScript]});
	return browser.scripting.executeScript(question);
}

/**
 * Reads the selections of the frames of a tab that may be read.
 * @param patience milliseconds to wait for a page that does not answer: a busy script, a dialog.
 * @throws where the page may not be read, or does not answer.
 */
export const readFrames = async (target: Scripting.InjectionTarget, patience: number): Promise<FoundSelection[]> => {
	const read = () => ask(target, () => (globalThis as World).nextTokenLensPage?.read());
	// Chromium may tell of a click a moment before it has granted the page for it: then the first try is refused.
	const answer = read().catch(async () => {
		await new Promise(resolve => setTimeout(resolve, GRANT_MILLISECONDS));
		return read();
	});
	const answers = await inPatience(patience, answer);
	return answers.flatMap(({result, frameId}) => (result ? [{...(result as FrameSelection), frameId}] : []));
};

/** Insert text into the field that a selection came from. @returns whether it is there. */
export const insertAt = async ({tabId, frameId, field}: Source, text: string): Promise<boolean> => {
	if (field === undefined) return false;
	const target = {tabId, frameIds: [frameId]};
	const insert = (text: string, field: string) => (globalThis as World).nextTokenLensPage?.insert(text, field);
	const [answer] = await ask(target, insert, [text, field]);
	return answer?.result === true;
};

/** Whether a secret is being typed: then nothing is read at all. */
export const isSecretTyped = (frames: readonly FrameSelection[]): boolean =>
	frames.some(({secret, focused}) => secret && (focused || frames.length === 1));

/** One selection of all frames: the selection of the one with the focus, else any; nothing while a secret is typed. */
export const pickSelection = <T extends FrameSelection>(frames: readonly T[]): T | undefined => {
	if (isSecretTyped(frames)) return undefined;
	const selected = frames.filter(({text}) => text !== '');
	return selected.find(({focused}) => focused) ?? selected[0];
};

/** Where a selection came from, so that text can be inserted or painted there. */
export const sourceOf = (tabId: number, {frameId, editable, field}: FoundSelection): Source => ({
	tabId,
	frameId,
	editable,
	...(field !== undefined && {field}),
});
