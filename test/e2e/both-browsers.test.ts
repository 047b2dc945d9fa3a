import {execFile} from 'node:child_process';
import {readdirSync, readFileSync} from 'node:fs';
import {promisify} from 'node:util';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {firefoxPath} from '../../scripts/firefox.ts';
import {BROWSERS, type Browser, DIST} from '../../scripts/manifests.ts';
import {huggingFaceFiles} from '../../src/features/walkthrough/train/trainer/hugging-face.ts';
import {SHAPE} from '../../src/features/walkthrough/train/trainer/shape.ts';
import {Trainer} from '../../src/features/walkthrough/train/trainer/trainer.ts';
import {type Desktop, startDesktop} from '../helpers/desktop.ts';
import {
	type AnyPage,
	BROWSER_LAUNCHERS,
	type EitherBrowser,
	openOnPrompt,
	waitForText,
} from '../helpers/either-browser.ts';
import {type PagesServer, servePages} from '../helpers/pages-server.ts';
import {waitFor} from '../helpers/wait.ts';

/** What the extension is for, done by real keys in Chromium and in Firefox by the same code. */

const SENTENCE = 'whose daughters were all beautiful, but the youngest';
const APP = 'src/entrypoints/popup/index.html';

let desktop: Desktop;
let pages: PagesServer;
beforeAll(async () => {
	desktop = await startDesktop();
	pages = await servePages();
});
afterAll(async () => {
	await pages?.dispose();
	await desktop?.dispose();
});

/** Selects a piece of the story by script; the key that follows is a real one. */
const selectSentence = (page: AnyPage) =>
	page.evaluate(text => {
		const node = document.querySelector('#opening')!.firstChild as Text;
		const start = node.data.indexOf(text);
		getSelection()!.setBaseAndExtent(node, start, node, start + text.length);
	}, SENTENCE);

const LESSON = {
	text: readFileSync('src/features/walkthrough/train/trainer/texts/jack.txt', 'utf8'),
	seed: 11,
	learningRate: 0.003,
};
const STEPS = 12;

/** The file of the built worker that trains. */
const trainingWorker = (browser: Browser): string => {
	const folder = `${DIST[browser]}/assets`;
	return readdirSync(folder).find(name =>
		readFileSync(`${folder}/${name}`, 'utf8').includes('No text was given to learn'),
	)!;
};

/** The first classes of a text, by the same engine on the command line. */
const firstClasses = async (text: string): Promise<string[]> => {
	const args = ['tsx', 'src/entrypoints/cli/main.ts', 'classes', '--text', text, '--top', '5', '--json'];
	const {stdout} = await promisify(execFile)('npx', args, {maxBuffer: 1e8});
	return (JSON.parse(stdout) as {model: {text: string}[]}).model.map(({text}) => text);
};

const shownClassTexts = (page: AnyPage): Promise<string[]> =>
	page.evaluate(
		() =>
			[...document.querySelectorAll('.class-rows[aria-busy="false"] .class-row .token-text')].map(
				row => row.textContent ?? '',
			),
		undefined,
	);

/** Presses a button by its text, once there is one that can be pressed. */
const press = (page: AnyPage, name: string) =>
	waitFor(`the button ${name}`, () =>
		page.evaluate(name => {
			const buttons = [...document.querySelectorAll('button')];
			const button = buttons.find(button => button.textContent === name && !button.disabled);
			button?.click();
			return button !== undefined;
		}, name),
	);

describe.each(BROWSERS)('%s', name => {
	// Where Firefox cannot be had, its half is skipped, and the closing line counts it as skipped.
	const isThere = name === 'chromium' || firefoxPath() !== undefined;
	let browser: EitherBrowser;
	let story: AnyPage;
	beforeAll(async () => {
		if (!isThere) return;
		browser = await BROWSER_LAUNCHERS[name]({desktop});
		story = await browser.visit(pages.url('story.html'));
	});
	afterAll(() => browser?.dispose());

	/** Presses a key on the story until it has done its work: a window that has just come to the front may lose the first. */
	const pressUntil = <T>(key: string, what: string, done: () => Promise<T>) =>
		waitFor(
			what,
			async () => {
				await story.bringToFront();
				await desktop.xdotool('key', key);
				return waitFor(what, done, {timeout: 25_000}).catch(() => null);
			},
			{timeout: 80_000},
		);

	test.runIf(isThere)('the key predicts what follows the selection, as the command line does', async () => {
		await selectSentence(story);
		const app = await pressUntil('alt+shift+k', 'the selection in the popup', () => openOnPrompt(browser, SENTENCE));
		const expected = await firstClasses(SENTENCE);
		await waitFor('the classes', async () => (await shownClassTexts(app)).length >= 5, {timeout: 90_000});
		expect((await shownClassTexts(app)).slice(0, 5)).toEqual(expected.map(text => text.replace(/^ /, '·')));
		await desktop.screenshot(`test/e2e/screenshots/${name}-classes.png`);
		await app.close();
	});

	test.runIf(isThere)('continuations are sampled', async () => {
		const app = await browser.openOwn(APP);
		await app.evaluate(() => {
			const tabs = [...document.querySelectorAll<HTMLElement>('[role="tab"]')];
			tabs.find(tab => tab.textContent === 'Continuations')!.click();
		}, undefined);
		const count = await waitFor(
			'the continuations',
			() =>
				app.evaluate(
					() => document.querySelectorAll('.continuations ol[aria-busy="false"] .continuation-text .token-text').length,
					undefined,
				),
			{timeout: 90_000},
		);
		expect(count).toBeGreaterThan(10);
		await app.close();
	});

	test.runIf(isThere)('the key colours the selection on the page itself', async () => {
		await selectSentence(story);
		const painted = () =>
			story.evaluate(
				() => [...CSS.highlights.values()].reduce((total, highlight) => total + highlight.size, 0),
				undefined,
			);
		const key = name === 'firefox' ? 'alt+shift+c' : 'alt+shift+s';
		await pressUntil(key, 'the colours', async () => (await painted()) > 5);
		await desktop.screenshot(`test/e2e/screenshots/${name}-passage.png`);
	});

	test.runIf(isThere)('a model is trained on the walk, and is Node’s to the bit', async () => {
		const walk = await browser.openOwn('src/entrypoints/walkthrough/index.html#train?from=jack&seed=11');
		await waitForText(walk, /no step is done yet/);
		for (const steps of ['1 step', '2 steps']) {
			await press(walk, 'Step');
			await waitForText(walk, new RegExp(`Bits per byte: .* after ${steps}`));
		}
		await waitForText(walk, /2 steps are kept in this browser/);
		await walk.screenshot({path: `test/e2e/screenshots/${name}-train.png`});
		// The page's numbers are rounded, so its worker is asked for all of their digits, and for every weight.
		const trained = await walk.evaluate(
			([script, lesson, steps]) =>
				new Promise<{losses: number[]; weights: number[]}>((resolve, reject) => {
					const worker = new Worker(script, {type: 'module'});
					const losses: number[] = [];
					worker.onerror = event => reject(new Error(event.message));
					worker.onmessage = ({data}) => {
						if (data.type === 'begun') worker.postMessage({type: 'run', steps});
						if (data.type === 'step') losses.push(data.loss);
						if (data.type === 'paused') worker.postMessage({type: 'save', question: 1});
						if (data.type !== 'saved') return;
						worker.terminate();
						resolve({losses, weights: [...data.files.at(-1).bytes]});
					};
					worker.postMessage({type: 'begin', question: 0, lesson, anew: true});
				}),
			[`/assets/${trainingWorker(name)}`, LESSON, STEPS] as const,
		);
		const trainer = new Trainer(new TextEncoder().encode(LESSON.text), LESSON);
		expect(trained.losses).toEqual(Array.from({length: STEPS}, () => trainer.next().loss));
		const ours = huggingFaceFiles(SHAPE, trainer.weights).at(-1)!;
		expect(Buffer.from(trained.weights).equals(ours.bytes)).toBe(true);
		await walk.close();
	});

	test.runIf(isThere)('texts that are typed on the desk are measured, word by word', async () => {
		const desk = await browser.openOwn('src/entrypoints/corpus/index.html');
		const field = '.desk textarea';
		// What is typed takes the place of what was there.
		await waitFor('the field', () =>
			desk.evaluate(selector => {
				const found = document.querySelector<HTMLTextAreaElement>(selector);
				found?.select();
				return found !== null;
			}, field),
		);
		await desk.focus(field);
		await desk.keyboard.type('The old man slept.');
		await desk.keyboard.press('Enter');
		await desk.keyboard.type('He saw his face.');
		await press(desk, 'Measure 2 texts');
		await waitForText(desk, /2 of 2 rows/);
		const rows = () =>
			desk.evaluate(
				() =>
					[...document.querySelectorAll<HTMLTableRowElement>('[aria-labelledby="rows-title"] tbody tr')].map(row =>
						[...row.cells].map(cell => cell.textContent ?? ''),
					),
				undefined,
			);
		const words = await waitFor('the rows', async () => {
			const found = await rows();
			return found.length === 8 ? found : null;
		});
		expect(words.map(([row]) => row).join('')).toBe('11112222');
		expect(words.map(row => row[4]).join(' ')).toBe('The old man slept. He saw his face.');
		expect(words.every(row => Number(row[8]) > 0 && row.at(-1) === 'gpt2-mini')).toBe(true);
		expect(await desk.evaluate(() => document.querySelectorAll('[role="alert"]').length, undefined)).toBe(0);
		await desk.screenshot({path: `test/e2e/screenshots/${name}-desk.png`});
		await desk.close();
	});

	test.runIf(isThere)('the options keep a changed value', async () => {
		const options = await browser.openOwn('src/entrypoints/options/index.html');
		const slider = 'input[type="range"]';
		await waitFor('the controls', () =>
			options.evaluate(selector => document.querySelector(selector) !== null, slider),
		);
		await options.focus(slider);
		await options.keyboard.press('ArrowRight');
		const set = await options.evaluate(selector => document.querySelector<HTMLInputElement>(selector)!.value, slider);
		await waitForText(options, /Saved/);
		await options.close();
		const again = await browser.openOwn('src/entrypoints/options/index.html');
		const kept = await waitFor('the controls', () =>
			again.evaluate(selector => document.querySelector<HTMLInputElement>(selector)?.value, slider),
		);
		expect(kept).toBe(set);
		await again.close();
	});
});

test.runIf(firefoxPath() !== undefined)('the button for the panel opens Firefox’s sidebar', async () => {
	const browser = await BROWSER_LAUNCHERS.firefox({desktop});
	try {
		// The page whose button is clicked makes room for the sidebar by closing itself, so another one looks.
		const observer = await browser.openOwn('src/entrypoints/options/index.html');
		const isOpen = () =>
			observer.evaluate(
				() =>
					(globalThis as unknown as {browser: typeof import('webextension-polyfill')}).browser.sidebarAction.isOpen({}),
				undefined,
			);
		expect(await isOpen()).toBe(false);
		const app = await browser.openOwn(APP);
		const button = '[aria-label="Open in the side panel"]';
		await waitFor('the button', () => app.evaluate(selector => document.querySelector(selector) !== null, button));
		await app.click(button);
		await waitFor('the sidebar', isOpen);
		await desktop.screenshot('test/e2e/screenshots/firefox-sidebar.png');
	} finally {
		await browser.dispose();
	}
});

describe('the background', () => {
	test.runIf(firefoxPath() !== undefined)(
		'of Firefox may go away with its engine, and starts again when asked',
		async () => {
			const browser = await BROWSER_LAUNCHERS.firefox({desktop});
			try {
				const app = await browser.openOwn(APP);
				await waitFor('the classes', async () => (await shownClassTexts(app)).length > 0, {timeout: 60_000});
				// A port of our own tells when the background page has gone.
				await app.evaluate(async () => {
					const port = chrome.runtime.connect({name: 'engine'});
					const gone = new Promise(resolve => port.onDisconnect.addListener(resolve));
					(await chrome.runtime.getBackgroundPage())!.location.reload();
					await gone;
				}, undefined);
				await app.focus('textarea');
				await app.keyboard.press('End');
				await app.keyboard.type(' tall');
				const prompt = await app.evaluate(() => document.querySelector('textarea')!.value, undefined);
				const expected = (await firstClasses(prompt)).map(text => text.replace(/^ /, '·')).join();
				await waitFor(
					'the classes of the longer prompt',
					async () => (await shownClassTexts(app)).join().startsWith(expected),
					{timeout: 60_000},
				);
			} finally {
				await browser.dispose();
			}
		},
	);
});
