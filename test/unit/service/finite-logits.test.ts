import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import type {OpenKernelModel} from '../../../src/engine/open-model.ts';
import {NEUTRAL_GENERATION} from '../../../src/engine/parameters/registry.ts';
import type {ServedModel} from '../../../src/service/call.ts';
import {EngineService} from '../../../src/service/service.ts';
import {openBundledModel} from '../../helpers/bundled-model.ts';
import {syntheticModel} from '../../helpers/synthetic-model.ts';

/** Models whose logits are no numbers: from the first token on, or after some text. */

let bundled: OpenKernelModel;
beforeAll(async () => {
	bundled = await openBundledModel();
});
afterAll(() => bundled.lm.dispose());

const V = 50_257;
const even = new Float32Array(V);
const WRONG: Record<string, Float32Array> = {
	'all NaN': new Float32Array(V).fill(Number.NaN),
	'one NaN': Float32Array.from(even, (_, id) => (id === 7 ? Number.NaN : 0)),
	'one infinity': Float32Array.from(even, (_, id) => (id === 7 ? Number.POSITIVE_INFINITY : 0)),
	'nothing but minus infinity': new Float32Array(V).fill(Number.NEGATIVE_INFINITY),
};

/** A service with a model whose logits are wrong for texts of more than `good` tokens. */
function serving(wrong: Float32Array, good: number) {
	const logits = (ids: readonly number[]) => (ids.length > good ? wrong : even);
	const lm = syntheticModel({vocabSize: V, eosTokenId: V - 1, logits});
	return new EngineService(
		async () => ({...bundled, lm, id: 'export', card: '', threads: 1}) as unknown as ServedModel,
	);
}

const ask = (service: EngineService, method: 'model' | 'classes' | 'generate' | 'draw' | 'score', params: object) =>
	service.answer(method, params, new AbortController().signal, () => {});

const prompt = {text: 'Once upon a time there', appended: []};
const generation = {...NEUTRAL_GENERATION, maxNewTokens: 8};

describe.each(Object.keys(WRONG))('logits with %s', name => {
	test('after the first token keep a model from being opened', async () => {
		const opening = ask(serving(WRONG[name], 0), 'model', {});
		await expect(opening).rejects.toMatchObject({code: 'bad-model', refusals: [{code: 'logits-overflow'}]});
	});

	test.each([
		['classes', {prompt, generation, limit: 5}],
		['draw', {prompt, generation, index: 0}],
		['score', {text: prompt.text}],
	] as const)('after a text are said by %s, and no figure is made of them', async (method, params) => {
		const asked = ask(serving(WRONG[name], 2), method, params);
		await expect(asked).rejects.toMatchObject({code: 'bad-model', refusals: [{code: 'logits-not-finite'}]});
	});

	test('end a continuation', async () => {
		const asked = ask(serving(WRONG[name], 7), 'generate', {prompt, generation});
		await expect(asked).rejects.toMatchObject({code: 'bad-model', refusals: [{code: 'logits-not-finite'}]});
	});
});

test('a class that is ruled out by minus infinity is a figure', async () => {
	const ruledOut = Float32Array.from(even, (_, id) => (id === 7 ? Number.NEGATIVE_INFINITY : 0));
	const answer = await ask(serving(ruledOut, 0), 'classes', {prompt, generation, limit: 5});
	expect(answer).toMatchObject({model: [{rank: 1}, {}, {}, {}, {}]});
});
