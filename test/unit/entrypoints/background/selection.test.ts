import {beforeEach, expect, test, vi} from 'vitest';
import type {FrameSelection} from '../../../../src/client/page/frame-selection.ts';
import {selectionAt} from '../../../../src/entrypoints/background/selection.ts';

/** What the frames of the page answer, or why they cannot be asked. */
const page = {answer: async (): Promise<unknown> => []};
vi.stubGlobal('chrome', {scripting: {executeScript: () => page.answer()}});

const frame = (frameId: number, selection: Partial<FrameSelection>) => ({
	frameId,
	result: {text: '', editable: false, focused: false, ...selection},
});
const frames = (...all: object[]) => {
	page.answer = async () => all;
};

beforeEach(() => {
	vi.spyOn(console, 'info').mockImplementation(() => undefined);
});

test('the page’s own text is taken, not the menu’s copy without line breaks', async () => {
	frames(frame(0, {text: 'two\nlines'}));
	expect(await selectionAt({tabId: 1, frameId: 0, text: 'two lines'})).toEqual({
		text: 'two\nlines',
		source: {tabId: 1, frameId: 0, editable: false},
	});
});

test('what the selection leaves of a word that it cuts comes with it', async () => {
	const cut = {before: '', after: 'o'};
	frames(frame(0, {text: 'about tw', cut}));
	expect((await selectionAt({tabId: 1, frameId: 0})).cut).toEqual(cut);
});

test('of several frames the one with the focus is read; without a selection there, any that has one', async () => {
	frames(frame(0, {text: 'outer'}), frame(3, {text: 'inner', focused: true, editable: true}));
	expect(await selectionAt({tabId: 1})).toEqual({text: 'inner', source: {tabId: 1, frameId: 3, editable: true}});
	frames(frame(0, {text: 'outer'}), frame(3, {focused: true}));
	expect((await selectionAt({tabId: 1})).text).toBe('outer');
});

test('a frame that gave no result is passed over', async () => {
	frames({frameId: 2, result: undefined}, frame(0, {text: 'text'}));
	expect((await selectionAt({tabId: 1})).text).toBe('text');
});

test('an empty selection everywhere is reported', async () => {
	frames(frame(0, {}));
	expect(await selectionAt({tabId: 1})).toEqual({text: '', source: null, notice: 'background_notice_no_selection'});
});

test('a page that may not be read: the menu’s copy is taken, and without one the reason is reported', async () => {
	page.answer = async () => {
		throw new Error('Cannot access a chrome:// URL');
	};
	expect(await selectionAt({tabId: 1, frameId: 0, text: 'copied'})).toEqual({text: 'copied', source: null});
	const notice = 'background_notice_forbidden';
	expect(await selectionAt({tabId: 1, frameId: 0})).toEqual({text: '', source: null, notice});
	expect(await selectionAt({tabId: undefined})).toEqual({text: '', source: null, notice});
});

test('the focus in a password field: nothing is read, not even the dots the menu knows', async () => {
	frames(frame(0, {secret: true, focused: true}));
	const selected = await selectionAt({tabId: 1, frameId: 0, text: '•••••'});
	expect(selected).toEqual({text: '', source: null, notice: 'background_notice_secret'});
});

test('a page that never answers does not keep the popup from opening', async () => {
	vi.useFakeTimers();
	page.answer = () => new Promise(() => undefined);
	const selected = selectionAt({tabId: 1, frameId: 0, text: 'the menu’s copy'});
	await vi.runAllTimersAsync();
	expect((await selected).text).toBe('the menu’s copy');
	vi.useRealTimers();
});
