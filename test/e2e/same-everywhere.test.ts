import {afterAll, beforeAll, expect, test} from 'vitest';
import {HUGGING_FACE_GENERATION} from '../../src/engine/parameters/registry.ts';
import type {Answer, Method, Params} from '../../src/protocol/questions.ts';
import {EngineService} from '../../src/service/service.ts';
import {openServedModel} from '../helpers/bundled-model.ts';
import {type ExtensionBrowser, launchExtension} from '../helpers/extension.ts';

/** The engine in the browser, on as many threads as it likes, and the one in Node, on one, give the same numbers. */

let browser: ExtensionBrowser;
const node = new EngineService(openServedModel);
beforeAll(async () => {
	browser = await launchExtension();
});
afterAll(() => browser?.dispose());

const inNode = <M extends Method>(method: M, params: Params<M>) =>
	node.answer(method, params, new AbortController().signal, () => {}) as Promise<Answer<M>>;

/** Ask over a port, as every page of the extension does. */
async function inBrowser<M extends Method>(method: M, params: Params<M>): Promise<Answer<M>> {
	const page = await browser.openOptions();
	try {
		return await page.evaluate(
			async ([method, params]) => {
				await chrome.runtime.sendMessage({type: 'engine.ensure'});
				const port = chrome.runtime.connect({name: 'engine'});
				return new Promise<never>((resolve, reject) => {
					port.onMessage.addListener(message => {
						if (message.type === 'answer') resolve(message.answer as never);
						if (message.type === 'error') reject(new Error(message.message));
					});
					port.postMessage({type: 'request', id: 1, method, params});
				});
			},
			[method, params] as const,
		);
	} finally {
		await page.screenshot({path: 'test/e2e/screenshots/same-everywhere.png'});
		await page.close();
	}
}

const prompt = {text: 'The old woman went into the forest to look for', appended: []};

test('the same seed gives the same token ids in the browser and in Node', async () => {
	const generation = {
		...HUGGING_FACE_GENERATION,
		doSample: true,
		numReturnSequences: 3,
		temperature: 0.9,
		topP: 0.95,
		seed: 7,
	};
	const [a, b] = [await inBrowser('generate', {prompt, generation}), await inNode('generate', {prompt, generation})];
	const ids = (answer: Answer<'generate'>) => answer.continuations.map(one => one.tokens.map(token => token.id));
	expect(ids(a)).toEqual(ids(b));
	expect(ids(a)[0]).toHaveLength(generation.maxNewTokens);
	for (const [i, one] of a.continuations.entries()) expect(one.logProb).toBeCloseTo(b.continuations[i].logProb, 10);
});

test('the same logits, bit for bit, with any number of threads', async () => {
	const params = {prompt, generation: HUGGING_FACE_GENERATION, limit: 50};
	const [a, b] = [await inBrowser('classes', params), await inNode('classes', params)];
	const logits = (answer: Answer<'classes'>) => answer.model.map(({id, logit}) => [id, logit]);
	expect(logits(a)).toEqual(logits(b));
	// The exponential is the JavaScript engine's own, and versions of it differ in the last bit.
	for (const [i, row] of a.model.entries()) expect(row.probability).toBeCloseTo(b.model[i].probability, 14);
	expect((await inBrowser('model', {})).threads).toBeGreaterThan(1);
});
