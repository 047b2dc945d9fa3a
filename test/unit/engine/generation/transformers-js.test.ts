import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {AutoModelForCausalLM, env, type PreTrainedModel, random, Tensor} from '@huggingface/transformers';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import type {GenerationConfig} from '../../../../src/engine/generation/config.ts';
import {samplingDistribution} from '../../../../src/engine/generation/distribution.ts';
import {generate} from '../../../../src/engine/generation/generate.ts';
import {planGeneration} from '../../../../src/engine/generation/plan.ts';
import {rankClasses, softmax} from '../../../../src/engine/math/math.ts';
import type {OpenModel} from '../../../../src/engine/open-model.ts';
import {BUNDLED_MODEL, bundledWeights, openBundledModel} from '../../../helpers/bundled-model.ts';
import {stockGpt2Onnx, writeStockRepository} from '../../../helpers/stock-gpt2-onnx.ts';
import {configOf} from './helpers.ts';

/**
 * Where transformers.js implements the same thing correctly, both agree token by token: our graph on ONNX Runtime Web,
 * and the stock graph of the same float32 weights under transformers.js on native ONNX Runtime.
 */
describe('agreement with transformers.js', () => {
	const folder = mkdtempSync(join(tmpdir(), 'stock-gpt2-'));
	let ours: OpenModel;
	let theirs: PreTrainedModel;

	beforeAll(async () => {
		ours = await openBundledModel({dtype: 'fp32'});
		writeStockRepository(join(folder, 'gpt2-mini'), BUNDLED_MODEL, stockGpt2Onnx(ours.lm.config, bundledWeights()));
		env.allowRemoteModels = false;
		env.localModelPath = folder;
		theirs = await AutoModelForCausalLM.from_pretrained('gpt2-mini', {dtype: 'fp32', local_files_only: true});
	});
	afterAll(async () => {
		await ours?.lm.dispose();
		await theirs?.dispose();
		rmSync(folder, {recursive: true});
	});

	async function theirIds(text: string, options: Record<string, unknown>): Promise<number[]> {
		const ids = ours.tokenizer.encode(text);
		const output = await theirs.generate({
			inputs: new Tensor('int64', BigInt64Array.from(ids, BigInt), [1, ids.length]),
			...options,
		});
		return Array.from((output as Tensor).data as BigInt64Array, Number).slice(ids.length);
	}

	async function ourIds(text: string, changes: Partial<GenerationConfig>): Promise<number[]> {
		const prefix = await ours.lm.prefill(ours.tokenizer.encode(text));
		const decode = (ids: readonly number[]) => ours.tokenizer.decode(ids);
		return (await generate(ours.lm, prefix, planGeneration(configOf(changes), ours.lm.config), {decode}))
			.continuations[0].ids;
	}

	const TEXTS = ['Once upon a time there was', 'The capital of France is', 'He said: "I am not sure that'];

	it.each(TEXTS)('greedy search: %s', async text => {
		const expected = await theirIds(text, {max_new_tokens: 40});
		expect(expected.length).toBeGreaterThan(5);
		expect(await ourIds(text, {maxNewTokens: 40})).toEqual(expected);
	});

	it.each(TEXTS)('repetition penalty: %s', async text => {
		const expected = await theirIds(text, {max_new_tokens: 40, repetition_penalty: 1.3});
		expect(await ourIds(text, {maxNewTokens: 40, repetitionPenalty: 1.3})).toEqual(expected);
		expect(await ourIds(text, {maxNewTokens: 40})).not.toEqual(expected);
	});

	it.each(TEXTS)('no-repeat n-gram, banned words and minimum length: %s', async text => {
		const banned = (await theirIds(text, {max_new_tokens: 12})).slice(2, 4);
		const expected = await theirIds(text, {
			max_new_tokens: 40,
			no_repeat_ngram_size: 2,
			bad_words_ids: [[banned[0]], banned],
			min_new_tokens: 30,
		});
		const changes = {maxNewTokens: 40, noRepeatNgramSize: 2, badWordsIds: [[banned[0]], banned], minNewTokens: 30};
		expect(await ourIds(text, changes)).toEqual(expected);
		expect(expected).not.toContain(banned[0]);
	});

	it.each(TEXTS)('temperature and top-k, by the same random numbers: %s', async text => {
		random.seed(7);
		const options = {max_new_tokens: 24, do_sample: true, temperature: 0.8, top_k: 20, repetition_penalty: 1.1};
		const expected = await theirIds(text, options);

		// transformers.js draws along the ranking; so do we here, from our own distribution.
		const numbers = new random.Random(7);
		const config = configOf({doSample: true, temperature: 0.8, topK: 20, repetitionPenalty: 1.1});
		const prompt = ours.tokenizer.encode(text);
		const generated: number[] = [];
		for (const id of expected) {
			const {logits} = await ours.lm.prefill([...prompt, ...generated]);
			const {scores} = samplingDistribution(logits, config, ours.lm.config, {prompt, generated});
			const probabilities = softmax(scores);
			const ranked = rankClasses(scores);
			expect(ranked).toHaveLength(20);
			let place = 0;
			for (let left = numbers.random() - probabilities[ranked[0]]; left >= 0; ) left -= probabilities[ranked[++place]];
			generated.push(ranked[place]);
			expect(generated.at(-1)).toBe(id);
		}
	});
});
