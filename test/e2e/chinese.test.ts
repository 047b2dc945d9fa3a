import type {Page} from 'playwright-core';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {en as english} from '../../locales/en.ts';
import {zh_CN as chinese} from '../../locales/zh_CN.ts';
import {resize} from '../helpers/at-rest.ts';
import {type ExtensionBrowser, launchExtension} from '../helpers/extension.ts';
import {faultsOfLine} from '../helpers/popup.ts';

/** A browser in Chinese: the pages speak it, with its numbers and its words for a refusal. */

let browser: ExtensionBrowser;
beforeAll(async () => {
	browser = await launchExtension({language: 'zh-CN'});
});
afterAll(() => browser?.dispose());

/** English sentences and labels without values that differ in Chinese: none of them may be on a Chinese page. */
const ENGLISH = Object.entries(english as Readonly<Record<string, string>>)
	.filter(
		([key, message]) => message.length > 8 && !message.includes('{') && /[a-z] [a-z]/i.test(message) && differs(key),
	)
	.map(([, message]) => message);

function differs(key: string): boolean {
	const translated = (chinese as Readonly<Record<string, string>>)[key];
	return translated !== undefined && translated !== (english as Readonly<Record<string, string>>)[key];
}

const leftInEnglish = async (page: Page) => {
	const text = await page.evaluate(() => document.body.innerText);
	return ENGLISH.filter(message => text.includes(message));
};

const screenshot = (page: Page, name: string) =>
	page.screenshot({path: `test/e2e/screenshots/chinese-${name}.png`, fullPage: true});

test('the popup asks which class comes next, and ranks the classes', async () => {
	const popup = await browser.openPopupPage();
	await popup.getByText(chinese.popup_classes_question.replace('{vocabSize}', '50,257')).waitFor({timeout: 60_000});
	await popup.getByText(chinese.loop_step, {exact: true}).first().waitFor();
	await screenshot(popup, 'popup');
	expect(await leftInEnglish(popup)).toEqual([]);
	expect(await popup.evaluate(() => document.documentElement.lang)).toBe('zh-CN');
	// A row that only waits for its class takes no focus.
	await popup.locator('button.class-row').nth(2).focus();
	await popup.locator('.class-line', {hasText: chinese.popup_tip_sampling}).waitFor();
	for (const width of [460, 270]) {
		await resize(popup, width, 600);
		expect(await faultsOfLine(popup), `${width} pixels`).toEqual([]);
	}
	await popup.close();
});

test('the options refuse a number in Chinese, by the name that they give the parameter', async () => {
	const page = await browser.openOptions();
	await page.locator('.preview-row .token-text').first().waitFor({timeout: 60_000});
	expect(await leftInEnglish(page)).toEqual([]);
	await page.getByRole('textbox', {name: chinese.options_topK, exact: true}).fill('-1');
	await page.getByText('“Top-k”必须是 0 到 1,000,000 之间的整数，现在是 -1。0 表示关闭。').waitFor();
	await screenshot(page, 'options');
	await page.close();
});

test('the first page and every chapter of the walk speak Chinese, and scroll no way but down', async () => {
	const page = await browser.context.newPage();
	const look = async (name: string, address: string, drawn: string) => {
		await page.goto(browser.url(address));
		await page.reload();
		await page.locator(drawn).first().waitFor({timeout: 60_000});
		await screenshot(page, name);
		expect(await leftInEnglish(page), name).toEqual([]);
		const tooWide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
		expect(tooWide, name).toBeLessThanOrEqual(0);
	};
	await look('welcome', 'src/entrypoints/welcome/index.html', '.demo-rest');
	for (const chapter of ['tokens', 'vector', 'head', 'labels', 'loop', 'influence', 'training', 'train', 'guess'])
		await look(
			`walk-${chapter}`,
			`src/entrypoints/walkthrough/index.html#${chapter}`,
			'main :is(.fig .picture, .passage)',
		);
	await page.close();
});

test('the engine’s own refusal is worded in Chinese, with its numbers', async () => {
	const page = await browser.context.newPage();
	await page.goto(
		browser.url(`src/entrypoints/walkthrough/index.html#influence?text=${encodeURIComponent('你好'.repeat(400))}`),
	);
	// Chromium's Chinese separates thousands as English does.
	await page
		.getByText(/^提示词有 [\d,]+ 个词元，比模型的上下文 [\d,]+ 多出 [\d,]+ 个。请缩短。$/)
		.waitFor({timeout: 60_000});
	await screenshot(page, 'refusal');
	await page.close();
});

test('the page of models speaks Chinese', async () => {
	const page = await browser.openOptions();
	await page.goto(browser.url('src/entrypoints/models/index.html'));
	await page.getByText(chinese.models_here, {exact: true}).waitFor();
	await screenshot(page, 'models');
	expect(await leftInEnglish(page)).toEqual([]);
	await page.close();
});

test('the desk speaks Chinese, and names the row of a table that it refuses', async () => {
	const page = await browser.context.newPage();
	await page.setViewportSize({width: 1100, height: 900});
	await page.goto(browser.url('src/entrypoints/corpus/index.html'));
	await page.getByText(chinese.desk_kind_table, {exact: true}).click();
	const field = page.getByRole('textbox', {name: chinese.desk_kind_table, exact: true});
	await field.fill(
		'sentence_good,sentence_bad,condition\nThe dog {was} old.,The dog were old.,a\nIt {is} old.,It are old.,b',
	);
	await page.getByRole('button', {name: '测量 2 个文本', exact: true}).click();
	await page.locator('.fig').nth(2).waitFor({timeout: 60_000});
	await page.getByText('全部 2 行已完成。').waitFor();
	await screenshot(page, 'desk');
	expect(await leftInEnglish(page)).toEqual([]);
	await field.fill('sentence\nThe {dog was old.');
	await page
		.getByRole('alert')
		.getByText(/第 2 行/)
		.waitFor();
	expect(await leftInEnglish(page)).toEqual([]);
	await page.close();
});

test.each(['tokens', 'vector', 'head', 'labels', 'loop', 'influence', 'training', 'guess'])(
	'the walk explains in Chinese: %s',
	async chapter => {
		const page = await browser.context.newPage();
		await page.setViewportSize({width: 1440, height: 1000});
		await page.goto(
			browser.url(`src/entrypoints/walkthrough/index.html#${chapter}?text=The+old+man+opened+the+door+and+saw+his`),
		);
		await page.locator('main :is(svg, .passage)').first().waitFor({timeout: 60_000});
		await screenshot(page, `walk-${chapter}`);
		expect(await leftInEnglish(page)).toEqual([]);
		const titles = [`walk_${chapter}_title`, 'walk_title'].map(
			key => (chinese as Readonly<Record<string, string>>)[key],
		);
		expect(await page.title()).toBe(`${titles.join(' · ')} · Next-Token Lens`);
		await page.close();
	},
);

test('by hand and by form speak Chinese: a class pushed, one forbidden, the text held to two choices', async () => {
	const popup = await browser.openPopupPage();
	const rows = popup.locator('.class-rows[aria-busy="false"] .class-row');
	await rows.nth(1).waitFor({timeout: 60_000});
	const [pushed, forbidden] = await rows.evaluateAll(all => all.map(row => row.getAttribute('data-tip')));
	const rowOf = (id: string | null) => popup.locator(`.class-row[data-tip="${id}"]`);
	const chips = popup.getByRole('list', {name: chinese.hand_chips, exact: true});
	await rowOf(pushed).focus();
	await popup.keyboard.press('-');
	await chips.waitFor();
	await expect.poll(() => chips.getByRole('spinbutton').inputValue(), {timeout: 20_000}).toBe('-0.5');
	await rowOf(forbidden).focus();
	await popup.keyboard.press('x');
	await chips.getByRole('button', {name: chinese.hand_every_step, exact: true}).click();
	await chips.getByRole('button', {name: chinese.hand_first_step, exact: true}).waitFor();
	await rowOf(pushed).click({button: 'right'});
	await popup.getByRole('menuitem', {name: chinese.hand_menu_form, exact: true}).click();
	const dialog = popup.getByRole('dialog', {name: chinese.options_group_form, exact: true});
	await dialog.getByText(chinese.options_formKind_choices, {exact: true}).click();
	await dialog.getByRole('textbox', {name: chinese.options_form, exact: true}).fill(' king\n queen');
	expect(await leftInEnglish(popup)).toEqual([]);
	await dialog.getByRole('button', {name: chinese.strategies_edit_done, exact: true}).click();
	await expect
		.poll(() => popup.locator('.form-line p').textContent(), {timeout: 20_000})
		.toMatch(/的概率不符合，\d+ 个类别符合。 接下来必须是 \u2068·\u2069。$/);
	await screenshot(popup, 'by-hand');
	expect(await leftInEnglish(popup)).toEqual([]);
	await popup.close();
});
