// @vitest-environment happy-dom
import {afterEach, beforeEach, describe, expect, test, vi} from 'vitest';
import {pickSelection} from '../../../../src/client/page/frames.ts';
import {followSelection, LOOK_INTERVAL} from '../../../../src/entrypoints/popup/page/follow-selection.ts';
import type {PageReading} from '../../../../src/entrypoints/popup/page/selection.ts';

beforeEach(() => {
	vi.useFakeTimers();
});
afterEach(() => {
	vi.useRealTimers();
});

const selected = (text: string, caret = false): PageReading => ({
	readable: true,
	selection: {text, caret, source: {tabId: 1, frameId: 0, editable: false}},
});
const nothing: PageReading = {readable: true, selection: null};

/** What is taken over when the page reads like this, look after look. */
async function follow(readings: PageReading[]) {
	const taken: string[] = [];
	const readable: boolean[] = [];
	let at = 0;
	const stop = followSelection({
		read: async () => readings[Math.min(at++, readings.length - 1)],
		onSelection: selection => taken.push(selection.text),
		onReadable: value => readable.push(value),
	});
	await vi.advanceTimersByTimeAsync(LOOK_INTERVAL * (readings.length - 1));
	stop();
	return {taken, readable, looks: () => at};
}

test('a selection is taken once it has come to rest, and only once', async () => {
	const {taken} = await follow(['a', 'a b', 'a b c', 'a b c', 'a b c', 'a b c'].map(text => selected(text)));
	expect(taken).toEqual(['a b c']);
});

test('another selection is taken too, the empty one between them is not', async () => {
	const readings = [selected('one'), selected('one'), nothing, nothing, selected('two'), selected('two')];
	expect((await follow(readings)).taken).toEqual(['one', 'two']);
});

test('typing in a field of the page is not a selection', async () => {
	expect((await follow([selected('Dear Sir', true), selected('Dear Sir', true)])).taken).toEqual([]);
});

test('a page that may not be read is reported', async () => {
	const {readable} = await follow([{readable: false, selection: null}, nothing]);
	expect(readable).toEqual([false, true]);
});

test('stopped, it looks no more', async () => {
	const {looks} = await follow([nothing, nothing]);
	const before = looks();
	await vi.advanceTimersByTimeAsync(LOOK_INTERVAL * 5);
	expect(looks()).toBe(before);
});

describe('of several frames', () => {
	const frame = (text: string, focused = false, secret = false) => ({text, focused, secret, editable: false});

	test('the one with the focus counts, else any with a selection', () => {
		expect(pickSelection([frame('outer'), frame('inner', true)])?.text).toBe('inner');
		expect(pickSelection([frame('', true), frame('inner')])?.text).toBe('inner');
		expect(pickSelection([frame('')])).toBeUndefined();
	});

	test('nothing is read while a password is typed', () => {
		expect(pickSelection([frame('outer'), frame('', true, true)])).toBeUndefined();
	});
});
