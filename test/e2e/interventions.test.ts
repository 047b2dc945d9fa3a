import {readFile} from 'node:fs/promises';
import type {Page} from 'playwright-core';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {type ExtensionBrowser, launchExtension} from '../helpers/extension.ts';

/** Parts of the body that are switched off in the walk, with the bundled model. */

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
};
const figure = (name: RegExp) => page.getByRole('figure', {name});
const inAddress = (what: RegExp) => page.waitForURL(({hash}) => what.test(hash));
const saved = async (name: RegExp, button: string) => {
	const downloading = page.waitForEvent('download');
	await figure(name).getByRole('button', {name: button, exact: true}).click();
	return readFile(await (await downloading).path(), 'utf8');
};

test('the example loses its answer with two heads off, all can be switched by keyboard, and the set is in the link', async () => {
	await open('vector?text=The+old+man');
	await page.getByRole('button', {name: /^Show an example/}).click();
	const falls = figure(/^“·daughter” falls from 31\.\d % to 4\.\d+ %$/);
	await falls.waitFor();
	await inAddress(/off=2\.4%2C5\.3/);
	await inAddress(/text=Anna%27s\+daughter\+met\+Anna%27s/);
	await page.getByText('2 parts are off: head 2.4, head 5.3').waitFor();
	await falls.getByText(/Logit of “·daughter” minus logit of “·son”: \+1\.0\d before, −0\.3\d now/).waitFor();
	const csv = (await saved(/falls from/, 'Save as CSV')).split('\r\n');
	expect(csv[0]).toBe('class,id,rank_before,probability_before,logit_before,rank_after,probability_after,logit_after');
	expect(csv[1]).toMatch(/^"?·daughter"?,4957,1,0\.31\d+,/);
	expect(await saved(/falls from/, 'Save as SVG')).toContain('<svg');

	// The text's own tokens are read without those parts, too.
	const passage = figure(
		/^The text itself, read by what is left: \d+\.\d\d bits a token in the whole body, \d+\.\d\d bits now$/,
	);
	await passage.waitFor();
	expect((await saved(/^The text itself/, 'Save as CSV')).trim().split('\r\n')).toHaveLength(7);

	// A switch answers to the keyboard, and says how it stands.
	const switches = page.getByRole('switch', {name: 'Block 2, head 4', exact: true});
	await expect.poll(() => switches.getAttribute('aria-checked')).toBe('false');
	await switches.press('Enter');
	await page.getByText('1 part is off: head 5.3').waitFor();
	await page.getByRole('switch', {name: 'feed-forward 6', exact: true}).press('Space');
	await inAddress(/off=5\.3%2Cmlp\.6/);
	await page.getByText('its mean', {exact: true}).click();
	await inAddress(/fill=mean/);
	await page.getByRole('button', {name: 'Reset', exact: true}).click();
	await page.getByText('Each switch takes a part out of the model').waitFor();
	await page.waitForFunction(() => !location.href.includes('off='));
});

test('which part matters: a table of all parts, each of which is a switch, and a sum that is the logit', async () => {
	await open("vector?text=Anna's daughter met Anna's");
	await page.getByRole('button', {name: 'Switch each of the 30 parts off once'}).click();
	const name = /^What each part adds to the logit of “·daughter” minus that of “·son”, \+1\.0\d$/;
	await figure(name).waitFor();
	await inAddress(/parts=each/);
	const table = page.getByRole('table', {name});
	expect(await table.getByRole('columnheader').allTextContents()).toEqual(['1', '2', '3', '4', 'feed-forward']);
	expect(await table.getByRole('rowheader').allTextContents()).toEqual(['1', '2', '3', '4', '5', '6']);
	const cells = table.getByRole('cell').getByRole('button');
	expect(await cells.count()).toBe(30);
	await table.getByRole('button', {name: /^head 2\.4: adds \+0\.8\d, directly −0\.1\d\./}).waitFor();
	await figure(name)
		.getByText(/^They differ most for head 2\.4/)
		.waitFor();
	await cells.first().focus();
	await page.keyboard.press('ArrowRight');
	await page.keyboard.press('Enter');
	await page.getByText('1 part is off: head 1.2').waitFor();
	await figure(name).getByText('directly', {exact: true}).click();
	await figure(name)
		.getByText(/add up to \+1\.0\d\.$/)
		.waitFor();
	const rows = (await saved(name, 'Save as CSV')).trim().split('\r\n').slice(1);
	const sum = rows.reduce((total, row) => total + Number(row.split(',')[2]), 0);
	const [, written] = /\+(1\.\d+)$/.exec((await figure(name).locator('figcaption').textContent())!)!;
	expect(sum).toBeCloseTo(Number(written), 2);
});

test('what a head does is measured on the text and on random tokens', async () => {
	await open("vector?text=Anna's daughter met Anna's&attention=6&head=1");
	await figure(/^Where head 6\.1 looks$/).waitFor();
	const looks = (await saved(/^Attention of block 6, head 1/, 'Save as CSV')).trim().split('\r\n');
	expect(looks[0]).toBe('position,token,looks_at_position,looks_at_token,share');
	const rows = (await saved(/^Where head 6\.1 looks$/, 'Save as CSV')).trim().split('\r\n');
	expect(rows).toHaveLength(25);
	expect(Number(rows[21].split(',')[5])).toBeCloseTo(0.51, 1);
});

test('the loop runs without the parts that are off, and with them again', async () => {
	await open("loop?text=Anna's daughter met Anna's&strategy=greedy&off=2.4,5.3");
	await page.getByText('2 parts are off: head 2.4, head 5.3').waitFor();
	await page
		.getByText(/The first class is “·son”/)
		.first()
		.waitFor();
	// Beside it, what the whole body would say at the same place.
	await figure(/^“·daughter” falls from 31\.\d % to 4\.\d+ %$/).waitFor();
	expect((await saved(/falls from/, 'Save as CSV')).split('\r\n')[0]).toMatch(/^class,id,rank_before,/);
	await page.getByRole('button', {name: 'Reset', exact: true}).click();
	// With all parts there is nothing to hold it against.
	await figure(/falls from/).waitFor({state: 'detached'});
	await page
		.getByText(/“·daughter”/)
		.first()
		.waitFor();
	await page.getByRole('button', {name: 'Step', exact: true}).click();
	await inAddress(/chosen=4957/);
});

test('a second prompt is patched in: a grid of positions by blocks, and the classes of each cell', async () => {
	await open('influence?text=The+old+man');
	await page.getByRole('button', {name: 'The boys went home because / The girl went home because'}).click();
	const name = /^How far each patch moves the logit of “·they” minus that of “·she”: from \+1\.\d+ .* to −2\.\d+ /;
	await figure(name).waitFor();
	await inAddress(/patch=each/);
	const table = page.getByRole('table', {name});
	expect(await table.getByRole('columnheader').allTextContents()).toEqual([
		'The',
		'·boys/·girl',
		'·went',
		'·home',
		'·because',
	]);
	// The last cell that is computed.
	await table.getByRole('button', {name: /^·because, block 6: 100 % of the way/}).waitFor();
	// Of the last vector only the last position's is classified, and of the first ones only the noun's differs.
	const shares = await table
		.getByRole('row')
		.evaluateAll(rows =>
			rows.slice(1).map(row => [...row.querySelectorAll('[role="cell"]')].map(cell => cell.textContent)),
		);
	expect(shares[0]).toEqual(['0 %', '100 %', '0 %', '0 %', '0 %']);
	expect(shares[6]).toEqual(['0 %', '0 %', '0 %', '0 %', '100 %']);
	await table.getByRole('button', {name: /^·because, block 4: 2\d % of the way/}).press('Enter');
	await inAddress(/cell=4\.5/);
	await figure(/^“·they” falls from 32\.\d % to /).waitFor();
	const csv = (await saved(name, 'Save as CSV')).trim().split('\r\n');
	expect(csv).toHaveLength(1 + 7 * 5);
	// Prompts of different lengths have no positions in common.
	await page.getByRole('textbox', {name: 'The second prompt'}).fill('The girl went');
	await page.getByText(/both need as many tokens: the first has 5, the second 3/).waitFor();
});

test('the difference of two texts steers: classes and continuation follow the slider', async () => {
	await open('influence?text=The+old+man');
	await page.getByRole('button', {name: /^An example that works on this model/}).click();
	await figure(/^“·she” rises from 15\.\d % to 4\d\.\d %$/).waitFor();
	await page.getByText(/^·she·was·a·little·girl/).waitFor();
	await page.getByText(/^What is added is \d+ long at most/).waitFor();
	const weight = page.getByRole('slider', {name: 'Weight', exact: true});
	await weight.focus();
	await page.keyboard.press('ArrowLeft');
	await inAddress(/weight=3\.5/);
	await page.getByText('with weight 3.5').first().waitFor();
	await page.getByRole('textbox', {name: 'away from'}).fill('The woman');
	await page.getByText('Both texts that steer are the same, so their difference is nothing.').first().waitFor();
	await weight.fill('0');
	await figure(/“·she” rises/).waitFor({state: 'detached'});
});

test('a part that this model does not have is refused in a sentence, with a way back', async () => {
	await open("vector?text=Anna's daughter met Anna's&off=12.1");
	await page.getByText('There is no head 1 in block 12: the model has 6 blocks of 4 heads.').first().waitFor();
	await page.getByRole('button', {name: 'Reset', exact: true}).click();
	await page.getByText('Each switch takes a part out of the model').waitFor();
});
