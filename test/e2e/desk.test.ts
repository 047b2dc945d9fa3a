import {readFile} from 'node:fs/promises';
import Papa from 'papaparse';
import type {Page} from 'playwright-core';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {type ExtensionBrowser, launchExtension} from '../helpers/extension.ts';
import {shownClasses} from '../helpers/popup.ts';
import {waitFor} from '../helpers/wait.ts';

/** Many texts at once, in a real Chromium with the bundled model. */

let browser: ExtensionBrowser;
let page: Page;
beforeAll(async () => {
	browser = await launchExtension();
	page = await browser.context.newPage();
	await page.setViewportSize({width: 1100, height: 900});
	await page.goto(browser.url('src/entrypoints/corpus/index.html'));
});
afterAll(() => browser?.dispose());

const WORDS = 'the old man opened a door and saw his own house burning in the night while rain fell over town'.split(
	' ',
);
const sentence = (i: number) =>
	Array.from({length: 20}, (_, j) => WORDS[(i * 7 + j * 3 + ((i * j) % 5)) % WORDS.length]).join(' ');

const open = (csv: string | Buffer, name = 'items.csv') =>
	page
		.locator('input[type=file]')
		.setInputFiles({name, mimeType: 'text/csv', buffer: typeof csv === 'string' ? Buffer.from(csv) : csv});
const done = async () => Number(await page.getByRole('progressbar').getAttribute('aria-valuenow'));
const measured = (rows: number) => waitFor(`${rows} rows`, async () => (await done()) === rows, {timeout: 300_000});

const press = (name: string) => page.getByRole('button', {name, exact: true}).click();
/** Measure in place of what was measured before, which is asked about. */
async function measureAnew(name: string) {
	await press(name);
	await page.getByText(/^Measuring anew drops the /).waitFor();
	await press('Drop it and measure');
}

/** The table that the page saves, without the lines above its columns. */
async function savedTable() {
	const saving = page.waitForEvent('download');
	await page.getByRole('button', {name: 'Save all as CSV', exact: true}).click();
	const text = await readFile((await (await saving).path())!, 'utf8');
	const skipped = Number(/^# lines above the columns: (\d+)/.exec(text)![1]);
	const lines = text.split('\r\n');
	const {data} = Papa.parse<Record<string, string>>(lines.slice(skipped).join('\n'), {
		header: true,
		skipEmptyLines: true,
	});
	return {head: lines.slice(0, skipped).join('\n'), rows: data};
}

test('1,000 sentences of 20 words go in and out while the popup answers; stopped in the middle, they are gone on with', async () => {
	const sentences = Array.from({length: 1000}, (_, i) => sentence(i));
	await open(`item,sentence\n${sentences.map((text, i) => `${i},${text}`).join('\n')}`);
	await page.getByRole('button', {name: 'Measure 1,000 texts', exact: true}).click();
	await waitFor('some rows', async () => (await done()) > 20, {timeout: 120_000});

	// A question that is asked meanwhile is answered long before the table is.
	const popup = await browser.openPopupPage();
	await popup.getByRole('textbox', {name: 'Prompt'}).fill('Nobody had ever asked this before, and the answer was');
	await shownClasses(popup);
	expect(await done()).toBeLessThan(1000);
	expect(await page.getByRole('button', {name: 'Stop', exact: true}).isVisible()).toBe(true);
	await popup.close();

	await page.getByRole('button', {name: 'Stop', exact: true}).click();
	await page.getByText(/^Stopped after [\d,]+ of 1,000 rows/).waitFor();
	const before = await done();
	expect(before).toBeGreaterThan(20);
	// What is there can be saved at any time.
	expect((await savedTable()).rows.length).toBe(before * 20);
	await page.getByRole('button', {name: 'Go on with gpt2-mini', exact: true}).click();
	await measured(1000);

	const {head, rows} = await savedTable();
	expect(head).toContain('# model: gpt2-mini');
	expect(head).toMatch(/# version: Next-Token Lens \d/);
	expect(rows.length).toBe(20_000);
	expect(rows.every(({model}) => model === 'gpt2-mini')).toBe(true);
	expect(new Set(rows.map(({row}) => row)).size).toBe(1000);
	for (const i of [0, 999]) {
		const own = rows.filter(({item}) => item === String(i));
		expect(own.map(({word}) => word).join(' ')).toBe(sentences[i]);
		expect(own.every(({corrected_surprisal_bits: bits}) => Number(bits) > 0)).toBe(true);
	}
	// The same text has the same numbers, in whichever batch it was.
	const numbers = (i: number) =>
		rows
			.filter(({item}) => item === String(i))
			.map(row => row.corrected_surprisal_bits)
			.join();
	const twin = sentences.findIndex((text, i) => i > 500 && sentences.indexOf(text) < 100);
	expect(twin).toBeGreaterThan(500);
	expect(numbers(twin)).toBe(numbers(sentences.indexOf(sentences[twin])));
	await page.screenshot({path: 'test/e2e/screenshots/desk.png', fullPage: true});
}, 400_000);

test('rows are written into a chosen file as they are measured', async () => {
	await page.evaluate(() => {
		const choose = async () => (await navigator.storage.getDirectory()).getFileHandle('out.csv', {create: true});
		Object.assign(globalThis, {showSaveFilePicker: choose});
	});
	await open(`sentence\n${Array.from({length: 120}, (_, i) => sentence(i)).join('\n')}`);
	await page.getByRole('radio', {name: 'text', exact: true}).check();
	await measureAnew('Measure into a file…');
	await measured(120);
	const read = () =>
		page.evaluate(async () => {
			const handle = await (await navigator.storage.getDirectory()).getFileHandle('out.csv');
			return (await handle.getFile()).text();
		});
	await waitFor('the file', async () => (await read()).trimEnd().split('\r\n').length > 120);
	const text = await read();
	expect(text).toContain('# unit: text');
	expect(
		text
			.trimEnd()
			.split('\r\n')
			.filter(line => line.endsWith(',gpt2-mini')).length,
	).toBe(120);
});

test('pairs, regions and conditions are told and drawn', async () => {
	const rows = Array.from({length: 8}, (_, i) => {
		const [condition, good, bad] =
			i % 2
				? ['plural', 'The dogs {were} old.', 'The dogs was old.']
				: ['singular', 'The dog {was} old.', 'The dog were old.'];
		return `${i},${condition},${good},${bad}`;
	});
	await open(`item,condition,sentence_good,sentence_bad\n${rows.join('\n')}`);
	await measureAnew('Measure 8 texts');
	await measured(8);
	const shares = page.getByRole('region', {name: 'Right pairs by condition'}).getByRole('table').getByRole('row');
	await expect.poll(() => shares.count()).toBe(4);
	await expect.poll(() => shares.nth(1).textContent()).toMatch(/^All8[0-8]/);
	await page.getByRole('figure', {name: /^Surprisal by region and condition/}).waitFor();
	await page.getByRole('spinbutton', {name: 'Row of the table', exact: true}).fill('5');
	const figure = page.getByRole('figure', {name: /^Surprisal of every word of row 5/});
	const saving = page.waitForEvent('download');
	await figure.getByRole('button', {name: 'Save as PNG', exact: true}).click();
	const png = await readFile((await (await saving).path())!);
	expect(png.subarray(1, 4).toString()).toBe('PNG');
	await page.getByRole('radio', {name: 'pair', exact: true}).check();
	expect((await savedTable()).rows.map(({is_right}) => is_right).every(is => is === 'true' || is === 'false')).toBe(
		true,
	);
});

test.each([
	['bytes that are no UTF-8', Buffer.from('sentence\nfine\ncaf\xe9\n', 'latin1'), /Line 3 is not text in UTF-8/],
	['a quotation mark that is never closed', 'sentence\nfine\n"open\nand on', /row 3 is never closed/],
	['a workbook', Buffer.from('PK\x03\x04 xl/workbook.xml'), /of the form \.xlsx, which is no text/],
])('%s: the row and what to do are told, and what was measured stays', async (_, file, words) => {
	const before = await page.locator('.desk tbody tr').count();
	expect(before).toBeGreaterThan(0);
	await open(file);
	await page.getByRole('alert').getByText(words).waitFor();
	expect(await page.locator('.desk tbody tr').count()).toBe(before);
});

test('a choice of columns is forgotten with its file', async () => {
	await open('sentence,note\nA text.,a note');
	await page.getByRole('combobox', {name: 'Text', exact: true}).selectOption('note');
	await open('sentence,other\nA text.,a note');
	await page.getByRole('option', {name: 'other', exact: true}).first().waitFor({state: 'attached'});
	expect(await page.getByRole('combobox', {name: 'Text', exact: true}).inputValue()).toBe('sentence');
	expect(await page.getByRole('alert').count()).toBe(0);
});

test('a row that is too long for the model is left out by its number, and the others go on', async () => {
	await open(`sentence\nA short text.\n${'word '.repeat(1500)}\nAnother text.\nA {mark that is open.`);
	await page.getByText(/^The marks of a region in row 5 do not close/).waitFor();
	await measureAnew('Measure 3 texts');
	await measured(3);
	await page.getByText(/^Row 3 is left out\. .*1,024/).waitFor();
	await page.getByRole('radio', {name: 'text', exact: true}).check();
	expect((await savedTable()).rows.map(({row}) => row)).toEqual(['2', '4']);
});

test('what was set is there again when the page is opened again', async () => {
	await page.getByRole('button', {name: 'Put the file away', exact: true}).click();
	await page.getByText('A text a line', {exact: true}).click();
	await page.getByRole('textbox', {name: 'A text a line', exact: true}).fill('One text.\nAnother text.');
	await page.getByText('2 texts', {exact: true}).waitFor();
	// The browser asks before rows are lost that are in no file.
	page.once('dialog', dialog => void dialog.accept());
	await page.reload();
	await page.getByRole('button', {name: 'Measure 2 texts', exact: true}).waitFor();
	expect(await page.getByRole('textbox', {name: 'A text a line', exact: true}).inputValue()).toBe(
		'One text.\nAnother text.',
	);
});

test('the options and the passage lead there, and the passage brings its text', async () => {
	await page.getByRole('textbox', {name: 'A text a line', exact: true}).fill('');
	// The form is kept a moment later.
	await waitFor('the empty field to be kept', () =>
		page.evaluate(async () => {
			const {'desk-form': form} = await chrome.storage.session.get('desk-form');
			return (form as {text: string} | undefined)?.text === '';
		}),
	);
	await page.close();
	const popup = await browser.openPopupPage();
	await popup.getByRole('textbox', {name: 'Prompt', exact: true}).fill('A passage of {one} line');
	await popup.getByRole('tab', {name: 'Passage', exact: true}).click();
	const openFrom = async (from: Page) => {
		const opening = browser.context.waitForEvent('page');
		await from.getByRole('button', {name: 'Measure many texts', exact: true}).click();
		const desk = await opening;
		await desk.getByRole('heading', {name: 'The desk', exact: true}).waitFor();
		return desk;
	};
	const empty = await openFrom(await browser.openOptions());
	expect(await empty.getByRole('textbox', {name: 'A text a line', exact: true}).inputValue()).toBe('');
	await empty.close();

	const desk = await openFrom(popup);
	const field = desk.getByRole('textbox', {name: 'A text a line', exact: true});
	const holds = (text: string) => waitFor(`“${text}” in the field`, async () => (await field.inputValue()) === text);
	await holds('A passage of {one} line');
	// What stands there already is asked about.
	await field.fill('A text of my own');
	await popup.bringToFront();
	await popup.getByRole('button', {name: 'Measure many texts', exact: true}).click();
	await desk.getByText('A passage was handed over: “A passage of {one} line”').waitFor();
	await holds('A text of my own');
	await desk.getByRole('button', {name: 'Add it below', exact: true}).click();
	await holds('A text of my own\nA passage of {one} line');
	await desk.getByText('2 texts', {exact: true}).waitFor();
	expect(
		await desk
			.getByRole('checkbox', {name: '{Braces} mark a region; otherwise they are text', exact: true})
			.isChecked(),
	).toBe(false);
	await desk.close();
});
