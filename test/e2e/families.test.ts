import {afterAll, beforeAll, expect, test} from 'vitest';
import {type ExtensionBrowser, launchExtension} from '../helpers/extension.ts';
import {makeFamilyCheckpoint} from '../helpers/family-checkpoint.ts';
import {extensionForHub, useModel} from '../helpers/hub-extension.ts';
import {type HubServer, serveHub} from '../helpers/hub-server.ts';
import {finishedContinuations, openView, shownClasses} from '../helpers/popup.ts';
import {storeGeneration} from '../helpers/settings.ts';
import {waitFor} from '../helpers/wait.ts';

/** A model of another family than GPT-2, from a Hub into the browser. */

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

let hub: HubServer;
let extension: Awaited<ReturnType<typeof extensionForHub>>;
let browser: ExtensionBrowser;
const launch = async () => {
	browser = await launchExtension({dist: extension.dist, profile: extension.profile});
};
beforeAll(async () => {
	hub = await serveHub();
	hub.put(REPO, {files: makeFamilyCheckpoint(CONFIG, {tokens: 300, dtype: 'BF16'})});
	extension = await extensionForHub();
	await launch();
});
afterAll(async () => {
	await browser?.dispose();
	await extension?.dispose();
	await hub?.dispose();
});

test('a Qwen 3 answers in classes, continuations and walk, and is kept over a restart', async () => {
	await storeGeneration(await browser.serviceWorker(), {maxNewTokens: 8, numReturnSequences: 2, numBeams: 3});
	await useModel(browser, hub.address, REPO);
	await browser.dispose();
	await launch();

	const popup = await browser.openPopupPage();
	expect((await shownClasses(popup)).length).toBeGreaterThan(3);
	expect(await popup.locator('.model-pill').textContent()).toContain(REPO);
	await openView(popup, 'Continuations');
	await waitFor('the continuations', async () => (await finishedContinuations(popup)).length === 2);

	const walk = await browser.context.newPage();
	await walk.setViewportSize({width: 1440, height: 1000});
	await walk.goto(browser.url('src/walk/index.html#vector?text=abcd'));
	await walk.getByText(/^test\/qwen3 · /).waitFor();
	await walk.getByRole('figure', {name: /4 vectors of 48 numbers/}).waitFor();
	// Six heads ask, and two of keys and values answer.
	await walk
		.getByText('Grouped queries: 6 heads ask, and 2 heads of keys and values answer.', {exact: false})
		.waitFor();
	const shared = walk.getByRole('group', {name: /^Heads 4, 5,? (?:and )?6 share one head of keys and values/});
	expect(await shared.count()).toBe(3);
	expect(await shared.first().getByRole('switch').count()).toBe(3);
	await walk.goto(browser.url('src/walk/index.html#labels'));
	await walk.getByText('A model with 300 classes can also be a classifier with two.').waitFor();
	expect(await walk.getByRole('alert').count()).toBe(0);
});
