import {readFile} from 'node:fs/promises';
import type {Page} from 'playwright-core';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {chapterAtRest, painted, resize} from '../helpers/at-rest.ts';
import {copiedPicture} from '../helpers/copied-picture.ts';
import {type ExtensionBrowser, launchExtension} from '../helpers/extension.ts';
import {storeGeneration} from '../helpers/settings.ts';

/** The walk with the bundled model: every figure answers, and is looked at at two widths. */

let browser: ExtensionBrowser;
let page: Page;

beforeAll(async () => {
	browser = await launchExtension();
	page = await browser.context.newPage();
	page.setDefaultTimeout(90_000);
	await page.setViewportSize({width: 1440, height: 1000});
});
afterAll(() => browser?.dispose());

const open = async (fragment: string) => {
	await page.goto(browser.url(`src/entrypoints/walkthrough/index.html#${fragment}`));
	await page.reload();
	if (!fragment.startsWith('guess')) await page.locator('.fig .picture').first().waitFor();
};

/** Pictures of the whole page at two widths, neither of which scrolls sideways. */
async function shots(name: string) {
	for (const width of [360, 1440]) {
		await resize(page, width, 1000);
		// A scrollbar is not in the picture, and would cut off what is under it.
		await page.evaluate(() => {
			document.documentElement.style.scrollbarWidth = 'none';
		});
		await painted(page);
		await page.screenshot({path: `test/e2e/screenshots/walk-${name}-${width}.png`, fullPage: true});
		const overflow = () =>
			page.evaluate(() => {
				const {scrollWidth, clientWidth} = document.documentElement;
				return scrollWidth - clientWidth;
			});
		await expect.poll(overflow, {message: `${name} at ${width}`}).toBe(0);
	}
}

const figure = (name: RegExp) => page.getByRole('figure', {name});
/** The rows of a figure's table of numbers. */
async function numbers(name: RegExp): Promise<string[][]> {
	const details = figure(name).locator('details');
	if ((await details.getAttribute('open')) === null) await details.locator('summary').click();
	const rows = details.locator('tbody tr');
	await rows.first().waitFor();
	return rows.evaluateAll(rows => rows.map(row => [...row.querySelectorAll('td')].map(cell => cell.textContent ?? '')));
}
/** Waits until the address has it: while much changes, it follows a moment later. */
const inAddress = (what: RegExp) => page.waitForURL(({hash}) => what.test(hash));
const value = (text: string) => Number(text.replace('−', '-').replaceAll(',', ''));

test('1: text to tokens, and a word merged from its bytes', async () => {
	await open('tokens?text=In+Paris+a+strawberry+%F0%9F%99%82&word=strawberry');
	expect((await numbers(/Your text as tokens/)).map(([, token]) => token)).toEqual([
		'In',
		'·Paris',
		'·a',
		'·strawberry',
		'·🙂',
	]);
	const merges = await numbers(/From 10 bytes to 3 tokens/);
	expect(merges.at(-1)![3]).toBe('st | raw | berry');
	expect(merges).toHaveLength(8);
	await shots('tokens');

	// The stepper waits at its beginning.
	await page.getByText('Step 0 of 7').waitFor();
	await page.getByRole('button', {name: 'Step', exact: true}).press('Enter');
	await page.getByText('Step 1 of 7').waitFor();
	// By keyboard from token to token: the third word is taken apart.
	await figure(/Your text as tokens/)
		.locator('[role="button"]')
		.first()
		.focus();
	await page.keyboard.press('ArrowRight');
	await page.keyboard.press('Enter');
	await figure(/From 6 bytes to 1 token/).waitFor();
	await inAddress(/word=\+Paris/);
});

test('3: a head is a classifier: the contributions add up to the logit shown', async () => {
	await open('head?text=The+old+man+opened+the+door+and+saw+his');
	const name = /The logit of/;
	const rows = await numbers(name);
	expect(rows).toHaveLength(256);
	const title = (await figure(name).locator('figcaption').textContent())!;
	const logit = value(/is ([−\d.,]+):/.exec(title)![1]);
	expect(rows.reduce((sum, row) => sum + value(row[3]), 0)).toBeCloseTo(logit, 1);
	await shots('head');

	await page.getByRole('slider', {name: 'Temperature'}).fill('0.5');
	await figure(/Softmax at temperature 0.50/).waitFor();
	await page.locator('.class-list .class-row').nth(2).click();
	await page.waitForFunction(
		before => !document.querySelector('.fig figcaption')!.textContent!.includes(before),
		title,
	);
	await inAddress(/class=\d+/);
	await page.getByText('2 classes', {exact: true}).click();
	await figure(/A head with two classes/).waitFor();
	await shots('head-two');
});

test('on a large screen the chapters take the room that there is', async () => {
	await resize(page, 1920, 1080);
	await open('head');
	await painted(page);
	const {left, right} = await page.locator('main').evaluate(main => main.getBoundingClientRect().toJSON());
	expect(right - left).toBeGreaterThan(0.8 * 1920);
	const picture = (await page.locator('main .fig .picture').first().boundingBox())!;
	expect(picture.width).toBeGreaterThan(1920 / 2);
	await resize(page, 1440, 1000);
});

test('6: influence: the parts of the prompt, for a class and against another', async () => {
	await open('influence?text=The+old+man+opened+the+door.+He+saw+his&unit=word');
	const rows = await numbers(/has a log-probability of/);
	expect(rows.map(([part]) => part)).toEqual([
		'The',
		'·old',
		'·man',
		'·opened',
		'·the',
		'·door',
		'.',
		'·He',
		'·saw',
		'·his',
	]);
	expect(rows.some(([, influence]) => value(influence) > 0)).toBe(true);
	// The comparison is the popup's: both prompts' first classes, side by side.
	for (const name of ['Your text', 'The second prompt']) {
		const classes = page.getByRole('list', {name, exact: true}).getByRole('listitem');
		await classes.nth(9).waitFor();
		expect(await classes.count()).toBe(10);
	}
	await shots('influence');
	await page.getByText('sentences', {exact: true}).click();
	await page.waitForFunction(() => document.querySelectorAll('.fig .box').length === 2);
	await page.getByLabel(/rather than/).selectOption({index: 1});
	await figure(/Why .* rather than/).waitFor();
	expect(await numbers(/Why .* rather than/)).toHaveLength(2);
	await inAddress(/unit=sentence/);
	await inAddress(/against=\d+/);
});

test('7: all positions at once, and a step of training that lowers their mean loss', async () => {
	await open('training?text=The+cat+sat+on+the+mat%2C+and+the+dog+sat+on+the+cat.&rate=10');
	const rows = await numbers(/targets. Their average loss/);
	expect(rows.map(([, target]) => target).join('')).toBe('The·cat·sat·on·the·mat,·and·the·dog·sat·on·the·cat.');
	const step = figure(/After one step, the average loss goes/);
	const means = async () =>
		[...(await step.locator('figcaption').textContent())!.matchAll(/[\d.]+(?= bits)/g)].map(match => Number(match[0]));
	const [before, after] = await means();
	expect(after).toBeLessThan(before);
	await shots('training');
	await page.getByRole('slider', {name: 'Learning rate'}).fill('0');
	await page.waitForFunction(() => /from (.*) bits to \1 bits/.test(document.body.textContent!));
	await figure(/targets. Their average loss/)
		.locator('[role="button"]')
		.first()
		.press('Enter');
	await page.waitForFunction(() => location.hash.includes('position=0'));
});

test('8: you against the model', async () => {
	await open('guess');
	const guess = page.getByLabel(/Guess 1 of 10/);
	await guess.fill('and');
	await page.getByLabel(/I am sure to/).fill('60');
	await guess.press('Enter');
	await page.getByText(/The model said/).waitFor();
	const firstClasses = page.getByRole('list', {name: 'The model’s first classes', exact: true});
	await firstClasses.waitFor();
	expect(await firstClasses.getByRole('listitem').count()).toBe(5);
	await page.getByText(/Your word is (its|not among)/).waitFor();
	// The next key is for the button that goes on.
	await page.locator('button:focus', {hasText: 'Next'}).waitFor();
	await page.keyboard.press('Enter');
	for (let i = 2; i <= 10; i++) {
		await page.getByLabel(new RegExp(`Guess ${i} of 10`)).fill('the');
		await page.keyboard.press('Enter');
		await page.getByText(/The model said/).waitFor();
		if (i === 6) await shots('guess');
		await page.getByRole('button', {name: 'Next', exact: true}).click();
	}
	await page.getByRole('button', {name: 'Play again', exact: true}).waitFor();
	const rows = await numbers(/You: \d+ of 10 right/);
	expect(rows).toHaveLength(10);
	expect(rows.map(([, guess, odds]) => [guess, odds])).toEqual([
		['and', '60\u00a0%'],
		...Array(9).fill(['the', '60\u00a0%']),
	]);
	// What a word costs among 50,257 classes, less what was needed; a wrong guess costs some.
	const title = await figure(/You: \d+ of 10 right/)
		.locator('figcaption')
		.textContent();
	const saved = rows.map(row => value(row[3])).reduce((sum, bits) => sum + bits, 0);
	expect(value(/right, ([−\d]+).bits saved/.exec(title!)![1])).toBe(Math.round(saved));
	for (const row of rows) expect(value(row[5])).toBeLessThanOrEqual(Math.log2(50_257));
	expect(title).toMatch(/Gaps drawn at random from \d+ whole words \(seed 1\)/);

	// The result is a picture to be shown elsewhere, with its title and the model in it.
	await resize(page, 1440, 1000);
	await page.getByRole('button', {name: 'Copy picture', exact: true}).click();
	await page.getByText('The picture is on the clipboard.').waitFor();
	const picture = await copiedPicture(page);
	const drawn = (await figure(/You: \d+ of 10 right/)
		.locator('svg')
		.boundingBox())!;
	expect(picture.width).toBe(Math.round(2 * (drawn.width + 32)));
	expect(picture.height).toBeGreaterThan(2 * drawn.height + 60);
	expect(picture.colours).toBeGreaterThan(4);
});

test('8: a passage of one’s own page comes from the popup, and its words are the gaps', async () => {
	const popup = await browser.openPopupPage();
	const passage =
		'The old man went down to the sea. He looked at the water for a long time, and then he went back to his house and sat down in front of the fire. His wife came in and asked him what he had seen.';
	await popup.getByRole('textbox', {name: 'Prompt'}).fill(passage);
	await popup.getByRole('textbox', {name: 'Prompt'}).blur();
	await popup.getByRole('tab', {name: 'Passage'}).click();
	const [walk] = await Promise.all([
		browser.context.waitForEvent('page'),
		popup.getByRole('button', {name: 'Guess its words'}).click(),
	]);
	await walk.getByLabel(/Guess 1 of/).waitFor();
	expect(await walk.getByRole('textbox', {name: 'Your text'}).inputValue()).toBe(passage);
	const shown = (await walk.locator('.passage').textContent())!.replace(/\s*_+\s*$/, '');
	expect(passage.startsWith(shown)).toBe(true);
	expect(
		await walk
			.getByRole('radio', {name: 'Your text'})
			.or(walk.locator('[aria-pressed=true], [aria-checked=true]', {hasText: 'Your text'}))
			.count(),
	).toBeGreaterThan(0);
	await walk.close();
});

test('4: classes of one’s own, lines from a CSV file, and the same by generation', async () => {
	await open('labels');
	// It opens on what the bundled model can do: six of six without calibration.
	await page.locator('.lines tbody tr').nth(5).waitFor();
	const found = await page.locator('.lines tbody tr').evaluateAll(rows => rows.map(row => row.children[1].textContent));
	expect(found).toEqual(['he', 'she', 'he', 'she', 'he', 'she']);
	await page.getByRole('button', {name: 'Where it fails: reviews', exact: true}).click();
	const name = /A wonderful evening/;
	// The lines are classified when what comes after them is there.
	await inAddress(/labels=good/);
	await page.getByText('All classes, written out').waitFor();
	await figure(name).waitFor();
	const rows = await numbers(name);
	expect(rows.map(([label]) => label)).toEqual(['good', 'bad']);
	expect(rows.reduce((sum, row) => sum + Number.parseFloat(row[3]), 0)).toBeCloseTo(100, 0);
	await page.getByLabel(/Calibrate/).check();
	await figure(name).getByText('after calibration').waitFor();
	expect((await numbers(name))[0]).toHaveLength(6);
	await shots('labels');

	await page.getByRole('button', {name: 'Open a CSV file'}).setInputFiles({
		name: 'reviews.csv',
		mimeType: 'text/csv',
		buffer: Buffer.from('text,label\n"Lovely, all of it",good\nA waste of time,bad\nNot bad,good\n'),
	});
	await figure(/of 3 are right: an accuracy of/).waitFor();
	const confusion = await numbers(/of 3 are right/);
	expect(confusion.flatMap(row => row.slice(1)).reduce((sum, cell) => sum + Number(cell), 0)).toBe(3);
	await shots('labels-file');
	const downloading = page.waitForEvent('download');
	await page.getByRole('button', {name: 'Save as CSV', exact: true}).click();
	const csv = await readFile(await (await downloading).path(), 'utf8');
	expect(csv.split('\r\n')[0]).toMatch(/^text,label,predicted,probability of good/);

	await page.getByLabel('Labels, separated by commas').fill('good');
	await page.getByText('Write at least two labels').waitFor();
});

test('2: tokens to one vector: the blocks, the logit lens and the attention of a head', async () => {
	await open('vector?text=The+old+man+opened+the+door+and+saw+his');
	const lens = await numbers(/The logit lens/);
	expect(lens).toHaveLength(7);
	await page.goto(
		browser.url('src/entrypoints/walkthrough/index.html#head?text=The+old+man+opened+the+door+and+saw+his'),
	);
	const [first] = await numbers(/Softmax at temperature/);
	// What the last block says at the last position is what the model says.
	expect(lens.at(-1)!.at(-1)).toBe(`${first[0]} ${first[2]}`);

	await page.goBack();
	// It opens on the head with the clearest pattern on this text, and says which.
	const thumbs = page.getByRole('region', {name: 'All heads of all blocks'}).getByRole('button');
	await thumbs.nth(23).waitFor();
	expect(await thumbs.count()).toBe(24);
	// Heads and switches are one stop for Tab; arrow keys lead to the rest.
	expect(await page.locator('.heads button:not([tabindex="-1"])').count()).toBe(1);
	await page
		.getByText(/^On this text, head \d of block \d mostly does this: (previous|same|after|the token)/)
		.waitFor();
	await expect.poll(() => page.locator('.head-thumb[aria-pressed="true"]').count()).toBe(1);
	await page.getByRole('combobox', {name: /^Block/}).selectOption('1');
	await page.getByRole('combobox', {name: /^Head/}).selectOption('3');
	const attention = figure(/Attention of block 1, head 3/);
	await attention.waitFor();
	await attention.getByRole('slider').focus();
	await page.keyboard.press('ArrowUp');
	await attention.getByText(/At “·saw”, this head gives/).waitFor();
	// One row is worked through: the scores' softmax is what the head looks at.
	await page.keyboard.press('Enter');
	const worked = await numbers(/Head 3 of block 1, at “·saw”/);
	const scores = worked.map(([, , score]) => value(score));
	const total = scores.reduce((sum, score) => sum + Math.exp(score), 0);
	expect(worked.map(([, token]) => token)).toEqual('The ·old ·man ·opened ·the ·door ·and ·saw'.split(' '));
	for (const [i, [, , , weight]] of worked.entries())
		expect(value(weight.replace(/\s*%/, ''))).toBeCloseTo((100 * Math.exp(scores[i])) / total, 1);
	await figure(/Head 3 of block 1, at “·saw”/)
		.getByRole('button', {name: /^space door, 1\.78/})
		.focus();
	const products = await numbers(/Why “·door” scores/);
	const sum = products.reduce((sum, [, , , product]) => sum + value(product), 0);
	expect(sum).toBeCloseTo(scores[5], 2);
	await figure(/vectors of 256 numbers/)
		.getByRole('button', {name: /^block 3/})
		.press('Enter');
	await page.getByText('the last position’s 256 numbers after block 3').waitFor();
	const streams = await numbers(/^Block 3: what enters it/);
	expect(streams).toHaveLength(9);
	await shots('vector');
});

test('5: choose, append, repeat: a step a click, the cache grows by a column, and the next step is timed', async () => {
	await open('loop?text=The+old+man+opened+the+door+and+saw+his');
	const columns = async () => (await numbers(/The cache holds/)).length;
	await expect.poll(columns).toBe(9);
	const step = page.getByRole('button', {name: 'Step', exact: true});
	await step.press('Enter');
	await page.getByText('1 token appended').waitFor();
	await page.getByText(/It fell on/).waitFor();
	await figure(/The cache holds 10 tokens/).waitFor();
	await expect.poll(columns).toBe(10);
	await step.click();
	await page.getByText('2 tokens appended').waitFor();
	await figure(/The cache holds 11 tokens/).waitFor();
	const first = await page.locator('.running mark').allTextContents();
	// The same seed draws the same numbers, and so the same classes.
	await page.getByRole('button', {name: 'To the start', exact: true}).click();
	await figure(/The cache holds 9 tokens/).waitFor();
	await page.getByRole('button', {name: 'Play', exact: true}).click();
	await page.getByText(/^[2-9] tokens appended/).waitFor();
	expect((await page.locator('.running mark').allTextContents()).slice(0, 2)).toEqual(first);
	await page.getByRole('button', {name: 'Pause', exact: true}).click();
	await page.getByRole('button', {name: /^Time the next step/}).click();
	await page.getByText(/times as long/).waitFor();
	await shots('loop');
	await page.getByText('greedy search', {exact: true}).click();
	// It begins anew, with the strategy that was chosen.
	await page.locator('.running mark').first().waitFor({state: 'detached'});
	await figure(/The cache holds 9 tokens/).waitFor();
	await step.click();
	await page.getByText(/The first class was taken/).waitFor();
	// The class has joined the text, and the bar is that of the next one.
	await page.getByText('1 token appended').waitFor();
	await figure(/The cache holds 10 tokens/).waitFor();

	// The reader is a strategy too: the second piece of the bar, by keyboard.
	const bar = figure(/All the probability as one bar/);
	const name = (await bar
		.getByRole('button', {name: /^choose/})
		.nth(1)
		.locator('title')
		.textContent())!;
	await bar
		.getByRole('button', {name: /^choose/})
		.first()
		.focus();
	await page.keyboard.press('ArrowRight');
	await page.keyboard.press('Enter');
	await page.getByText(/^You chose .* \(rank 2\)/).waitFor();
	await page.getByText('2 tokens appended').waitFor();
	expect(name).toContain((await page.locator('.running mark').last().textContent())!.replace('·', ''));
});

test('5: the loop plays the reader’s own settings, and runs a strategy that has no single step', async () => {
	const worker = await browser.serviceWorker();
	try {
		await storeGeneration(worker, {doSample: true, topK: 3, topP: 1, temperature: 1.5, maxNewTokens: 2});
		await open('loop?text=The+old+man+opened+the+door+and+saw+his&strategy=own');
		await page.getByText(/^Your settings: .*Temperature 1.5.*Top-k 3/).waitFor();
		expect(await numbers(/All the probability as one bar: 3 classes/)).toHaveLength(3);
		const step = page.getByRole('button', {name: 'Step', exact: true});
		await step.click();
		await page.getByText('1 token appended').waitFor();
		await step.click();
		await page.getByText('2 tokens appended').waitFor();
		await expect.poll(() => step.isDisabled()).toBe(true);
		await shots('loop-own');

		await storeGeneration(worker, {doSample: false, numBeams: 3, numReturnSequences: 1, maxNewTokens: 6});
		await page.getByText('Beam search weighs 3 whole texts at once').waitFor();
		await page.getByRole('button', {name: 'Run it on this text', exact: true}).click();
		await page.getByText(/^It appended 6 tokens with a log-probability of/).waitFor();
		await expect.poll(() => page.locator('.running mark').count()).toBe(6);
		// What the beams weighed, step by step, with the way to this text.
		await expect.poll(() => page.locator('.weighed .node.on-path').count()).toBe(6);
		await page.locator('.weighed .node[aria-selected="true"]').focus();
		await page.keyboard.press('ArrowRight');
		await page.locator('.weighed .node:focus[aria-label*="step 2"]').waitFor();
		await shots('loop-beam');
	} finally {
		await storeGeneration(worker, {});
	}
});

const MAN = 'text=The+old+man+opened+the+door+and+saw+his';
test.each([
	['tokens?text=x+y&word=strawberries&step=3', 2],
	[`vector?${MAN}&block=2&attention=3&head=2&row=7`, 7],
	[`head?${MAN}&class=1310&temperature=0.5`, 2],
	[`head?${MAN}&head=two&first=+happy&second=+sad`, 1],
	[
		'labels?labels=yes%2C+no&template=%7Btext%7D%3F&examples=Snow+is+white+%3D%3E+yes&calibrate=N%2FA&lines=One%0ATwo&line=2',
		1,
	],
	[`loop?${MAN}&strategy=greedy&chosen=1310%2C290`, 2],
	[`influence?${MAN}&unit=word&class=1310&against=2576&replacement=_&other=Nobody`, 1],
	[`training?${MAN}&rate=30&position=2`, 3],
	['guess?passage=second', 0],
] as const)('a link opens on the very same step: %s', async (fragment, figures) => {
	const state = async () => {
		await page.locator('main :is(.fig .picture, .passage)').first().waitFor();
		await page.waitForFunction(figures => document.querySelectorAll('.fig figcaption').length >= figures, figures);
		await chapterAtRest(page);
		return {
			figures: await page.locator('.fig figcaption').allTextContents(),
			fields: await page
				.locator('main :is(textarea, input:not([type="file"]), select)')
				.evaluateAll(fields => fields.map(field => (field as HTMLInputElement).value)),
			chosen: await page.locator('main [aria-pressed="true"], main .running').allTextContents(),
		};
	};
	await open(fragment);
	const before = await state();
	const parameters = (hash: string) => new URLSearchParams(hash.split('?')[1]);
	await page.waitForURL(({hash}) =>
		[...parameters(fragment)].every(([name, value]) => parameters(hash).get(name) === value),
	);
	const link = new URL(page.url()).hash.slice(1);
	await page.goto('about:blank');
	await open(link);
	expect(await state()).toEqual(before);
	await expect.poll(() => new URL(page.url()).hash.slice(1)).toBe(link);
});

test('a figure is saved as an SVG file that needs no other file', async () => {
	await open('head?text=The+old+man+opened+the+door+and+saw+his');
	const downloading = page.waitForEvent('download');
	await figure(/Softmax at temperature/)
		.getByRole('button', {name: 'Save as SVG', exact: true})
		.click();
	const svg = await readFile(await (await downloading).path(), 'utf8');
	expect(svg).toMatch(/^<svg [^>]*xmlns="http:\/\/www.w3.org\/2000\/svg"/);
	expect(svg).toMatch(/<title>Softmax at temperature 1.00/);
	expect(svg).toContain('·face');
	expect(svg).not.toMatch(/ (class|style|tabindex)=|var\(--/);
});

test('a chapter is saved as one page that needs no extension: no script, nothing from outside, its figures as they are', async () => {
	await open('loop?text=The+old+man+opened+the+door+and+saw+his&seed=3');
	await figure(/All the probability as one bar/).waitFor();
	await figure(/The cache holds/).waitFor();
	const downloading = page.waitForEvent('download');
	await chapterAtRest(page);
	await painted(page);
	await page.getByRole('button', {name: 'Save as a page', exact: true}).click();
	const html = await readFile(await (await downloading).path(), 'utf8');
	expect(html).not.toMatch(/<script|<link|<iframe|src=/);
	const elsewhere = await browser.context.newPage();
	try {
		const asked: string[] = [];
		elsewhere.on('request', request => asked.push(request.url()));
		await elsewhere.goto(`data:text/html;charset=utf-8,${encodeURIComponent(html)}`);
		await elsewhere.getByText('The·old·man·opened·the·door·and·saw·his').first().waitFor();
		// Who opens it can draw the same.
		await elsewhere.getByText(/^Model: .+ Strategy: sampling · seed 3\.$/).waitFor();
		expect(await elsewhere.locator('figure svg').count()).toBe(2);
		expect(await elsewhere.locator('figure details table').count()).toBe(2);
		expect(await elsewhere.locator('footer').textContent()).toContain('Made with Next-Token Lens');
		expect(asked.filter(url => !url.startsWith('data:'))).toEqual([]);
		await elsewhere.screenshot({path: 'test/e2e/screenshots/saved-chapter.png', fullPage: true});
	} finally {
		await elsewhere.close();
	}
});

test('every figure of every chapter is saved as SVG, and what it shows is in it', async () => {
	const text = 'text=The+old+man+opened+the+door+and+saw+his';
	for (const [chapter, pictures] of [
		['tokens?', 2],
		['vector?', 7],
		['vector?off=2.4&parts=each&', 10],
		['head?', 2],
		['head?head=two&', 1],
		['labels?', 1],
		['loop?', 2],
		['influence?', 1],
		['training?', 3],
	] as const) {
		await open(chapter + text);
		const figures = page.locator('figure');
		await figures.nth(pictures - 1).waitFor();
		// Nothing is drawn into them any more.
		await chapterAtRest(page);
		await painted(page);
		expect(await figures.count(), chapter).toBe(pictures);
		for (let i = 0; i < pictures; i++) {
			const downloading = page.waitForEvent('download');
			await figures.nth(i).getByRole('button', {name: 'Save as SVG', exact: true}).click();
			const svg = await readFile(await (await downloading).path(), 'utf8');
			const shapes = await figures.nth(i).locator('svg').first().locator('rect, text, circle').count();
			expect(svg, `${chapter} ${i}`).toContain('<title>');
			// Its ground comes on top.
			expect(svg.match(/<(?:rect|text|circle)[ >]/g), `${chapter} ${i}`).toHaveLength(shapes + 1);
		}
	}
});

test.each([
	['dark', {colorScheme: 'dark'}],
	['forced', {forcedColors: 'active'}],
	['print', {media: 'print'}],
] as const)('figures can be read: %s', async (name, media) => {
	await page.emulateMedia({...media});
	try {
		await open('training?text=The+cat+sat+on+the+mat%2C+and+the+dog+sat+on+the+cat.');
		await figure(/After one step/).waitFor();
		await page.screenshot({path: `test/e2e/screenshots/walk-training-${name}.png`, fullPage: true});
		const [ink, ground] = await figure(/After one step/)
			.locator('.picture')
			.evaluate(svg => [getComputedStyle(svg).fill, getComputedStyle(svg).backgroundColor]);
		expect(ink).not.toBe(ground);
	} finally {
		await page.emulateMedia({colorScheme: null, forcedColors: null, media: null});
	}
});
