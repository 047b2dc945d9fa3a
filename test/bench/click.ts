import {createHash} from 'node:crypto';
import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join, resolve} from 'node:path';
import {setTimeout} from 'node:timers/promises';
import {CLICK_MARK_PREFIX} from '../../src/protocol/messages/marks.ts';
import {type Desktop, startDesktop} from '../helpers/desktop.ts';
import {type PagesServer, servePages} from '../helpers/pages-server.ts';
import {dragOver, rightClickAndChoose} from '../helpers/right-click.ts';
import {waitFor} from '../helpers/wait.ts';
import {type Debugged, type PlainBrowser, startPlainBrowser} from './click-browser.ts';
import {EMPTY_POPUP_PAGE, writeEmptyPopup} from './click-empty-popup.ts';

/**
 * How long it takes from the choice in the menu to the first class on the screen: a real right-click on a virtual desktop,
 * beside the same click on an extension whose popup is empty.
 */

/** Whose popup opens. */
const POPUPS = ['ours', 'empty'] as const;
export type PopupName = (typeof POPUPS)[number];

/** `cold`: the browser is up, and nothing of the extension is loaded. `warm`: it was clicked a moment ago. */
const STATES = ['cold', 'warm'] as const;
export type State = (typeof STATES)[number];

/** One click: milliseconds from the choice in the menu to each moment that its pages and workers marked. */
export type Click = Readonly<Record<string, number>>;

export interface ClickRounds {
	chromium: string;
	/** The first click ever on ours in this profile: V8 has compiled none of the code before, and keeps what it compiles. */
	first: Click;
	rounds: Record<State, Record<PopupName, Click>[]>;
}

interface Extension {
	/** How far above the menu's end its entry is: "Inspect" is last, and entries are sorted by their words: ours by the name of its menu. */
	aboveEnd: number;
	/** Whether its entry is in a menu of its own, as one of two is. */
	inside: boolean;
	origin: string;
	/** The address of its popup. */
	popup: string;
}

const extensionsIn = (folders: Record<PopupName, string>): Record<PopupName, Extension> => ({
	ours: {
		aboveEnd: 3,
		inside: true,
		origin: originOf(folders.ours),
		popup: `${originOf(folders.ours)}/src/entrypoints/popup/index.html`,
	},
	empty: {
		aboveEnd: 2,
		inside: false,
		origin: originOf(folders.empty),
		popup: `${originOf(folders.empty)}/${EMPTY_POPUP_PAGE}`,
	},
});

/** Chromium names an unpacked extension by the hash of its folder's path, sixteen bytes of it, in letters from a to p. */
const originOf = (folder: string): string => {
	const hex = createHash('sha256').update(folder).digest('hex').slice(0, 32);
	const letters = [...hex].map(digit => String.fromCharCode('a'.charCodeAt(0) + Number.parseInt(digit, 16)));
	return `chrome-extension://${letters.join('')}`;
};

/** Sentences of the story, about as long as each other. */
const SELECTIONS = [
	['#opening', 'In old times when wishing still helped one, there lived a king whose daughters were all beautiful'],
	['#forest', 'Close by the King’s castle lay a great dark forest, and under an old lime-tree in the forest'],
	['#ball', 'Now it happened that on one occasion the princess’s golden ball did not fall into the little hand'],
	['#voice', 'And as she thus lamented some one said to her, “What ails thee, King’s daughter? Thou weepest so'],
] as const;

/** Nothing is looked at before: whoever looks slows down what is looked at. */
const UNTOUCHED_MILLISECONDS: Record<State, number> = {cold: 5000, warm: 2500};

/** @param repetitions clicks of each kind on each popup. */
export async function measureClicks({
	repetitions,
	dist = 'dist',
}: {
	repetitions: number;
	dist?: string;
}): Promise<ClickRounds> {
	const folder = await mkdtemp(join(tmpdir(), 'bench-empty-popup-'));
	await writeEmptyPopup(folder);
	const desktop = await startDesktop();
	const pages = await servePages();
	const folders = {ours: resolve(dist), empty: folder};
	const browser = await startPlainBrowser(desktop.display, Object.values(folders));
	try {
		const clicker = new Clicker(desktop, pages, browser, extensionsIn(folders));
		await clicker.open();
		const first = await clicker.click('ours', 'cold');
		const rounds: ClickRounds['rounds'] = {cold: [], warm: []};
		for (let i = 0; i < repetitions; i++) {
			for (const state of STATES) {
				const round: Partial<Record<PopupName, Click>> = {};
				for (const name of POPUPS) round[name] = await clicker.click(name, state);
				rounds[state].push(round as Record<PopupName, Click>);
			}
		}
		return {chromium: browser.version, first, rounds};
	} finally {
		await browser.dispose();
		await pages.dispose();
		await desktop.dispose();
		await rm(folder, {recursive: true});
	}
}

class Clicker {
	#clicks = 0;

	constructor(
		private readonly desktop: Desktop,
		private readonly pages: PagesServer,
		private readonly browser: PlainBrowser,
		private readonly extensions: Record<PopupName, Extension>,
	) {}

	/** Opens the story, and nothing beside it. */
	async open(): Promise<void> {
		await this.browser.attached(async debugged => {
			const welcome = await waitFor('the first page', () =>
				debugged.pages().find(page => page.url().endsWith('src/entrypoints/welcome/index.html')),
			);
			await welcome.close();
			const [page] = debugged.pages();
			await page.goto(this.pages.url('story.html'));
		});
	}

	async click(name: PopupName, state: State): Promise<Click> {
		const {aboveEnd, inside, origin, popup} = this.extensions[name];
		const [selector, text] = SELECTIONS[this.#clicks++ % SELECTIONS.length];
		let clicked = 0;
		await this.browser.attached(async debugged => {
			const popups = Object.values(this.extensions).map(extension => extension.popup);
			await closeAll(debugged, url => popups.includes(url));
			if (state === 'cold') await closeAll(debugged, url => url.startsWith(origin));
			const [page] = debugged.pages();
			await dragOver(this.desktop, page, selector, text);
			await rightClickAndChoose(this.desktop, page, page.locator(selector), {
				aboveEnd,
				inside,
				async beforeChoice() {
					await debugged.letGo();
					// What letting go sets in motion comes to rest, and a menu that has just opened takes no key.
					await setTimeout(500);
					clicked = Date.now();
				},
			});
		});
		await setTimeout(UNTOUCHED_MILLISECONDS[state]);
		return this.browser.attached(debugged => readMarks(debugged, {origin, popup}, clicked));
	}
}

/** Ends pages and workers; a process ends with the last of them. */
async function closeAll(debugged: Debugged, which: (url: string) => boolean): Promise<void> {
	await waitFor('pages and workers to end', async () => {
		const alive = (await debugged.targets()).filter(({url}) => which(url));
		for (const {targetId} of alive) await debugged.close(targetId);
		return alive.length === 0;
	});
}

/** Every mark of this click, wherever it was made, and when the popup's page began and first painted. */
async function readMarks(
	debugged: Debugged,
	{origin, popup}: Pick<Extension, 'origin' | 'popup'>,
	clicked: number,
): Promise<Click> {
	const found = await waitFor('the popup', async () => (await debugged.targets()).find(({url}) => url === popup));
	await waitFor('the first class on the screen', () =>
		debugged.evaluate<boolean>(
			found.targetId,
			`performance.getEntriesByName('${CLICK_MARK_PREFIX}painted').length > 0`,
		),
	);
	const moments: Record<string, number> = {};
	for (const {targetId, url} of await debugged.targets()) {
		if (!url.startsWith(origin)) continue;
		const page = await debugged.evaluate<Record<string, number>>(targetId, ENTRIES);
		if (targetId === found.targetId) moments.page = page.page;
		else delete page.page;
		for (const [moment, at] of Object.entries(page)) if (at >= clicked) moments[moment] = at;
	}
	return Object.fromEntries(
		Object.entries(moments)
			.map(([moment, at]) => [moment, at - clicked] as const)
			.sort(([, a], [, b]) => a - b),
	);
}

/** The last mark of each name in a page or worker, in milliseconds since 1970, with its beginning and first paint. */
const ENTRIES = `(() => {
	const origin = performance.timeOrigin;
	const moments = {page: origin};
	for (const {name, startTime} of performance.getEntriesByType('mark'))
		if (name.startsWith('${CLICK_MARK_PREFIX}')) moments[name.slice(${CLICK_MARK_PREFIX.length})] = origin + startTime;
	for (const {name, startTime} of performance.getEntriesByType('paint')) moments[name] = origin + startTime;
	const [navigation] = performance.getEntriesByType('navigation');
	if (navigation) moments.loaded = origin + navigation.loadEventEnd;
	return moments;
})()`;
