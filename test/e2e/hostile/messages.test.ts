import type {Page} from 'playwright-core';
import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import {frames} from '../../helpers/content-page.ts';
import {type Arena, EVIL, useArena} from '../../helpers/hostile.ts';
import {waitFor} from '../../helpers/wait.ts';

/**
 * A page that has taken over its own process speaks as the content script there: with its ports, its messages and its
 * storage. And a page that has not, which finds nothing to speak to.
 */

let arena: Arena;
let page: Page;
useArena(started => {
	arena = started;
});
beforeEach(async () => {
	page = await arena.open('<p id=x>Once upon a time there was a rabbit.</p>');
});
afterEach(async () => {
	for (const open of arena.browser.context.pages().slice(1)) await open.close();
});

const asContent = <T>(expression: string) => arena.inContentWorld<T>(page, expression);

/** Opens a port, says all messages, and waits until the port is closed or `done`, an expression over `received`, is true. */
const onPort = (name: string, messages: string, done: string) =>
	asContent<{closed: boolean; received: {type: string; id?: number; code?: string; message?: string}[]}>(`
		new Promise(resolve => {
			const port = chrome.runtime.connect({name: ${JSON.stringify(name)}});
			const received = [];
			port.onMessage.addListener(message => {
				received.push(message);
				if (${done}) resolve({closed: false, received});
			});
			port.onDisconnect.addListener(() => resolve({closed: true, received}));
			for (const message of ${messages}) port.postMessage(message);
		})`);

beforeEach(async () => {
	// The engine's document is there, as after a click.
	await asContent(`chrome.runtime.sendMessage({type: 'engine.ensure'})`);
});

describe('ports', () => {
	test.each(['engine', 'other', '', '__proto__', 'passage '])(
		'a content script that opens the port %j is told why not, and the port is closed',
		async name => {
			const {closed, received} = await onPort(name, '[]', 'false');
			expect(closed).toBe(true);
			expect(received).toMatchObject([{type: 'refused', message: expect.stringMatching(/port/)}]);
		},
	);

	test.each(['model', 'classes', 'find', 'generate', 'explain'])('on the passage port %s is refused', async method => {
		const {received} = await onPort('passage', `[{type: 'request', id: 1, method: '${method}', params: {}}]`, 'true');
		expect(received).toMatchObject([{type: 'error', id: 1, code: 'bad-request'}]);
	});

	test.each([
		['no object', `['hello', 7, null, [], true]`, 0],
		['no method', `[{type: 'request', id: 1}]`, 1],
		['a method of every object', `[{type: 'request', id: 1, method: 'constructor', params: {}}]`, 1],
		['a method called __proto__', `[JSON.parse('{"type":"request","id":1,"method":"__proto__","params":{}}')]`, 1],
		['an id that is no number', `[{type: 'request', id: {}, method: 'score', params: {}}]`, 0],
		['a negative id', `[{type: 'request', id: -1, method: 'score', params: {}}]`, 0],
		['a cancellation of a request that was never made', `[{type: 'cancel', id: 99}]`, 0],
		['a text that is no text', `[{type: 'request', id: 1, method: 'score', params: {text: {toString: 1}}}]`, 1],
		['an empty text', `[{type: 'request', id: 1, method: 'score', params: {text: ''}}]`, 1],
		['a stride of a million', `[{type: 'request', id: 1, method: 'score', params: {text: 'a', stride: 1e6}}]`, 1],
		[
			'a model outside the library',
			`[{type: 'request', id: 1, method: 'score', params: {text: 'a', model: '../x'}}]`,
			1,
		],
		[
			'a text of two million characters',
			`[{type: 'request', id: 1, method: 'score', params: {text: 'a'.repeat(2e6)}}]`,
			1,
		],
	])('with %s the passage port refuses that alone', async (_, messages, refusals) => {
		// The last one is asked properly, and answered.
		const last = `{type: 'request', id: 2, method: 'score', params: {text: 'Once upon a time'}}`;
		const {closed, received} = await onPort('passage', `[...${messages}, ${last}]`, `message.type === 'answer'`);
		expect(closed).toBe(false);
		const errors = received.filter(({type}) => type === 'error');
		expect(errors.map(({id}) => id)).toEqual(Array(refusals).fill(1));
		expect(received.filter(({type, id}) => type === 'answer' && id === 2)).toHaveLength(1);
	});

	test('of 2,000 requests at once a page gets 16, and a person is still answered', async () => {
		await asContent(`(() => {
			const port = chrome.runtime.connect({name: 'passage'});
			const refused = [];
			globalThis.flood = new Promise(resolve => port.onMessage.addListener(({type, code}) => {
				if (type === 'error' && refused.push(code) === 1984) resolve([...new Set(refused)]);
			}));
			// So long that none of the 16 is answered before the last of the 2,000 is refused.
			const params = {text: 'word '.repeat(1500)};
			for (let id = 0; id < 2000; id++) port.postMessage({type: 'request', id, method: 'score', params});
		})()`);
		await arena.stillWorks();
		expect(await asContent('globalThis.flood')).toEqual(['bad-request']);
	});
});

describe('messages', () => {
	test('300 random ones harm nothing', async () => {
		const answers = await asContent<unknown[]>(`(async () => {
			let state = 7;
			const random = n => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) % n;
			const types = ['engine.ensure', 'prompt.open', 'passage.scale', 'passage.paint', 'x', '__proto__', 'constructor'];
			const values = [null, true, -1, 1e308, '', 'a'.repeat(5000), [], {}, [[[]]], {length: 9}];
			const answers = [];
			for (let i = 0; i < 300; i++) {
				const message = random(9) === 0 ? values[random(10)] : {type: types[random(7)], text: values[random(10)], scale: values[random(10)]};
				answers.push(await chrome.runtime.sendMessage(message).then(answer => answer ?? null, error => 'error: ' + error.message));
			}
			return answers.filter(answer => answer !== null && answer !== true && !/message port closed|Could not establish/.test(answer));
		})()`);
		expect(answers).toEqual([]);
		await arena.stillWorks();
	});

	test('nobody but the engine’s own document can have the engine closed', async () => {
		await asContent(`chrome.runtime.sendMessage({type: 'engine.idle'})`);
		expect(await arena.browser.hasEngine()).toBe(true);
	});

	test('a flood of scale messages leaves the person’s settings their share of the browser’s writes', async () => {
		const worker = await arena.browser.serviceWorker();
		await worker.evaluate(() => {
			Object.assign(globalThis, {scaleWrites: 0});
			chrome.storage.sync.onChanged.addListener(({passageScale}) => {
				if (passageScale) (globalThis as unknown as {scaleWrites: number}).scaleWrites++;
			});
		});
		await asContent(`Promise.all(Array.from({length: 500}, (_, i) =>
			chrome.runtime.sendMessage({type: 'passage.scale', scale: i % 2 ? 'rank' : 'surprisal'})))`);
		expect(await worker.evaluate(() => (globalThis as unknown as {scaleWrites: number}).scaleWrites)).toBeLessThan(10);

		const options = await arena.browser.openOptions();
		const field = options.getByLabel('Temperature', {exact: true});
		await field.fill('1.25');
		await field.blur();
		await waitFor('the temperature to be stored', () =>
			options.evaluate(
				async () =>
					((await chrome.storage.sync.get('settings')).settings as {generation?: {temperature?: number}})?.generation
						?.temperature === 1.25,
			),
		);
	});

	test.each(['session', 'local'])('the %s storage, with prompts and the access token, cannot be read', async area => {
		const expression = `chrome.storage.${area} === undefined || chrome.storage.${area}.get(null).then(() => false, () => true)`;
		expect(await asContent(expression)).toBe(true);
	});

	test('the browser’s powers that a page may not have are not there', async () => {
		const powers = ['tabs', 'offscreen', 'contextMenus', 'sidePanel', 'action', 'windows'];
		expect(await asContent(`${JSON.stringify(powers)}.filter(name => chrome[name])`)).toEqual([]);
		expect(await asContent('typeof chrome.scripting?.executeScript')).toBe('undefined');
	});
});

describe('a page that is only a page', () => {
	test('finds no extension to speak to', async () => {
		expect(await page.evaluate(() => typeof (globalThis as {chrome?: {runtime?: unknown}}).chrome?.runtime)).toBe(
			'undefined',
		);
	});

	test.each([
		'manifest.json',
		'icons/icon-32.png',
		'src/entrypoints/popup/index.html',
		'ort/ort-wasm-simd-threaded.wasm',
	])('cannot load %s of the extension', async path => {
		const loaded = await page.evaluate(
			url =>
				fetch(url, {mode: 'no-cors'}).then(
					() => true,
					() => false,
				),
			arena.browser.url(path),
		);
		expect(loaded).toBe(false);
	});

	test('cannot put the popup into a frame', async () => {
		await page.evaluate(url => {
			const frame = document.createElement('iframe');
			frame.src = url;
			document.body.append(frame);
			return new Promise(resolve => frame.addEventListener('load', resolve));
		}, arena.browser.url('src/entrypoints/popup/index.html'));
		expect(page.frames().some(frame => frame.url() === arena.browser.url('src/entrypoints/popup/index.html'))).toBe(
			false,
		);
	});

	test('cannot open the popup in a window', async () => {
		await page.evaluate(url => void window.open(url), arena.browser.url('src/entrypoints/popup/index.html'));
		await frames(page, 2);
		const opened = arena.browser.context.pages().map(open => open.url());
		expect(opened).not.toContain(arena.browser.url('src/entrypoints/popup/index.html'));
	});

	test('that floods its own window with messages in our words reaches nobody', async () => {
		await page.evaluate(() => {
			for (let i = 0; i < 2000; i++) {
				postMessage({type: 'passage.paint', scale: 'rank'}, '*');
				postMessage({type: 'engine.ensure'}, '*');
			}
		});
		expect(await page.evaluate(() => CSS.highlights.size)).toBe(0);
		expect(arena.requests.filter(url => url !== `${EVIL}/favicon.ico`)).toEqual([]);
	});
});
