import {afterAll, beforeAll, expect, test} from 'vitest';
import {json} from '../helpers/checkpoint.ts';
import {type ExtensionBrowser, launchExtension} from '../helpers/extension.ts';
import {makeFamilyCheckpoint, SMALL_FAMILIES} from '../helpers/family-checkpoint.ts';
import {answersNow, download, extensionForHub, useModel} from '../helpers/hub-extension.ts';
import {type HubServer, serveHub} from '../helpers/hub-server.ts';
import {answersBy, finishedContinuations, openView, shownClasses} from '../helpers/popup.ts';
import {storeGeneration} from '../helpers/settings.ts';
import {waitFor} from '../helpers/wait.ts';

/** Models of other families than GPT-2, from a Hub into the browser. */

const CONFIG = {
	model_type: 'qwen3',
	architectures: ['Qwen3ForCausalLM'],
	vocab_size: 304,
	hidden_size: 48,
	head_dim: 16,
	num_hidden_layers: 3,
	num_attention_heads: 6,
	num_key_value_heads: 2,
	intermediate_size: 80,
	max_position_embeddings: 512,
	rms_norm_eps: 1e-6,
	tie_word_embeddings: true,
	eos_token_id: 299,
};
const REPO = 'test/qwen3';
/** One of every other family, no two as wide as each other. */
const OTHERS = SMALL_FAMILIES.filter(({model_type}) => model_type !== CONFIG.model_type);
const nameOf = ({model_type}: {model_type: string}) => `test/${model_type}-toy`;
/** Its name says that it answers. */
const CHAT = 'test/toy-Instruct';
const TEMPLATE =
	"{% for m in messages %}{{ '<|im_start|>' + m.role + '\\n' + m.content + '<|im_end|>\\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}";

/** The toy with the special tokens of turns, and a template. */
function chatFiles() {
	const files = makeFamilyCheckpoint(CONFIG, {tokens: 300, dtype: 'BF16'});
	const tokenizer = JSON.parse(new TextDecoder().decode(files['tokenizer.json']));
	for (const [i, content] of ['<|im_start|>', '<|im_end|>'].entries())
		tokenizer.added_tokens.push({...tokenizer.added_tokens[0], id: 300 + i, content});
	return {
		...files,
		'tokenizer.json': json(tokenizer),
		'tokenizer_config.json': json({chat_template: TEMPLATE}),
	};
}

/** Its tokenizer begins every text with a token. */
const BEGINS = 'test/toy-with-bos';
function beginningFiles() {
	const files = makeFamilyCheckpoint(CONFIG, {tokens: 300, dtype: 'BF16'});
	const tokenizer = JSON.parse(new TextDecoder().decode(files['tokenizer.json']));
	tokenizer.added_tokens.push({...tokenizer.added_tokens[0], id: 300, content: '<bos>'});
	tokenizer.post_processor = {
		type: 'TemplateProcessing',
		single: [{SpecialToken: {id: '<bos>', type_id: 0}}, {Sequence: {id: 'A', type_id: 0}}],
		special_tokens: {'<bos>': {id: '<bos>', ids: [300], tokens: ['<bos>']}},
	};
	return {...files, 'tokenizer.json': json(tokenizer)};
}

let hub: HubServer;
let extension: Awaited<ReturnType<typeof extensionForHub>>;
let browser: ExtensionBrowser;
const launch = async () => {
	browser = await launchExtension({dist: extension.dist, profile: extension.profile});
};
beforeAll(async () => {
	hub = await serveHub();
	hub.put(REPO, {files: makeFamilyCheckpoint(CONFIG, {tokens: 300, dtype: 'BF16'})});
	hub.put(CHAT, {files: chatFiles()});
	hub.put(BEGINS, {files: beginningFiles()});
	for (const config of OTHERS) hub.put(nameOf(config), {files: makeFamilyCheckpoint(config, {dtype: 'BF16'})});
	extension = await extensionForHub();
	await launch();
	await useModel(browser, hub.address, REPO);
	const models = await browser.context.newPage();
	await models.goto(browser.url('src/entrypoints/models/index.html'));
	for (const config of OTHERS) await download(models, nameOf(config));
	// What was kept answers in another browser.
	await browser.dispose();
	await launch();
	await storeGeneration(await browser.serviceWorker(), {maxNewTokens: 8, numReturnSequences: 2, numBeams: 3});
});
afterAll(async () => {
	await browser?.dispose();
	await extension?.dispose();
	await hub?.dispose();
});

test('a Qwen 3 answers in classes, continuations and walk, and is kept over a restart', async () => {
	const popup = await browser.openPopupPage();
	expect((await shownClasses(popup)).length).toBeGreaterThan(3);
	await answersBy(popup, REPO);
	await openView(popup, 'Continuations');
	await waitFor('the continuations', async () => (await finishedContinuations(popup)).length === 2);
	await popup.close();

	const walk = await browser.context.newPage();
	walk.setDefaultTimeout(90_000);
	await walk.setViewportSize({width: 1440, height: 1000});
	await walk.goto(browser.url('src/entrypoints/walkthrough/index.html#vector?text=abcd'));
	await walk.getByText(/^test\/qwen3 · /).waitFor();
	await walk.getByRole('figure', {name: /4 vectors of 48 numbers/}).waitFor();
	// Six heads ask, and two of keys and values answer.
	await walk
		.getByText('Grouped queries: 6 heads ask, and 2 heads of keys and values answer.', {exact: false})
		.waitFor();
	const shared = walk.getByRole('group', {name: /^Heads 4, 5,? (?:and )?6 share one head of keys and values/});
	await expect.poll(() => shared.count()).toBe(3);
	await expect.poll(() => shared.first().getByRole('switch').count()).toBe(3);
	await walk.goto(browser.url('src/entrypoints/walkthrough/index.html#labels'));
	await walk.getByText('A model with 300 classes can also be a classifier with two.').waitFor();
	expect(await walk.getByRole('alert').count()).toBe(0);
});

test.each(OTHERS)(
	'a $model_type answers in classes, passage, strategies and walk, and is kept over a restart',
	async config => {
		const name = nameOf(config);
		const models = await browser.context.newPage();
		await models.goto(browser.url('src/entrypoints/models/index.html'));
		await models.getByRole('radio', {name: new RegExp(name)}).check();
		await answersNow(models, name);
		await models.close();

		const popup = await browser.openPopupPage();
		await openView(popup, 'Classes');
		await popup.getByRole('textbox', {name: 'Prompt'}).fill('abcd');
		expect((await shownClasses(popup)).length).toBeGreaterThan(3);
		await answersBy(popup, name);
		await popup.getByRole('tab', {name: 'Passage'}).click();
		await popup.getByText(/^The model ranked \d of 4 tokens first/).waitFor();
		await popup.getByRole('tab', {name: 'Strategies'}).click();
		await popup.getByRole('button', {name: 'Run', exact: true}).click();
		const compared = popup.locator('.comparison > .table-scroll tbody tr');
		await waitFor('all strategies', async () => (await compared.count()) === 4, {timeout: 90_000});
		expect(await popup.getByRole('alert').count()).toBe(0);
		await popup.close();

		const walk = await browser.context.newPage();
		walk.setDefaultTimeout(90_000);
		await walk.goto(browser.url('src/entrypoints/walkthrough/index.html#vector?text=abcd'));
		await walk.getByText(new RegExp(`^${name} · `)).waitFor();
		await walk.getByRole('figure', {name: new RegExp(`4 vectors of ${config.hidden_size} numbers`)}).waitFor();
		expect(await walk.getByRole('alert').count()).toBe(0);
		await walk.close();
	},
);

test('a model that was trained to answer reads what is typed as a turn, whose special tokens are chips, and gives the words back', async () => {
	const models = await browser.context.newPage();
	await models.goto(browser.url('src/entrypoints/models/index.html'));
	await download(models, CHAT);
	await models.getByRole('radio', {name: new RegExp(CHAT)}).check();
	await answersNow(models, CHAT);
	const popup = await browser.openPopupPage();
	const prompt = popup.getByRole('textbox', {name: 'Prompt', exact: true});
	const reads = (written: string) =>
		waitFor(`the prompt ${written}`, async () => (await prompt.inputValue()) === written);
	const turn = popup.getByLabel('as a turn', {exact: true});
	const before = '<|im_start|>user\n';
	const turnOf = (words: string) => `${before}${words}<|im_end|>\n<|im_start|>assistant\n`;
	await openView(popup, 'Classes');
	// The prompt that the other model left, or the example: a turn, since this one was trained to answer.
	await waitFor('a turn', async () => (await prompt.inputValue()).startsWith(before));
	await waitFor('the switch', () => turn.isChecked());

	await prompt.fill('');
	await prompt.pressSequentially('Why is the sky blue?');
	await reads(turnOf('Why is the sky blue?'));
	const caret = () => prompt.evaluate((area: HTMLTextAreaElement) => area.selectionEnd);
	await expect.poll(caret).toBe(before.length + 'Why is the sky blue?'.length);
	const chips = popup.locator('.mirror .cell.special');
	await waitFor('three special tokens', async () => (await chips.count()) === 3);
	expect((await shownClasses(popup)).length).toBeGreaterThan(3);
	await prompt.evaluate((area: HTMLTextAreaElement) =>
		area.setSelectionRange(area.value.indexOf('Why'), area.value.indexOf('?') + 1),
	);
	await prompt.pressSequentially('Who?');
	await reads(turnOf('Who?'));
	await turn.click();
	await reads('Who?');
	await waitFor('no special tokens', async () => (await chips.count()) === 0);
	await turn.click();
	await reads(turnOf('Who?'));
	await waitFor('the chips again', async () => (await chips.count()) === 3);
	expect(await popup.getByRole('alert').count()).toBe(0);
});

test('what a tokenizer puts before a text is a chip before the prompt and the walk’s text, counted, and left out by a click', async () => {
	const models = await browser.context.newPage();
	await models.goto(browser.url('src/entrypoints/models/index.html'));
	await download(models, BEGINS);
	await models.getByRole('radio', {name: new RegExp(BEGINS)}).check();
	await answersNow(models, BEGINS);
	const popup = await browser.openPopupPage();
	await openView(popup, 'Classes');
	await popup.getByRole('textbox', {name: 'Prompt', exact: true}).fill('abcd');
	await popup.getByText('5 tokens', {exact: true}).waitFor();
	await popup.getByRole('button', {name: '<bos>', pressed: true, exact: true}).click();
	await popup.getByText('4 tokens', {exact: true}).waitFor();

	// The walk that is opened from there leaves it out as well, until it is put back.
	const opened = browser.context.waitForEvent('page');
	await popup.getByRole('button', {name: 'How it works', exact: true}).click();
	const walk = await opened;
	const chip = (pressed: boolean) => walk.getByRole('button', {name: '<bos>', pressed, exact: true});
	await chip(false).waitFor();
	await walk.getByRole('link', {name: /Tokens to one vector$/}).click();
	await walk.getByRole('figure', {name: /4 vectors of 48 numbers/}).waitFor();
	await chip(false).click();
	await walk.getByRole('figure', {name: /5 vectors of 48 numbers/}).waitFor();
	await chip(true).click();
	await walk.getByRole('figure', {name: /4 vectors of 48 numbers/}).waitFor();
	await walk.waitForURL(/beginning=off/);
	expect(await walk.getByRole('alert').count()).toBe(0);
});
