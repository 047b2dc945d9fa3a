import {expect, test} from 'vitest';
import {makeFamilyCheckpoint} from '../helpers/family-checkpoint.ts';
import {answersNow, setHub, useHubBrowser, waitForModel} from '../helpers/hub-extension.ts';
import {openView} from '../helpers/popup.ts';
import {torchCheckpoint} from '../helpers/torch-file.ts';

/** A model before its training and after it: revisions of one repository, side by side. */

const PYTHIA = {
	model_type: 'gpt_neox',
	architectures: ['GPTNeoXForCausalLM'],
	vocab_size: 300,
	hidden_size: 32,
	num_hidden_layers: 2,
	num_attention_heads: 4,
	intermediate_size: 64,
	max_position_embeddings: 128,
	rotary_pct: 0.25,
	use_parallel_residual: true,
	tie_word_embeddings: false,
	eos_token_id: 299,
};
const REPO = 'EleutherAI/pythia-70m';

const open = useHubBrowser(hub => {
	for (const [seed, revision] of ['step0', 'step1000', 'step143000'].entries()) {
		const files = makeFamilyCheckpoint(PYTHIA, {seed});
		// Early steps may have PyTorch's files alone.
		hub.put(REPO, {files: revision === 'step1000' ? torchCheckpoint(files) : files, revision});
	}
});

test('steps of a training are had by one click each, and stand side by side in the walk, in a passage and in “Read by”', async () => {
	const models = await open.browser().context.newPage();
	await models.goto(open.browser().url('src/entrypoints/models/index.html'));
	await setHub(models, open.hub().address);

	const walk = await open.browser().context.newPage();
	walk.setDefaultTimeout(90_000);
	await walk.setViewportSize({width: 1440, height: 1000});
	await walk.goto(open.browser().url('src/entrypoints/walkthrough/index.html#training?text=The+old+man'));
	for (const step of ['step0', 'step1000', 'step143000'])
		await walk.getByRole('button', {name: new RegExp(`^Download ${step},`)}).click();
	const figure = walk.getByRole('figure', {
		name: /^How surprised each was: step0 [\d.]+ bits a token, step1000 .*step143000/,
	});
	await figure.waitFor();
	for (const step of ['step0', 'step1000', 'step143000']) await waitForModel(models, `${REPO}@${step}`);
	// Another seed is another model: no two expect the same.
	const numbers = async () => {
		await figure.getByText('The numbers', {exact: true}).click();
		await figure.locator('tbody tr').first().waitFor();
		return figure.locator('tbody tr').first().locator('td').allTextContents();
	};
	const [token, ...each] = await numbers();
	expect(token).not.toBe('');
	expect(new Set(each).size).toBe(3);

	// One of them is left out, and the link says so.
	await walk.getByRole('checkbox', {name: new RegExp(`${REPO}@step1000`)}).uncheck();
	await walk
		.getByRole('figure', {name: /^How surprised each was: step0 [\d.]+ bits a token,? (?:and )?step143000/})
		.waitFor();
	await walk.waitForURL(/models=/);

	// A model with other tokens cannot stand beside them.
	await walk.getByRole('checkbox', {name: /^gpt2-mini/}).check();
	await walk.getByText(`gpt2-mini has other tokens than ${REPO}@step0, and cannot stand beside it.`).waitFor();
	expect(await walk.getByRole('alert').count()).toBe(0);

	// One of them answers, another is read beside it.
	await models.getByRole('radio', {name: new RegExp(`^${REPO}@step0 `)}).check();
	await answersNow(models, `${REPO}@step0`);
	const tab = await open.browser().openPopupPage();
	tab.setDefaultTimeout(90_000);
	await tab.getByRole('textbox', {name: 'Prompt'}).fill('The old man');
	await tab.getByRole('tab', {name: 'Passage'}).click();
	await tab.getByText('two models', {exact: true}).click();
	const last = await tab.locator('option', {hasText: 'step143000'}).first().textContent();
	await tab.getByRole('combobox', {name: 'Second model', exact: true}).selectOption({label: last ?? ''});
	await tab.getByText('Words on which the two models differ most').waitFor();
	await expect
		.poll(async () => (await tab.locator('.passage-columns h2').allTextContents()).slice(0, 2))
		.toEqual([`${REPO}@step0`, `${REPO}@step143000`]);
	await openView(tab, 'Classes');
	await tab.getByRole('button', {name: 'Compare two prompts or two models', exact: true}).click();
	await tab.getByRole('combobox', {name: 'Read by', exact: true}).selectOption({label: last ?? ''});
	await tab
		.locator('.compare-lists')
		.getByRole('list', {name: `${REPO}@step143000`, exact: true})
		.waitFor();
	expect(await tab.getByRole('alert').count()).toBe(0);
});
