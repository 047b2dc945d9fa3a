import type {Page} from 'playwright-core';
import {describe, expect, test} from 'vitest';
import type {Inbox} from '../../src/protocol/messages/inbox.ts';
import {resize} from '../helpers/at-rest.ts';
import {
	answersBy,
	finishedContinuations,
	openView,
	promptText,
	shownClasses,
	shownContinuations,
	usePopups,
} from '../helpers/popup.ts';
import {storeGeneration} from '../helpers/settings.ts';
import {waitFor} from '../helpers/wait.ts';

/** The popup's page with the real model: what a person reads, types and chooses in it. */

const {browser, inPopup} = usePopups();

const shot = (page: Page, name: string) => page.screenshot({path: `test/e2e/screenshots/popup-${name}.png`});
const prompt = (page: Page) => page.getByRole('textbox', {name: 'Prompt'});

/** The classes after something has changed: once they are not the ones before. */
const newClasses = async (page: Page, before: readonly {text: string; logit: number}[]) =>
	waitFor('other classes', async () => {
		const now = await shownClasses(page);
		return JSON.stringify(now) === JSON.stringify(before) ? null : now;
	});

const addsUp = (percents: number[]) => percents.reduce((sum, percent) => sum + percent, 0);

test('a first visit starts with an example, and its classes are ranked', () =>
	inPopup(async page => {
		const classes = await shownClasses(page);
		expect(await promptText(page)).toBe('Once upon a time, there lived a');
		expect(classes.map(({rank}) => rank)).toEqual(Array.from({length: 20}, (_, i) => i + 1));
		expect(classes.map(({percent}) => percent)).toEqual(classes.map(({percent}) => percent).sort((a, b) => b - a));
		expect(addsUp(classes.map(({percent}) => percent))).toBeLessThanOrEqual(100);
		await shot(page, 'classes-light');
	}));

test('with settings, the kept classes share all the probability, and the dashed rule counts the removed ones', () =>
	inPopup(async page => {
		const worker = await browser().serviceWorker();
		await storeGeneration(worker, {topK: 5, topP: 1, temperature: 1});
		await shownClasses(page);
		await page.getByText('with settings', {exact: true}).click();
		await page.getByText(/^top-k 5: 5 classes kept/).waitFor();
		const rows = await waitFor('five kept and three cut rows', async () => {
			const rows = await shownClasses(page);
			return rows.length === 8 ? rows : null;
		});
		expect(addsUp(rows.slice(0, 5).map(({percent}) => percent))).toBeCloseTo(100, 0);
		await expect.poll(() => page.locator('.class-row.cut').count()).toBe(3);
		await expect.poll(() => page.locator('.rule').textContent()).toMatch(/^top-k 5: 5 classes kept · [\d.]+\s%$/);
		await shot(page, 'with-settings');
	}));

test('the ring around the focused row is whole, also around the first and the last', () =>
	inPopup(async page => {
		await shownClasses(page);
		for (const row of [page.locator('.class-row').first(), page.locator('.class-row').last()]) {
			await page.locator('.class-row').nth(1).focus();
			await page.keyboard.press('ArrowUp');
			await row.focus();
			expect(
				await row.evaluate(element => {
					const {outlineOffset, outlineWidth, outlineStyle} = getComputedStyle(element);
					const ring = Number.parseFloat(outlineOffset) + Number.parseFloat(outlineWidth);
					const own = element.getBoundingClientRect();
					let cut = outlineStyle === 'none' ? 1 : 0;
					for (let at = element.parentElement; at; at = at.parentElement) {
						if (getComputedStyle(at).overflow === 'visible') continue;
						const {left, top, right, bottom} = at.getBoundingClientRect();
						cut = Math.max(
							cut,
							left - own.left + ring,
							top - own.top + ring,
							own.right + ring - right,
							own.bottom + ring - bottom,
						);
					}
					return cut;
				}),
			).toBeLessThan(0.6);
		}
	}));

test('the model’s card scrolls with its panel, in no window of its own', () =>
	inPopup(async page => {
		await shownClasses(page);
		await page.locator('.model-pill').click();
		await page.getByRole('button', {name: 'Show the model card', exact: true}).click();
		const card = page.locator('.model-card');
		await card.waitFor();
		const scrolling = await card.evaluate(element => {
			let count = 0;
			for (let at: Element | null = element; at && at !== document.documentElement; at = at.parentElement)
				if (/auto|scroll/.test(getComputedStyle(at).overflowY) && at.scrollHeight > at.clientHeight + 1) count++;
			return count;
		});
		expect(scrolling).toBeLessThanOrEqual(1);
	}));

test('choosing a class appends it and asks again; Ctrl+Z takes it back', () =>
	inPopup(async page => {
		const first = await shownClasses(page);
		await page.locator('.class-row').nth(2).focus();
		await page.keyboard.press('Enter');
		const second = await newClasses(page, first);
		expect(await promptText(page)).toBe(`Once upon a time, there lived a${first[2].text.replace('·', ' ')}`);
		// The keyboard stays in the list, so that the next class is one key away.
		await expect.poll(() => page.evaluate(() => document.activeElement?.className)).toContain('class-row');
		await page.keyboard.press('Control+z');
		expect(await newClasses(page, second)).toEqual(first);
		expect(await promptText(page)).toBe('Once upon a time, there lived a');
	}));

test('of a script that the model hardly read it says so, and leads to the models that do', () =>
	inPopup(async page => {
		await shownClasses(page);
		const note = page.getByText('This model has hardly read this language');
		expect(await note.count()).toBe(0);
		await prompt(page).fill('我今天去了学校，然后');
		await note.waitFor();
		await shot(page, 'hardly-read');
		const [models] = await Promise.all([
			browser().context.waitForEvent('page'),
			page.getByRole('link', {name: 'Models that read more', exact: true}).click(),
		]);
		const heading = models.getByRole('heading', {name: 'Chinese and many languages', exact: true});
		await waitFor('the models that read more', async () => {
			const box = await heading.boundingBox();
			return box !== null && Math.abs(box.y) < 100;
		});
		await models.close();
		await prompt(page).fill('Once more in English');
		await note.waitFor({state: 'detached'});
	}));

test('typing is answered without a button', () =>
	inPopup(async page => {
		const first = await shownClasses(page);
		await prompt(page).click();
		await page.keyboard.press('End');
		await page.keyboard.type(' small village in the');
		await newClasses(page, first);
		await page.getByText('12 tokens', {exact: true}).waitFor();
		expect(await promptText(page)).toBe('Once upon a time, there lived a small village in the');
		await page.keyboard.press('Control+z');
		expect(await promptText(page)).not.toBe('Once upon a time, there lived a small village in the');
	}));

test('a class is found at any rank, and several tokens are no class', () =>
	inPopup(async page => {
		await shownClasses(page);
		const field = page.locator('.find input');
		await field.fill(' Paris');
		await page.locator('.find-answer b').waitFor();
		const answer = (await page.locator('.find-answer').textContent()) ?? '';
		const rank = Number(/([\d,]+)(?:st|nd|rd|th)/.exec(answer)?.[1].replace(',', ''));
		expect(rank).toBeGreaterThan(100);
		expect(rank).toBeLessThanOrEqual(50_257);
		await shot(page, 'find');
		await field.fill('octopus garden party');
		await page.getByText(/Not one class but \d+ tokens/).waitFor();
	}));

test('emoji, right-to-left text and controls are shown as the model sees them, without a replacement character', () =>
	inPopup(async page => {
		const first = await shownClasses(page);
		await prompt(page).fill('Hi 👩‍👧 שלום\n\tnul\u0000 end');
		await prompt(page).blur();
		await newClasses(page, first);
		const tokens = await waitFor('spelled tokens', async () => {
			const texts = await page.locator('.mirror .spelled').allTextContents();
			return texts.length > 0 ? texts : null;
		});
		expect(tokens).toContain('⟨NUL⟩');
		// A character of several tokens is drawn once, with its tokens marked under it.
		expect(tokens.some(token => /^⟨[0-9A-F ]+⟩$/.test(token))).toBe(false);
		const woman = page.locator('.mirror .cell', {hasText: '👩'});
		const marks = await woman.evaluate(cell => getComputedStyle(cell).getPropertyValue('--tokens'));
		expect(Number(marks)).toBeGreaterThan(1);
		expect(await page.locator('body').textContent()).not.toContain('\ufffd');
		await shot(page, 'awkward-text');
	}));

test('200,000 characters pasted: the end is shown, and the dropped tokens are counted', () =>
	inPopup(async page => {
		await shownClasses(page);
		await prompt(page).click();
		await page.keyboard.press('Control+End');
		await page.evaluate(() => {
			const text = 'It was the best of times, it was the worst of times. '.repeat(3774);
			document.execCommand('insertText', false, text.slice(0, 200_000));
		});
		await page.getByText('characters come before what is shown here').waitFor();
		expect((await promptText(page)).length).toBeLessThan(10_000);
		const dropped = page.getByText(/The oldest [\d,]+ tokens are left out/);
		await dropped.waitFor({timeout: 60_000});
		// The context of 1,024 holds the continuation of 32 too, and the prompt loses whole pages of 64.
		const read = Number(/the model reads the last ([\d,]+)/.exec((await dropped.textContent())!)![1].replace(',', ''));
		expect(read).toBeGreaterThan(1024 - 32 - 64);
		expect(read).toBeLessThanOrEqual(1024 - 32);
		// What is in sight is the end, where one was pasting.
		const below = () => page.locator('.prompt').evaluate(box => box.scrollHeight - box.clientHeight - box.scrollTop);
		await expect.poll(below).toBeLessThan(2);
		await shot(page, 'long-paste');
	}));

describe('continuations', () => {
	test('stream side by side, and each token shows the classes it was chosen from', () =>
		inPopup(async page => {
			// Of this seed each text has more than four tokens.
			await storeGeneration(await browser().serviceWorker(), {seed: 1}, {seedMode: 'fixed'});
			await page.reload();
			await page.emulateMedia({colorScheme: 'dark'});
			await openView(page, 'Continuations');
			const texts = await finishedContinuations(page);
			expect(texts).toHaveLength(4);
			expect(await page.locator('.continuation-foot').first().textContent()).toMatch(
				/−[\d.]+ nats per token · −[\d.]+ nats/,
			);
			await page.locator('.continuation:nth-child(2) li[data-item]').nth(3).hover();
			const tip = page.getByRole('tooltip');
			await tip.waitFor();
			await expect.poll(() => tip.locator('.tip-classes li').count()).toBe(5);
			await shot(page, 'continuations-dark');
			await page.keyboard.press('Escape');
			await tip.waitFor({state: 'detached'});
		}));

	test('confirm a copy without moving anything', () =>
		inPopup(async page => {
			await openView(page, 'Continuations');
			await finishedContinuations(page);
			// Places within the list: the view scrolls to a button before it is clicked, as a person would.
			const places = () =>
				page.locator('.continuation, .continuation-foot > :not(.outcome)').evaluateAll(all => {
					const origin = all[0]!.getBoundingClientRect();
					return all.map(one => {
						const {x, y, width, height} = one.getBoundingClientRect();
						return JSON.stringify(
							[x - origin.x, y - origin.y, width, height].map(value => Math.round(value * 100) / 100),
						);
					});
				});
			// As wide as the popup of a browser, and as narrow as a side panel can be.
			for (const width of [420, 320]) {
				await resize(page, width, 600);
				for (const card of [0, 1]) {
					const before = await places();
					await page.locator('.continuation').nth(card).getByRole('button', {name: 'Copy', exact: true}).click();
					const outcome = page.locator('.continuation').nth(card).locator('.outcome');
					await outcome.filter({hasText: /\S/}).waitFor({state: 'attached'});
					expect(await places()).toEqual(before);
					const {shown, needed} = await outcome.evaluate(node => ({shown: node.clientWidth, needed: node.scrollWidth}));
					expect(shown, `"${await outcome.textContent()}" at ${width} px`).toBeGreaterThanOrEqual(needed);
				}
				await shot(page, `continuations-copied-${width}`);
				await page.reload();
				await finishedContinuations(page);
			}
		}));

	test('with a fixed seed "again" gives the same text, with another seed another', () =>
		inPopup(async page => {
			await openView(page, 'Continuations');
			const drawn = await finishedContinuations(page);
			await page.getByRole('button', {name: 'Fix this seed', exact: true}).click();
			await page.getByRole('button', {name: 'Sample again', exact: true}).click();
			expect(await finishedContinuations(page)).toEqual(drawn);
			await page.getByRole('button', {name: 'Use fresh seeds', exact: true}).click();
			await page.getByRole('button', {name: 'Sample again', exact: true}).click();
			expect(await finishedContinuations(page)).not.toEqual(drawn);
		}));

	test('as plain text: no dot and no ↵, expected or surprising in words, and what a writer does comes first', () =>
		inPopup(async page => {
			const worker = await browser().serviceWorker();
			await storeGeneration(worker, {formKind: 'regex', form: ' king\\n(and|or) a queen', numReturnSequences: 2});
			// Here they are known, too.
			await page.locator('.form-line').waitFor();
			await openView(page, 'Continuations');
			await finishedContinuations(page);
			const inbox: Inbox = {
				text: 'Dear friend,\nonce upon a time, there lived a',
				source: {tabId: 1, frameId: 0, editable: true, field: 'f'},
				view: 'classes',
				at: 1,
			};
			await worker.evaluate(value => chrome.storage.session.set({inbox: value}), inbox);
			await waitFor('the text', async () => (await promptText(page)) === inbox.text);
			await openView(page, 'Continuations');
			await finishedContinuations(page);
			const blanks = page.locator('.continuation-text .blank');
			expect(new Set(await blanks.allTextContents())).toEqual(new Set(['·', '↵']));
			const seen = () =>
				blanks.evaluateAll(all => all.filter(one => getComputedStyle(one).visibility === 'visible').length);
			const foot = page.locator('.continuation-foot').first();
			await expect.poll(seen).toBeGreaterThan(1);
			await expect.poll(() => foot.innerText()).toContain('nats');
			// In the prompt a space is a picture of a dot, and a line break has its arrow before it.
			const marks = () =>
				page
					.locator('.prompt .white')
					.evaluateAll(all =>
						all.map(one => getComputedStyle(one).backgroundImage + getComputedStyle(one, '::before').content),
					);
			const before = await marks();

			await page.getByRole('checkbox', {name: 'plain text', exact: true}).check();
			await expect.poll(seen).toBe(0);
			expect(before.some(mark => mark.includes('↵'))).toBe(true);
			expect(before.some(mark => mark.includes('gradient'))).toBe(true);
			await expect.poll(async () => new Set(await marks())).toEqual(new Set(['nonenone']));
			await expect.poll(() => foot.innerText()).not.toContain('nats');
			expect(await foot.innerText()).toMatch(/expected|surprising in \d/);
			const buttons = foot.getByRole('button');
			expect(await buttons.nth(0).textContent()).toMatch(/^insert/i);
			expect(await buttons.nth(1).textContent()).toBe('Copy');
			const top = async (locator: ReturnType<typeof foot.locator>) => (await locator.boundingBox())!.y;
			expect(await top(buttons.nth(0))).toBeLessThan(await top(foot.getByText(/expected|surprising/)));
			await shot(page, 'continuations-plain');

			await page.getByRole('checkbox', {name: 'plain text', exact: true}).uncheck();
			await expect.poll(seen).toBeGreaterThan(1);
			await expect.poll(() => foot.innerText()).toContain('nats');
		}));

	test('stop keeps the tokens so far', () =>
		inPopup(async page => {
			await storeGeneration(await browser().serviceWorker(), {maxNewTokens: 500});
			await openView(page, 'Continuations');
			// The run is one of this length, and not yet one from before the settings were known here.
			await page.locator('.seed', {hasText: '500 tokens'}).waitFor();
			await waitFor('some tokens', async () => {
				const texts = await shownContinuations(page);
				return texts.length > 0 && texts.every(text => text !== '');
			});
			await page.getByRole('button', {name: 'Stop', exact: true}).click();
			const stopped = await finishedContinuations(page);
			await page.getByText('stopped', {exact: true}).first().waitFor();
			expect(await shownContinuations(page)).toEqual(stopped);
		}));
});

test('settings that change elsewhere hold here at once', () =>
	inPopup(async page => {
		await shownClasses(page);
		await page.getByText('with settings', {exact: true}).click();
		await storeGeneration(await browser().serviceWorker(), {topK: 2});
		await page.getByText(/top-k 2\b.*: 2 classes kept/).waitFor();
		await expect.poll(() => page.locator('.class-row:not(.cut)').count()).toBe(2);
	}));

test('a text that arrives while the popup is open takes over, and undo brings the one before back', () =>
	inPopup(async page => {
		await shownClasses(page);
		await prompt(page).fill('my own prompt');
		const worker = await browser().serviceWorker();
		const inbox: Inbox = {text: '<b>from</b> a page', source: null, view: 'classes', at: 1};
		await worker.evaluate(value => chrome.storage.session.set({inbox: value}), inbox);
		await waitFor('the text', async () => (await promptText(page)) === inbox.text);
		await expect
			.poll(() => worker.evaluate(async () => (await chrome.storage.session.get('inbox')).inbox))
			.toBeUndefined();
		await page.getByRole('button', {name: 'undo', exact: true}).click();
		await expect.poll(() => promptText(page)).toBe('my own prompt');
	}));

test('reopened, it shows the same prompt with its results', async () => {
	let classes: unknown;
	let texts: string[] = [];
	await inPopup(async page => {
		await shownClasses(page);
		await prompt(page).fill('The ship sailed into');
		await page.getByText('4 tokens', {exact: true}).waitFor();
		classes = await shownClasses(page);
		await openView(page, 'Continuations');
		texts = await finishedContinuations(page);
	});
	await inPopup(async page => {
		expect(await finishedContinuations(page)).toEqual(texts);
		expect(await promptText(page)).toBe('The ship sailed into');
		await openView(page, 'Classes');
		expect(await shownClasses(page)).toEqual(classes);
	});
});

test('choosing a tab moves none of the others, nor the way to the walk', () =>
	inPopup(async page => {
		const places = () =>
			page
				.locator('.tabs button')
				.evaluateAll(all => all.map(one => [one.getBoundingClientRect().x, one.getBoundingClientRect().y]));
		// The prompt above them is as high as it will be.
		await shownClasses(page);
		await answersBy(page, 'gpt2-mini');
		const before = await places();
		for (const view of ['Continuations', 'Strategies', 'Passage', 'Classes']) {
			await page.getByRole('tab', {name: view}).click();
			expect(await places(), view).toEqual(before);
		}
	}));

test('everything is reached by keyboard: tabs by arrow keys, views by Tab', () =>
	inPopup(async page => {
		await shownClasses(page);
		await page.getByRole('tab', {name: 'Classes'}).focus();
		for (let i = 0; i < 3; i++) await page.keyboard.press('ArrowRight');
		await page.keyboard.press('Enter');
		await expect.poll(() => page.getByRole('tab', {selected: true}).textContent()).toBe('Passage');
		await answersBy(page, 'gpt2-mini');
		await page.getByRole('button', {name: /^gpt2-mini · /}).focus();
		await page.keyboard.press('Enter');
		await page.getByRole('region', {name: 'The model', exact: true}).waitFor();
		await page.getByRole('button', {name: 'Show the model card', exact: true}).press('Enter');
		await page.getByRole('region', {name: 'Model card', exact: true}).filter({hasText: 'gpt2-mini'}).waitFor();
		// The card has no scroll bar of its own inside the one of the panel.
		const card = page.getByRole('region', {name: 'Model card', exact: true});
		expect(await card.evaluate(node => node.scrollHeight - node.clientHeight)).toBeLessThanOrEqual(1);
	}));

describe('at every width', () => {
	/** How far what is shown is wider than the window. */
	const overflow = (page: Page) =>
		page.evaluate(() => {
			const boxes = [...document.querySelectorAll('.shell, .top, main, .column, .tab-panel, .classes, .loop-bar')];
			return Math.max(...boxes.map(box => Math.ceil(box.getBoundingClientRect().right))) - innerWidth;
		});

	test.each([
		{name: 'panel-320', view: 'panel', width: 320, height: 700, scheme: 'light'},
		{name: 'panel-500', view: 'panel', width: 500, height: 700, scheme: 'dark'},
		{name: 'tab-1200', view: 'tab', width: 1200, height: 800, scheme: 'light'},
		{name: 'tab-1200-dark', view: 'tab', width: 1200, height: 800, scheme: 'dark'},
		// A popup at 200 % has 800 x 600 screen pixels, which are half as many of CSS.
		{name: 'zoom-200', view: 'popup', width: 400, height: 300, scheme: 'light'},
	] as const)('$name', async ({name, view, width, height, scheme}) => {
		const page = await browser().context.newPage();
		try {
			await page.emulateMedia({colorScheme: scheme});
			await page.setViewportSize({width, height});
			await page.goto(browser().url(`src/entrypoints/popup/index.html?view=${view}`));
			await shownClasses(page);
			await expect.poll(() => overflow(page)).toBeLessThanOrEqual(0);
			await page.getByRole('tab', {name: 'Continuations'}).click();
			await finishedContinuations(page);
			await expect.poll(() => overflow(page)).toBeLessThanOrEqual(0);
			// With two columns the classes stay visible beside every other view.
			await expect.poll(() => page.locator('.classes').count()).toBe(width >= 900 ? 1 : 0);
			await page.screenshot({path: `test/e2e/screenshots/popup-${name}.png`});
		} finally {
			await page.close();
		}
	});
});
