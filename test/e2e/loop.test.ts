import type {Page} from 'playwright-core';
import {describe, expect, test} from 'vitest';
import {resize} from '../helpers/at-rest.ts';
import {copiedPicture} from '../helpers/copied-picture.ts';
import {
	answersBy,
	faultsOfLine,
	finishedContinuations,
	openView,
	promptText,
	shownClasses,
	usePopups,
} from '../helpers/popup.ts';
import {storeGeneration} from '../helpers/settings.ts';
import {waitFor} from '../helpers/wait.ts';

/** The loop with the real model: what a person sees and presses. */

const {browser, inPopup: inNewPopup} = usePopups();
/** Use a popup page whose classes are there. */
const inPopup = (use: (page: Page) => Promise<void>) =>
	inNewPopup(async page => {
		await shownClasses(page);
		await use(page);
	});

const EXAMPLE = 'Once upon a time, there lived a';
const shot = (page: Page, name: string) => page.screenshot({path: `test/e2e/screenshots/loop-${name}.png`});
const step = (page: Page) => page.getByRole('button', {name: 'Step', exact: true}).click();
/** The settings that were stored hold here: a page reads them before it asks anything. */
const takeUpSettings = async (page: Page) => {
	await page.reload();
	await shownClasses(page);
};
const longer = (page: Page, than: string) =>
	waitFor('a longer prompt', async () => {
		const text = await promptText(page);
		return text.length > than.length && text.startsWith(than) ? text : null;
	});

test('the popup is one screen: only the rows scroll', () =>
	inPopup(async page => {
		for (const view of ['Continuations', 'Strategies', 'Passage', 'Classes']) {
			await page.getByRole('tab', {name: view}).click();
			const size = await page.evaluate(() => {
				scrollTo(0, 1000);
				const shell = document.querySelector('.shell')!.getBoundingClientRect();
				return [shell.top, shell.width, shell.height];
			});
			expect([view, ...size]).toEqual([view, 0, 460, 600]);
		}
		// The loop stays in sight under the rows, however far they are scrolled.
		await page.locator('.class-row').last().scrollIntoViewIfNeeded();
		await page.locator('.loop-bar').evaluate(bar => bar.scrollIntoView({block: 'end'}));
		const bar = (await page.locator('.loop-bar').boundingBox())!;
		expect(bar.y + bar.height).toBeCloseTo(600, 0);
	}));

test('in the full view the loop is whole in sight, with room below it', () =>
	inPopup(async page => {
		await resize(page, 1280, 800);
		await page.goto(browser().url('src/entrypoints/popup/index.html?view=tab'));
		await shownClasses(page);
		const bar = (await page.locator('.loop-bar').boundingBox())!;
		expect(bar.y + bar.height).toBeLessThan(795);
		await shot(page, 'full-view');
	}));

test.each([
	['the popup', 230, 300, ''],
	['the side panel', 180, 450, '?view=panel'],
	['a narrow panel', 320, 600, '?view=panel'],
])('at 200 % zoom or 320 pixels nothing of the loop is cut: %s', (name, width, height, search) =>
	inPopup(async page => {
		await page.goto(browser().url(`src/entrypoints/popup/index.html${search}`));
		await resize(page, width, height);
		await shownClasses(page);
		const cut = await page
			.locator('.top-line > *, .classes > *, .loop-bar :is(button, select, input, output), .class-row > *')
			.evaluateAll(
				(parts, right) =>
					parts
						.filter(part => part.getBoundingClientRect().width > 1)
						.filter(part => part.getBoundingClientRect().right > right + 0.5)
						.map(part => `${part.localName}.${part.className}`),
				width,
			);
		await shot(page, `narrow-${width}`);
		expect(cut, name).toEqual([]);
		const bar = (await page.locator('.loop-bar').boundingBox())!;
		expect(bar.y + bar.height).toBeLessThanOrEqual(height);
	}),
);

test('the number falls on the strip where its class is, and the class moves into the prompt', () =>
	inPopup(async page => {
		await page.getByRole('combobox', {name: 'Speed', exact: true}).selectOption('slow');
		await step(page);
		// All of one moment: a draw is in sight for a second and a half.
		const {needle, hit, bar, said, drawn, next} = await waitFor('the draw', () =>
			page.evaluate(() => {
				const [needle, hit, bar] = ['.mass-needle', '.mass-hit', '.mass-bar'].map(part =>
					document.querySelector(part)?.getBoundingClientRect().toJSON(),
				);
				const [said, drawn, next] = ['.class-line', '.class-row.lit .token-text', '.next-class'].map(
					part => document.querySelector(part)?.textContent ?? '',
				);
				return needle && hit && bar ? {needle, hit, bar, said, drawn, next} : null;
			}),
		);
		const at = needle.x + needle.width / 2;
		expect(at).toBeGreaterThanOrEqual(hit.x - 1);
		expect(at).toBeLessThanOrEqual(hit.x + hit.width + 1);
		const number = Number(/[\d.]+/.exec(said)?.[0]);
		expect((at - bar.x) / bar.width).toBeCloseTo(number, 1);
		expect(drawn).not.toBe('');
		expect(next).toBe(drawn);
		await shot(page, 'draw');
		const text = await longer(page, EXAMPLE);
		expect(text).toBe(EXAMPLE + drawn.replaceAll('·', ' ').replaceAll('↵', '\n'));
		// What was chosen keeps the colour of its rank; what was there does not have one.
		await expect.poll(() => page.locator('.mirror .chosen').count()).toBe(1);
	}));

test('step after step with a fixed seed writes the same text as Continuations', () =>
	inPopup(async page => {
		const worker = await browser().serviceWorker();
		await storeGeneration(worker, {seed: 7, maxNewTokens: 6, numReturnSequences: 2}, {seedMode: 'fixed'});
		await takeUpSettings(page);
		await page.getByRole('combobox', {name: 'Speed', exact: true}).selectOption('fast');
		await page.getByRole('button', {name: 'Play', exact: true}).click();
		await page.getByText('The length that the settings allow is reached.').waitFor({timeout: 60_000});
		const played = (await promptText(page)).slice(EXAMPLE.length);
		for (let i = 0; i < 6; i++) await page.keyboard.press('Backspace');
		await expect.poll(() => promptText(page)).toBe(EXAMPLE);
		await openView(page, 'Continuations');
		expect((await finishedContinuations(page))[0]).toBe(played);
	}));

test('greedy search takes the left end, every time', () =>
	inPopup(async page => {
		await storeGeneration(await browser().serviceWorker(), {doSample: false, numReturnSequences: 1});
		await page.getByRole('button', {name: 'Draw instead', exact: true}).waitFor();
		const [first] = await shownClasses(page);
		await step(page);
		await page.getByText('Greedy search takes the first class').waitFor();
		expect(await longer(page, EXAMPLE)).toBe(EXAMPLE + first.text);
	}));

test('with beams, Step explains beam search, and runs it', () =>
	inPopup(async page => {
		await storeGeneration(await browser().serviceWorker(), {doSample: false, numReturnSequences: 1, numBeams: 3});
		await page.getByText('Sampling is off').waitFor();
		await step(page);
		await page.getByText('Beam search weighs 3 whole texts at once').waitFor();
		expect(await promptText(page)).toBe(EXAMPLE);
		await shot(page, 'beam');
		await page.getByRole('button', {name: 'Run it in Continuations', exact: true}).click();
		expect(await finishedContinuations(page)).toHaveLength(1);
	}));

test('no key acts on a hidden view, and single keys can be switched off', () =>
	inPopup(async page => {
		await shownClasses(page);
		const untouched = async (...keys: string[]) => {
			await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
			for (const key of keys) await page.keyboard.press(key);
			// A key that acts does so before the next one.
			await page.keyboard.press('?');
			const help = page.getByRole('dialog', {name: 'Keys and words'});
			await help.waitFor();
			await page.keyboard.press('Escape');
			await help.waitFor({state: 'detached'});
			expect(await promptText(page)).toBe(EXAMPLE);
		};
		await page.getByRole('textbox', {name: 'Find a class', exact: true}).fill('few');
		await untouched('3');
		await page.getByRole('textbox', {name: 'Find a class', exact: true}).fill('');
		await page.getByRole('button', {name: 'Compare two prompts or two models', exact: true}).click();
		await untouched('3', 'Enter');
		await page.getByRole('button', {name: 'Compare two prompts or two models', exact: true}).click();
		await shownClasses(page);

		await page.evaluate(async () => {
			const {settings = {}} = await chrome.storage.sync.get('settings');
			await chrome.storage.sync.set({settings: {...(settings as object), version: 1, loopKeys: false}});
		});
		await page.reload();
		await shownClasses(page);
		await page.keyboard.press('?');
		for (const key of ['3', 'Enter', ' ']) await page.keyboard.press(key);
		expect(await page.getByRole('dialog').count()).toBe(0);
		expect(await page.getByRole('button', {name: 'Play', exact: true}).isVisible()).toBe(true);
		expect(await promptText(page)).toBe(EXAMPLE);

		// The list of them says so, and has a button of its own.
		await page.getByRole('button', {name: 'Keys and words', exact: true}).click();
		const keys = page.getByRole('dialog', {name: 'Keys and words'});
		await keys.getByText('Single keys are switched off').waitFor();
		await shot(page, 'keys-off');
		await keys.getByRole('button', {name: 'Switch them on', exact: true}).click();
		await keys.getByText('They can be switched off').waitFor();
		await page.keyboard.press('Escape');
		await keys.waitFor({state: 'detached'});
		await page.keyboard.press('3');
		await longer(page, EXAMPLE);
	}));

test('keys: a digit appends, Enter steps, Backspace takes back, ? lists them; a field keeps its own', () =>
	inPopup(async page => {
		const classes = await shownClasses(page);
		await page.keyboard.press('3');
		const chosen = await longer(page, EXAMPLE);
		expect(chosen).toBe(EXAMPLE + classes[2].text);
		await page.locator('.class-rows[aria-busy=false]').waitFor();
		await page.keyboard.press('Enter');
		await longer(page, chosen);
		await page.keyboard.press('Backspace');
		await page.keyboard.press('Backspace');
		await expect.poll(() => promptText(page)).toBe(EXAMPLE);
		await page.keyboard.press('?');
		await page.getByRole('dialog', {name: 'Keys and words'}).waitFor();
		await shot(page, 'keys');
		await page.keyboard.press('Escape');
		await page.getByRole('dialog').waitFor({state: 'detached'});
		await page.getByRole('textbox', {name: 'Find a class', exact: true}).fill('2');
		await page.keyboard.press('Backspace');
		expect(await promptText(page)).toBe(EXAMPLE);
	}));

test('temperature changes the distribution as it is turned', () =>
	inPopup(async page => {
		await page.getByText('with settings', {exact: true}).click();
		const [before] = await shownClasses(page);
		await page.getByRole('slider', {name: 'temperature'}).fill('0.3');
		const sharper = await waitFor('a sharper distribution', async () => {
			const [first] = await shownClasses(page);
			return first.percent > before.percent ? first : null;
		});
		expect(sharper.id).toBe(before.id);
	}));

describe('faults that are gone', () => {
	test('where a class ranks is answered in sight, and a tiny probability has a tiny bar', () =>
		inPopup(async page => {
			await page.getByRole('textbox', {name: 'Find a class', exact: true}).fill(' Paris');
			await page.locator('.find-answer b').waitFor();
			const answer = (await page.locator('.find-answer').boundingBox())!;
			const bar = (await page.locator('.loop-bar').boundingBox())!;
			expect(answer.y + answer.height).toBeLessThan(bar.y);
			const length = await page
				.locator('.class-rows .class-row .bar')
				.first()
				.evaluate(
					row => Number.parseFloat(getComputedStyle(row, '::before').width) / row.getBoundingClientRect().width,
				);
			expect(length).toBeLessThan(0.02);
			await shot(page, 'find');
			await page.keyboard.press('Enter');
			await expect.poll(() => promptText(page)).toBe(`${EXAMPLE} Paris`);
		}));

	test('nothing covers the rows: messages have their own line', () =>
		inPopup(async page => {
			await page.locator('.class-row').nth(2).hover();
			await page.locator('.class-line', {hasText: 'token id'}).waitFor();
			expect(await page.getByRole('tooltip').count()).toBe(0);
			const line = (await page.locator('.class-line').boundingBox())!;
			const rows = (await page.locator('.class-scroll').boundingBox())!;
			expect(line.y).toBeGreaterThanOrEqual(rows.y + rows.height);
		}));

	test('the line of details is whole in every width and at every zoom, below the row of the others', () =>
		inPopup(async page => {
			await page.locator('.class-row').nth(2).focus();
			await page.locator('.class-line', {hasText: 'with settings'}).waitFor();
			// The popup, a panel, Firefox's sidebar, and a popup at 200 % and 400 %.
			for (const [width, height] of [
				[460, 600],
				[360, 800],
				[270, 700],
				[400, 300],
				[200, 150],
			]) {
				await resize(page, width, height);
				expect(await faultsOfLine(page), `${width} by ${height}`).toEqual([]);
			}
		}));

	test('the model’s name is whole beside the button that colours the selection', () =>
		inPopup(async page => {
			const worker = await browser().serviceWorker();
			const source = {tabId: 1, frameId: 0, editable: false};
			const inbox = {text: 'a text of a page', source, view: 'classes', at: 1};
			await worker.evaluate(value => chrome.storage.session.set({inbox: value}), inbox);
			await page.getByRole('button', {name: 'Colour the selection on the page by surprise', exact: true}).waitFor();
			await answersBy(page, 'gpt2-mini');
			const name = page.locator('.model-pill .name');
			expect(await name.evaluate(({scrollWidth, clientWidth}) => scrollWidth - clientWidth)).toBeLessThanOrEqual(0);
		}));

	test('one entropy at a time is called the model’s', () =>
		inPopup(async page => {
			await page.getByText('with settings', {exact: true}).click();
			await page.getByText(/With settings, entropy [\d.]+ bits/).waitFor();
			expect(await page.getByText('entropy').count()).toBe(1);
		}));

	test('a long prompt shows its last lines whole', () =>
		inPopup(async page => {
			await page
				.getByRole('textbox', {name: 'Prompt'})
				.fill('It was the best of times, it was the worst of times. '.repeat(9));
			await page.locator('.class-rows[aria-busy=false]').waitFor();
			const cut = () =>
				page.locator('.prompt').evaluate(box => {
					const {top, bottom} = box.getBoundingClientRect();
					const lines = [...box.querySelectorAll('.cell')].flatMap(cell => [...cell.getClientRects()]);
					return {
						through: lines.filter(
							line =>
								(line.top < top - 1 && line.bottom > top + 4) || (line.bottom > bottom + 1 && line.top < bottom - 4),
						).length,
						end: Math.max(...lines.map(line => line.bottom)) <= bottom + 1,
					};
				});
			await expect.poll(cut).toEqual({through: 0, end: true});
			await shot(page, 'long-prompt');
		}));

	test('in forced colours the bars keep their lengths', () =>
		inPopup(async page => {
			await page.emulateMedia({forcedColors: 'active'});
			const bars = await page.locator('.class-rows .bar').evaluateAll(rows =>
				rows.slice(0, 3).map(row => {
					const {width, backgroundColor} = getComputedStyle(row, '::before');
					return {
						width: Number.parseFloat(width),
						painted: backgroundColor !== getComputedStyle(document.body).backgroundColor,
					};
				}),
			);
			expect(bars.every(({painted}) => painted)).toBe(true);
			expect(bars[0].width).toBeGreaterThan(bars[2].width);
			await shot(page, 'forced-colours');
		}));

	test.each([
		['at 200 % zoom', 400, 300],
		['at 320 px', 320, 600],
	])('%s there is room for classes above Step and Play', (name, width, height) =>
		inPopup(async page => {
			await resize(page, width, height);
			await shownClasses(page);
			await page.locator('.class-row').nth(2).scrollIntoViewIfNeeded();
			await page.locator('.class-heads').evaluate(heads => heads.scrollIntoView({block: 'start'}));
			const bar = (await page.locator('.loop-bar').boundingBox())!;
			const inSight = await page
				.locator('.class-rows .class-row')
				.evaluateAll((rows, bottom) => rows.filter(row => row.getBoundingClientRect().bottom <= bottom).length, bar.y);
			expect(inSight).toBeGreaterThanOrEqual(3);
			await shot(page, name.replaceAll(/\W+/g, '-'));
		}),
	);
});

test('a space at the end is pointed out, and one click removes it', () =>
	inPopup(async page => {
		await page.getByRole('textbox', {name: 'Prompt'}).fill('My favourite colour is ');
		await page.getByText('so the next class starts inside a word').waitFor();
		await shot(page, 'trailing-space');
		await page.getByRole('button', {name: 'Remove it', exact: true}).click();
		await expect.poll(() => promptText(page)).toBe('My favourite colour is');
		await page.getByText('starts inside a word').waitFor({state: 'detached'});
	}));

test('other prompts are one click away', () =>
	inPopup(async page => {
		await page.getByRole('button', {name: 'Prompts', exact: true}).click();
		await shot(page, 'prompts');
		await page.getByRole('button', {name: /The President of the United/}).click();
		await waitFor('the first class', async () => (await shownClasses(page))[0].text === ' States');
		await page.getByRole('button', {name: 'undo', exact: true}).click();
		await expect.poll(() => promptText(page)).toBe(EXAMPLE);
	}));

test('two prompts are compared: the largest changes come first', () =>
	inPopup(async page => {
		await page.getByRole('textbox', {name: 'Prompt'}).fill('The old man hurt');
		await page.getByRole('button', {name: 'Compare two prompts or two models', exact: true}).click();
		await page.getByRole('textbox', {name: 'Compare with'}).fill('The old woman hurt');
		await page.locator('.compare-changes li').first().waitFor();
		const changes = await page.locator('.compare-changes li').allTextContents();
		expect(changes.join(' ')).toMatch(/·(his|her)/);
		expect(await page.locator('.compare-lines path').count()).toBeGreaterThanOrEqual(10);
		// One scale for both lists: a bar is as long as its probability, whichever list it is in.
		const scales = await page
			.locator('.compare-lists li')
			.evaluateAll(rows =>
				rows.map(
					row =>
						Number((row as HTMLElement).style.getPropertyValue('--fraction')) /
						Number.parseFloat(row.lastElementChild!.textContent!),
				),
			);
		for (const scale of scales) expect(scale / scales[0]).toBeCloseTo(1, 1);
		await shot(page, 'compare');
	}));

describe('the classes can be exported', () => {
	test('as a table and as a figure', () =>
		inPopup(async page => {
			const classes = await shownClasses(page);
			const saved = async (name: string) => {
				const [file] = await Promise.all([
					page.waitForEvent('download'),
					page.getByRole('button', {name, exact: true}).click(),
				]);
				const chunks: Buffer[] = [];
				for await (const chunk of await file.createReadStream()) chunks.push(chunk as Buffer);
				return Buffer.concat(chunks);
			};
			await page.getByRole('button', {name: 'Export', exact: true}).click();
			const csv = (await saved('Classes as a table (CSV)')).toString().split('\r\n');
			expect(csv[0]).toMatch(/^rank,token_id,token,logit,probability/);
			expect(csv[1]).toContain(`1,${classes[0].id},"""${classes[0].text}"""`);
			const svg = (await saved('Classes as a figure (SVG)')).toString();
			expect(svg).toContain('Once·upon·a·time,·there·lived·a');
			expect(svg).toContain('gpt2-mini');
			expect((await saved('Classes as a picture (PNG)')).subarray(1, 4).toString()).toBe('PNG');
			await shot(page, 'export');
		}));

	test('as a picture on the clipboard, at twice the size of the figure', () =>
		inPopup(async page => {
			await shownClasses(page);
			await page.getByRole('button', {name: 'Export', exact: true}).click();
			await page.getByRole('button', {name: 'Copy picture', exact: true}).click();
			await page.getByText('The picture is on the clipboard.').waitFor();
			const {width, height, colours} = await copiedPicture(page);
			expect(width).toBe(2 * 640);
			expect(height).toBeGreaterThan(500);
			// White, ink, the bars, and what is between them.
			expect(colours).toBeGreaterThan(4);
		}));

	test('a passage as a picture on the clipboard, in the colours of its ranks', () =>
		inPopup(async page => {
			await page.getByRole('tab', {name: 'Passage'}).click();
			await page.locator('.words').waitFor({timeout: 60_000});
			await page.getByRole('button', {name: 'Copy picture', exact: true}).click();
			await page.getByText('The picture is on the clipboard.').waitFor();
			const {width, height, colours} = await copiedPicture(page);
			expect(width).toBe(2 * 720);
			expect(height).toBeGreaterThan(200);
			expect(colours).toBeGreaterThan(6);
		}));

	test('as a link that opens the full view with prompt and settings', () =>
		inPopup(async page => {
			await browser().context.grantPermissions(['clipboard-read', 'clipboard-write']);
			await page.keyboard.press('2');
			const text = await longer(page, EXAMPLE);
			await page.getByRole('slider', {name: 'temperature'}).fill('1.5');
			await page.getByRole('button', {name: 'Export', exact: true}).click();
			await page.getByRole('button', {name: 'Copy a link to this prompt and these settings', exact: true}).click();
			await page.getByText('Copied.').waitFor();
			const link = await page.evaluate(() => navigator.clipboard.readText());
			await page.getByRole('slider', {name: 'temperature'}).fill('0.5');
			await waitFor('the settings to be written', () =>
				page.evaluate(async () => JSON.stringify(await chrome.storage.sync.get()).includes('"temperature":0.5')),
			);
			const tab = await browser().context.newPage();
			try {
				await tab.goto(link);
				await shownClasses(tab);
				await expect.poll(() => promptText(tab)).toBe(text);
				await tab.getByText('The settings of the link apply now.').waitFor();
				await expect.poll(() => tab.getByRole('slider', {name: 'temperature'}).inputValue()).toBe('1.5');
				await tab.screenshot({path: 'test/e2e/screenshots/loop-link.png'});
				await tab.getByRole('button', {name: 'Bring mine back', exact: true}).click();
				await expect.poll(() => tab.getByRole('slider', {name: 'temperature'}).inputValue()).toBe('0.5');
			} finally {
				await tab.close();
			}
		}));
});
