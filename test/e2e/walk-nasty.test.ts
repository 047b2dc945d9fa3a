import type {Page} from 'playwright-core';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {chapterAtRest} from '../helpers/at-rest.ts';
import {type ExtensionBrowser, launchExtension} from '../helpers/extension.ts';

/** The walk with texts, labels and addresses that nobody planned for: every chapter draws or says a clear sentence. */

let browser: ExtensionBrowser;
let page: Page;
const faults: string[] = [];

beforeAll(async () => {
	browser = await launchExtension();
	page = await browser.context.newPage();
	page.setDefaultTimeout(90_000);
	page.on('pageerror', error => faults.push(error.message));
	await page.goto(browser.url('src/entrypoints/walkthrough/index.html'));
	await page.locator('.fig .picture').first().waitFor();
});
afterAll(() => browser?.dispose());

const CHAPTERS = ['tokens', 'vector', 'head', 'labels', 'loop', 'influence', 'training', 'train', 'guess'];

/** Go to a step, and wait until nothing is under way. */
async function goTo(fragment: string) {
	await page.goto(browser.url(`src/entrypoints/walkthrough/index.html#${fragment}`));
	await page
		.locator('main :is(.fig .picture, [role="alert"], [role="status"], form)')
		.first()
		.waitFor({state: 'attached'});
	await chapterAtRest(page);
	return page.locator('main').innerText();
}

test.each([
	['nothing', ''],
	['one token', 'a'],
	['one space', ' '],
	['lines alone', '\n\n\n'],
	['U+0000 and other controls', 'a\u0000b\u0007\u001b[31m'],
	['half a character', 'a\ud83d b'],
	['right to left', 'مرحبا بالعالم שלום hello'],
	['joined emoji', 'a 👩‍👩‍👧‍👦 and 🇫🇷, e\u0301'],
	['a special token', 'before<|endoftext|> after'],
	['markup', '<img src=x onerror=alert(1)> & "quoted" $1 $2'],
	['a long word', 'x'.repeat(500)],
	['two thousand tokens', 'The cat sat. '.repeat(500)],
])('%s', async (name, text) => {
	for (const chapter of CHAPTERS) {
		const state = chapter === 'guess' ? '&passage=own' : '';
		const said = await goTo(`${chapter}?text=${encodeURIComponent(text.toWellFormed())}${state}`);
		expect(said, `${chapter}: ${name}`).not.toMatch(/NaN|undefined|\[object|\ufffd|Infinity/);
		expect(faults, `${chapter}: ${name}`).toEqual([]);
	}
});

test('a text that cannot be in an address as it is stays in the field', async () => {
	await goTo('tokens?text=x');
	const field = page.getByLabel('Your text', {exact: true});
	const long = `start ${'word '.repeat(4000)}`;
	await field.fill(long);
	await field.press('Enter');
	await page.getByText('Your text is 4,002 tokens long').waitFor();
	await expect.poll(() => field.inputValue()).toBe(long);
});

test.each([
	'nonsense',
	'?',
	'head?class=999999',
	'head?class=x&temperature=-3',
	'vector?block=99&attention=0&head=77',
	'loop?seed=x&chosen=1,2,999999',
	'training?rate=1e9&position=500',
	'train?seed=x&rate=-7&needle=1e9&from=nowhere',
	'train?from=article',
	'influence?unit=page&class=60000',
	'labels?line=77',
	'tokens?step=99',
])('a wrong address: #%s', async fragment => {
	const said = await goTo(fragment);
	expect(said).not.toMatch(/NaN|undefined|\[object/);
	expect(faults).toEqual([]);
});

test('a file of 10,000 lines waits for a click, is counted, stops when it is cancelled, and keeps what was classified', async () => {
	await goTo('labels');
	const csv = (lines: number) => ({
		name: `${lines}.csv`,
		mimeType: 'text/csv',
		buffer: Buffer.from(
			`text,label\n${Array.from({length: lines}, (_, i) => `"Line ${i}, ""quoted""\nand broken",${i % 2 ? 'good' : 'bad'}\n`).join('')}`,
		),
	});
	const file = page.getByRole('button', {name: 'Open a CSV file'});
	await file.setInputFiles(csv(10_001));
	await page.getByText('A file may have at most 10,000 lines.').waitFor();
	await file.setInputFiles(csv(10_000));
	await page.getByText('10,000 texts from 10000.csv.').waitFor();
	await page.getByRole('button', {name: 'Classify 10,000 lines', exact: true}).click();
	await page.getByText(/^(?:[5-9]|\d{2,}) of 10,000 lines classified$/).waitFor();
	await page.getByRole('button', {name: 'Cancel', exact: true}).click();
	await page.getByRole('button', {name: 'Classify 10,000 lines', exact: true}).waitFor();
	const rows = page.locator('.lines tbody tr');
	await expect.poll(() => rows.count()).toBeGreaterThanOrEqual(5);
	expect(await rows.first().textContent()).toContain('Line 0, "quoted"\nand broken');
	await page.getByRole('button', {name: 'Remove the file', exact: true}).click();
	await page.getByLabel('Texts to classify, one a line', {exact: true}).waitFor();
});

test.each([
	['50 labels', Array.from({length: 50}, (_, i) => `label ${i}`).join(','), /There are more than 30 labels/],
	['the same label twice', 'good, bad, good', /The label “good” is there twice/],
	['a label that begins another', 'not, not bad', /“not” begins “not bad”/],
	['labels that are no words', '🙂,\u202eabc,  x  ', /🙂/],
])('%s', async (_name, labels, message) => {
	const said = await goTo(`labels?labels=${encodeURIComponent(labels)}`);
	expect(said).not.toMatch(/NaN|undefined/);
	await page.locator('main').getByText(message).first().waitFor();
	expect(faults).toEqual([]);
});
