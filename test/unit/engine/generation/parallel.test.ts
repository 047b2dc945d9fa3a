import {describe, expect, it} from 'vitest';
import type {TokenChoice} from '../../../../src/engine/generation/continuation.ts';
import {argmax, logSoftmax, softmax, topClasses} from '../../../../src/engine/math/math.ts';
import {syntheticModel} from '../../../helpers/synthetic-model.ts';
import {chiSquared, chiSquaredLimit, continued, PROMPT} from './helpers.ts';

const endless = (seed: number) => syntheticModel({seed, eosTokenId: 99});

describe('greedy search', () => {
	it('takes the most probable class every time', async () => {
		const model = endless(1);
		const {continuations, trace} = await continued(model, {maxNewTokens: 6});
		expect(trace).toBeNull();
		const [{ids}] = continuations;
		expect(ids).toHaveLength(6);
		for (const [i, id] of ids.entries()) {
			const {logits} = await model.prefill([...PROMPT, ...ids.slice(0, i)]);
			expect(id).toBe(argmax(logits));
		}
	});

	it('takes the lower token id among equals', async () => {
		const flat = syntheticModel({logits: () => [1, 2, 2, 0], vocabSize: 4});
		expect((await continued(flat, {maxNewTokens: 2})).continuations[0].ids).toEqual([1, 1]);
	});

	it('applies processors, to prompt and continuation', async () => {
		const flat = syntheticModel({logits: () => [5, 4, 3, 2, 1, 0], vocabSize: 6});
		const {continuations} = await continued(flat, {maxNewTokens: 3, noRepeatNgramSize: 1}, {}, [0, 2]);
		expect(continuations[0].ids).toEqual([1, 3, 4]);
	});

	it('counts no token before the first, which may not be the end of text where one must come', async () => {
		const model = syntheticModel({vocabSize: 3, logits: () => [0, 1, 2]});
		const idsWith = async (minNewTokens: number) =>
			(await continued(model, {maxNewTokens: 5, minNewTokens})).continuations[0].ids;
		expect(await idsWith(0)).toEqual([2]);
		expect(await idsWith(1)).toEqual([1, 2]);
		expect(await idsWith(3)).toEqual([1, 1, 1, 2]);
	});

	it("describes each token by the model's own distribution", async () => {
		const model = endless(3);
		const heard: TokenChoice[] = [];
		const {continuations} = await continued(
			model,
			{maxNewTokens: 3, repetitionPenalty: 10},
			{onTokens: tokens => heard.push(...tokens.map(({token}) => token))},
		);
		const [{ids, tokens, logProb}] = continuations;
		expect(heard).toEqual(tokens);
		let sum = 0;
		for (const [i, token] of tokens.entries()) {
			const {logits} = await model.prefill([...PROMPT, ...ids.slice(0, i)]);
			const ranked = Array.from(topClasses(logits, 8));
			expect(token.logProb).toBeCloseTo(logSoftmax(logits)[token.id], 5);
			expect(token.rank).toBe(ranked.indexOf(token.id) + 1);
			expect(token.top.map(({id}) => id)).toEqual(ranked.slice(0, 6));
			expect(token.top[0].probability).toBeCloseTo(softmax(logits)[ranked[0]], 5);
			expect(token.samplingLogProb).toBe(0);
			sum += token.logProb;
		}
		expect(logProb).toBeCloseTo(sum, 10);
	});
});

describe('multinomial sampling', () => {
	const sampling = {doSample: true, maxNewTokens: 8};
	const idsOf = async (numReturnSequences: number, seed = 7) =>
		(await continued(endless(1), {...sampling, numReturnSequences, seed})).continuations.map(({ids}) => ids);

	it('gives continuation i the same tokens however many are drawn', async () => {
		const eight = await idsOf(8);
		expect(await idsOf(1)).toEqual(eight.slice(0, 1));
		expect(await idsOf(3)).toEqual(eight.slice(0, 3));
		expect(new Set(eight.map(String)).size).toBe(8);
	});

	it('gives the same tokens for the same seed, and others for another', async () => {
		expect(await idsOf(4)).toEqual(await idsOf(4));
		expect(await idsOf(4)).not.toEqual(await idsOf(4, 8));
	});

	it('draws from the distribution after the warpers, and says how probable the draw was', async () => {
		const logits = [Math.log(0.5), Math.log(0.2), Math.log(0.2), Math.log(0.1)];
		const model = syntheticModel({vocabSize: 4, eosTokenId: 99, logits: () => logits});
		const counts = [0, 0, 0, 0];
		for (let seed = 0; seed < 3000; seed++) {
			const changes = {doSample: true, maxNewTokens: 1, seed, temperature: 0.5, topP: 0.9};
			const [{tokens}] = (await continued(model, changes)).continuations;
			counts[tokens[0].id]++;
			// Squared: 25 : 4 : 4 : 1. The first three hold 33 of 34, more than 0.9; the first two 29, less.
			expect(tokens[0].samplingLogProb).toBeCloseTo(Math.log((tokens[0].id === 0 ? 25 : 4) / 33), 5);
			expect(tokens[0].logProb).toBeCloseTo(logits[tokens[0].id], 5);
			// The number fell on the stretch of its class.
			const [start, end] = [0, 25, 29, 33].slice(tokens[0].id).map(odds => odds / 33);
			expect(tokens[0].number).toBeGreaterThanOrEqual(start - 1e-6);
			expect(tokens[0].number).toBeLessThan(end + 1e-6);
		}
		expect(counts[3]).toBe(0);
		const expected = [25, 4, 4].map(odds => (odds / 33) * 3000);
		expect(chiSquared(counts.slice(0, 3), expected)).toBeLessThan(chiSquaredLimit(2));
	});

	it('is greedy when one class is kept', async () => {
		const greedy = await continued(endless(5), {maxNewTokens: 8});
		const sampled = await continued(endless(5), {...sampling, topK: 1});
		expect(sampled.continuations[0].ids).toEqual(greedy.continuations[0].ids);
	});

	it('decodes all continuations as one batch over the prompt, and finished ones leave it', async () => {
		const model = syntheticModel({seed: 2, vocabSize: 5});
		const {continuations} = await continued(model, {doSample: true, maxNewTokens: 12, numReturnSequences: 6, seed: 3});
		const lengths = continuations.map(({ids}) => ids.length);
		expect(new Set(lengths).size).toBeGreaterThan(1);
		expect(model.calls.filter(call => call.method === 'prefill')).toHaveLength(1);
		const steps = model.calls.filter(call => call.method === 'extend');
		// After n tokens, those that go on are read together; the last token of each is never read.
		expect(steps.map(step => step.tokens.length)).toEqual(
			Array.from({length: Math.max(...lengths) - 1}, (_, n) => lengths.filter(length => length > n + 1).length),
		);
		for (const step of steps) for (const row of step.tokens) expect(row).toHaveLength(1);
		// Rows are copied only where one has ended.
		const sizes = steps.map(step => step.tokens.length);
		const shrinks = sizes.filter((size, i) => i > 0 && size < sizes[i - 1]).length;
		expect(shrinks).toBeGreaterThan(0);
		expect(model.calls.filter(call => call.method === 'select')).toHaveLength(shrinks);
	});

	it('tells every token and end as it happens, once a step for all continuations', async () => {
		const events: string[] = [];
		await continued(
			syntheticModel({vocabSize: 4, logits: ids => (ids.length > 4 ? [0, 0, 0, 99] : [0, 0, 0, -99])}),
			{doSample: true, maxNewTokens: 5, numReturnSequences: 2},
			{
				onTokens: tokens => events.push(tokens.map(({branch}) => branch).join('+')),
				onFinished: (branch, reason) => events.push(`${branch} ${reason}`),
			},
		);
		expect(events).toEqual(['0+1', '0+1', '0+1', '0 end-of-text', '1 end-of-text']);
	});
});
