import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {readModelFiles} from '../../../../src/engine/checkpoint/model-files.ts';
import type {OpenKernelModel} from '../../../../src/engine/open-model.ts';
import {NEUTRAL_GENERATION} from '../../../../src/engine/parameters/registry.ts';
import type {ClassRow} from '../../../../src/protocol/values/token.ts';
import {EngineService} from '../../../../src/service/service.ts';
import {askService} from '../../../helpers/ask-service.ts';
import {readFrom} from '../../../helpers/checkpoint.ts';
import {makeFamilyCheckpoint, SMALL_FAMILIES} from '../../../helpers/family-checkpoint.ts';
import {openModel} from '../../../helpers/open-model.ts';

/** The walk's questions, asked of a model of every family. */

const TEXT = 'abcabcabd';
const prompt = {text: TEXT, appended: []};
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const near = (value: number, expected: number) =>
	expect(Math.abs(value - expected)).toBeLessThan(1e-3 * (1 + Math.abs(expected)));

describe.each(SMALL_FAMILIES)('a $model_type', config => {
	let model: OpenKernelModel;
	let service: EngineService;
	/** The most probable classes after the text. */
	let rows: ClassRow[];
	const ask = askService(() => service);
	beforeAll(async () => {
		model = await openModel(await readModelFiles(readFrom(makeFamilyCheckpoint(config))));
		const none = () => Promise.reject(new Error('There is no other model.'));
		const served = {...model, id: config.model_type, card: '', threads: 1, draft: none, second: none};
		service = new EngineService(async () => served);
		const generation = {...NEUTRAL_GENERATION, maxNewTokens: 1};
		rows = (await ask('classes', {prompt, generation, limit: 3})).model;
	});
	afterAll(() => model.lm.dispose());

	test('has a head whose contributions add up to the logit', async () => {
		const {vector, classes} = await ask('head', {prompt, classes: rows.map(({id}) => id)});
		expect(vector).toHaveLength(config.hidden_size);
		for (const [i, {contributions, logit}] of classes.entries()) {
			expect(logit).toBe(rows[i].logit);
			near(sum(contributions), logit);
		}
	});

	test('has a lens, whose last row is the model’s own answer', async () => {
		const {blocks} = await ask('lens', {prompt, target: rows[1].id});
		expect(blocks).toHaveLength(3);
		const {top, followed} = blocks[2].cells.at(-1)!;
		expect(top.map(({id}) => id)).toEqual(rows.map(({id}) => id));
		expect(followed!.rank).toBe(2);
	});

	test('shows all heads, how many share one of keys and values, and how one comes to what it passes on', async () => {
		const {blocks, sharedHeads} = await ask('heads', {prompt});
		expect(blocks.map(heads => heads.length)).toEqual([4, 4]);
		expect(sharedHeads).toBe('num_key_value_heads' in config ? config.num_key_value_heads : 4);
		const {weights} = await ask('attention', {prompt, block: 1, head: 3});
		for (const row of weights) near(sum(row), 1);
		const mix = await ask('mix', {prompt, block: 1, head: 3, position: 4});
		for (const {key, score, weight, position} of mix.rows) {
			near(mix.scale * sum(key.map((value, c) => value * mix.query[c])), score);
			near(Math.exp(score - mix.logSum), weight);
			near(weights[4][position], weight);
		}
		for (const [c, mixed] of mix.mixed.entries())
			near(sum(mix.rows.map(({weight, value}) => weight * value[c])) + mix.others.added[c], mixed);
	});

	test('has parts that can be switched off', async () => {
		const {moved} = await ask('changed', {prompt, changes: {off: [{block: 1, part: 3}]}, limit: 1, classes: []});
		expect(moved).toBeGreaterThan(1e-4);
	});

	test('classifies with labels, tells the influence of every token, and takes a step of training', async () => {
		const labelled = {texts: ['abc'], template: '{text} is', labels: ['good', 'bad'], examples: [], contentFree: null};
		near(sum((await ask('label', labelled)).rows[0].probabilities), 1);

		const [chosen, against] = rows.map(({id}) => id);
		const {whole, parts} = await ask('influence', {text: TEXT, unit: 'token', replacement: '', chosen, against});
		near(whole.chosen - whole.against!, rows[0].logit - rows[1].logit);
		expect(parts).toHaveLength(TEXT.length);

		const step = await ask('biasStep', {text: TEXT, learningRate: 0.01, position: 3});
		expect(step.tokens).toHaveLength(TEXT.length);
		expect((step.meanAfter - step.meanBefore) / step.predictedChange).toBeCloseTo(1, 1);
	});
});
