/**
 * What a person would do, done for real and written down: opens a story, drags over a sentence, right-clicks, chooses
 * "Predict what comes next", and reads the popup. Every word and number printed here was read from the popup's page.
 */
import {mkdir, writeFile} from 'node:fs/promises';
import {resolve} from 'node:path';
import {parseArgs} from 'node:util';
import type {Page} from 'playwright-core';
import {CLICK_MARK_PREFIX} from '../src/protocol/messages/marks.ts';
import {DEFAULT_HUB} from '../src/protocol/values/models.ts';
import {type Desktop, startDesktop} from '../test/helpers/desktop.ts';
import {type ExtensionBrowser, launchExtension} from '../test/helpers/extension.ts';
import {extensionForHub, useModel} from '../test/helpers/hub-extension.ts';
import {servePages} from '../test/helpers/pages-server.ts';
import {
	finishedContinuations,
	openView,
	promptText,
	type ShownClass,
	shownClasses,
	shownTokens,
} from '../test/helpers/popup.ts';
import {dragOver, rightClickAndChoose, selectText} from '../test/helpers/right-click.ts';
import {waitFor} from '../test/helpers/wait.ts';
import {type DemoReport, readable} from './demo-report.ts';

/** The selected text: a sentence of the story, and where it is. */
interface Selection {
	selector: string;
	text: string;
}

const SENTENCE: Selection = {
	selector: '#opening',
	text: 'In old times when wishing still helped one, there lived a king whose daughters were all beautiful,',
};
/** Another one of about the same length, for the time it takes once the model is open. */
const SECOND: Selection = {
	selector: '#forest',
	text: 'Close by the King’s castle lay a great dark forest, and under an old lime-tree in the forest was a well',
};

const {values: options} = parseArgs({
	options: {
		text: {type: 'string'},
		model: {type: 'string'},
		headless: {type: 'boolean', default: false},
		help: {type: 'boolean', default: false},
	},
});
if (options.help) {
	console.log(
		'npm run demo [-- --text "..."] [--model openai-community/gpt2] [--headless]\n\nA model is downloaded from the Hub (or from HF_ENDPOINT) into the demo’s own browser.\nResults: out/demo.json and the pictures out/demo-*.png.',
	);
	process.exit();
}
if (options.text?.trim() === '') {
	console.error('--text is empty: there is nothing to select on the page. Give some text.');
	process.exit(1);
}

const desktop = options.headless ? null : await startDesktop();
const pages = await servePages();
// A model has to be fetched, which the browser asks a person about; the demo's copy of the extension is allowed beforehand.
const hub = process.env.HF_ENDPOINT ?? DEFAULT_HUB;
const extension = options.model === undefined ? null : await extensionForHub(hub);
const browser = await launchExtension({display: desktop?.display, dist: extension?.dist});
try {
	await mkdir('out', {recursive: true});
	if (options.model !== undefined) {
		console.log(`Downloading ${options.model} from ${new URL(hub).host} …`);
		await useModel(browser, hub, options.model);
	}
	const report = await demonstrate(browser, desktop);
	await writeFile('out/demo.json', `${JSON.stringify(report, null, '\t')}\n`);
	console.log(readable(report));
	await takePictures();
	console.log(`Written: out/demo.json, and pictures of ${desktop ? 'the desktop, ' : ''}the popup and the options: out/demo-*.png

To have it in your own Chrome, Chromium or Edge: open chrome://extensions, switch on "Developer mode", choose
"Load unpacked" and take the folder ${resolve('dist')}
`);
} catch (error) {
	console.error(`\nThe demo stopped: ${error instanceof Error ? error.message : error}`);
	await desktop
		?.screenshot('out/demo-failed.png')
		.then(() => console.error('What the screen showed: out/demo-failed.png'));
	process.exitCode = 1;
} finally {
	await browser.dispose();
	await pages.dispose();
	await extension?.dispose();
	await desktop?.dispose();
}

async function demonstrate(browser: ExtensionBrowser, desktop: Desktop | null): Promise<DemoReport> {
	const page = browser.context.pages()[0];
	await page.goto(pages.url('story.html'));
	if (options.text !== undefined) {
		await page.locator('#opening').evaluate((element: HTMLElement, text) => {
			element.textContent = text;
			// As it was given, with its spaces and line breaks.
			element.style.whiteSpace = 'pre-wrap';
		}, options.text);
	}
	console.log(
		desktop
			? 'A real right-click on a real page, on a virtual screen …'
			: 'No virtual screen here, so nothing is clicked for real: headless, with the menu’s event dispatched …',
	);

	const first = options.text === undefined ? SENTENCE : {...SENTENCE, text: options.text};
	const cold = await predict(page, desktop, first);
	if (desktop) await desktop.screenshot('out/demo-desktop.png');
	const {popup} = cold;
	const report: DemoReport = {
		mode: desktop ? 'desktop' : 'headless',
		browser: browser.context.browser()?.version() ?? '',
		prompt: await promptText(popup),
		tokens: await shownTokens(popup),
		classes: cold.classes.map(({percent, ...row}) => ({...row, probability: Number((percent / 100).toPrecision(3))})),
		continuations: await continuations(popup),
		millisecondsToFirstClass: {cold: cold.milliseconds, warm: 0},
	};
	if (desktop) await desktop.screenshot('out/demo-desktop-continuations.png');
	await openView(popup, 'Classes');
	await browser.closeNativePopup();
	report.millisecondsToFirstClass.warm = (await predict(page, desktop, SECOND)).milliseconds;
	return report;
}

interface Prediction {
	popup: Page;
	classes: ShownClass[];
	/** From the choice in the menu to the first class on the screen. */
	milliseconds: number;
}

/** Selects a text, chooses "Predict what comes next", and waits for the classes. */
async function predict(page: Page, desktop: Desktop | null, {selector, text}: Selection): Promise<Prediction> {
	await page.bringToFront();
	let clicked = 0;
	if (desktop) {
		// A text of one's own is selected whole; of the story one sentence, by dragging over it.
		if (text === options.text) await selectText(page, selector);
		else await dragOver(desktop, page, selector, text);
		await rightClickAndChoose(desktop, page, page.locator(selector), {
			async beforeChoice() {
				clicked = Date.now();
			},
		});
	} else {
		const worker = await browser.serviceWorker();
		const [tab] = await worker.evaluate(() => chrome.tabs.query({active: true}));
		clicked = Date.now();
		await worker.evaluate(
			([tab, selectionText]) => {
				const event = chrome.contextMenus.onClicked as unknown as {dispatch(info: object, tab: object): void};
				event.dispatch({menuItemId: 'predict', selectionText, frameId: 0, editable: false}, tab);
			},
			[tab, text] as const,
		);
	}
	const popup = await browser.nativePopup();
	// The popup opens on its last prompt, and takes the new one at once.
	await waitFor('the prompt', () => popup.evaluate(async () => !(await chrome.storage.session.get('inbox')).inbox));
	const classes = await shownClasses(popup);
	// The popup itself noted when they were on the screen: whoever looks from outside sees them later.
	const shown = await popup.evaluate(mark => {
		const [painted] = performance.getEntriesByName(mark);
		return Math.round(painted ? performance.timeOrigin + painted.startTime : Date.now());
	}, `${CLICK_MARK_PREFIX}painted`);
	return {popup, classes, milliseconds: shown - clicked};
}

async function continuations(popup: Page): Promise<DemoReport['continuations']> {
	await openView(popup, 'Continuations');
	const texts = await finishedContinuations(popup);
	const feet = await popup
		.locator('.continuation-foot')
		.evaluateAll(elements => elements.map(element => element.querySelector('span')?.textContent ?? ''));
	return texts.map((text, i) => ({text, ...logProbsOf(feet[i] ?? '')}));
}

/** `−2.51 nats / token · −80.29 nats` as numbers. */
function logProbsOf(shown: string): {logProbPerToken: number; logProb: number} {
	const [perToken, total] = [...shown.matchAll(/−?[\d,.]+(?= nats)/g)].map(([number]) =>
		Number(number.replace('−', '-').replaceAll(',', '')),
	);
	return {logProbPerToken: perToken, logProb: total};
}

/** Popup and options page, light and dark. */
async function takePictures(): Promise<void> {
	for (const colorScheme of ['light', 'dark'] as const) {
		const popup = await browser.openPopupPage();
		await popup.emulateMedia({colorScheme});
		await popup.setViewportSize({width: 460, height: 600});
		await shownClasses(popup);
		await popup.screenshot({path: `out/demo-popup-${colorScheme}.png`});
		await popup.close();
		const optionsPage = await browser.openOptions();
		await optionsPage.emulateMedia({colorScheme});
		await optionsPage.locator('ol.preview-rows:not([aria-hidden]) li').first().waitFor();
		await optionsPage.screenshot({path: `out/demo-options-${colorScheme}.png`, fullPage: true});
		await optionsPage.close();
	}
}
