import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {generate} from '../../../../src/engine/generation/generate.ts';
import {planGeneration} from '../../../../src/engine/generation/plan.ts';
import {syntheticModel} from '../../../helpers/synthetic-model.ts';
import {configOf, continued, decode, decodingOf} from './helpers.ts';

/** Classes 0.5, 0.3, 0.2; the hidden state of a class is its own direction in the plane. */
const ANGLES = [0, 90, 60].map(degrees => (degrees * Math.PI) / 180);
const plane = () =>
	syntheticModel({
		vocabSize: 3,
		eosTokenId: 99,
		hiddenSize: 2,
		logits: () => [0.5, 0.3, 0.2].map(Math.log),
		hidden: ids => [3 * Math.cos(ANGLES[ids[ids.length - 1]]), 3 * Math.sin(ANGLES[ids[ids.length - 1]])],
	});

describe('contrastive search', () => {
	it('weighs probability against likeness to earlier tokens, as worked by hand', async () => {
		const {continuations, trace} = await continued(plane(), {penaltyAlpha: 0.5, topK: 3, maxNewTokens: 2}, {}, [0]);
		const steps = trace!.steps;
		// Before: direction 0. Class 0 is like it (1), class 1 at right angles (0), class 2 at 60 degrees (0.5).
		expect(steps[0]).toEqual([
			{
				id: 0,
				parent: 0,
				logProb: expect.closeTo(Math.log(0.5), 5),
				score: expect.closeTo(-0.25, 5),
				status: 'pruned',
				why: {by: 'terms', similarity: expect.closeTo(1, 5)},
			},
			{
				id: 1,
				parent: 0,
				logProb: expect.closeTo(Math.log(0.3), 5),
				score: expect.closeTo(0.15, 5),
				status: 'kept',
				why: {by: 'terms', similarity: expect.closeTo(0, 5)},
			},
			{
				id: 2,
				parent: 0,
				logProb: expect.closeTo(Math.log(0.2), 5),
				score: expect.closeTo(-0.15, 5),
				status: 'pruned',
				why: {by: 'terms', similarity: expect.closeTo(0.5, 5)},
			},
		]);
		// Now classes 0 and 1 are both there; class 2 is nearest to class 1: cos 30 degrees.
		expect(steps[1].map(({parent, why}) => [parent, why])).toEqual(
			[1, 1, Math.cos(Math.PI / 6)].map(similarity => [1, {by: 'terms', similarity: expect.closeTo(similarity, 5)}]),
		);
		expect(continuations[0].ids).toEqual([1, 0]); // scores -0.25, -0.35, -0.333
	});

	it('rewards a candidate that points away from everything before it', async () => {
		// Class 1 points the other way: cosine -1, and the score 0.5 * 0.3 + 0.5.
		const model = syntheticModel({
			vocabSize: 3,
			eosTokenId: 99,
			hiddenSize: 2,
			logits: () => [0.5, 0.3, 0.2].map(Math.log),
			hidden: ids => (ids.at(-1) === 1 ? [-2, 0] : [3, 0]),
		});
		const {trace} = await continued(model, {penaltyAlpha: 0.5, topK: 3, maxNewTokens: 1}, {}, [0]);
		const [, away] = trace!.steps[0];
		expect(away).toMatchObject({
			id: 1,
			score: expect.closeTo(0.65, 5),
			status: 'kept',
			why: {by: 'terms', similarity: expect.closeTo(-1, 5)},
		});
	});

	it('takes the more probable of two candidates with one score, then the lower token id', async () => {
		const same = (logits: number[]) =>
			syntheticModel({vocabSize: 3, eosTokenId: 99, hiddenSize: 2, logits: () => logits, hidden: () => [1, 0]});
		const first = async (logits: number[]) => {
			const config = {penaltyAlpha: 0.5, topK: 3, maxNewTokens: 1};
			return (await continued(same(logits), config, {}, [0])).continuations[0].ids[0];
		};
		expect(await first([0, 1, 1])).toBe(1);
		expect(await first([0, 0, 0])).toBe(0);
	});

	it('chooses among the classes that the processors leave, which look at prompt and continuation', async () => {
		const config = {penaltyAlpha: 0.5, topK: 3, maxNewTokens: 2, noRepeatNgramSize: 1};
		const {continuations, trace} = await continued(plane(), config, {}, [0]);
		expect(continuations[0].ids).toEqual([1, 2]);
		expect(trace!.steps.map(step => step.map(({id}) => id))).toEqual([[1, 2], [2]]);
	});

	it('considers the topK most probable classes only', async () => {
		const {trace} = await continued(plane(), {penaltyAlpha: 1, topK: 2, maxNewTokens: 3}, {}, [1]);
		for (const step of trace!.steps) expect(step.map(({id}) => id)).toEqual([0, 1]);
	});

	it('as alpha goes to 0 is greedy search', async () => {
		await fc.assert(
			fc.asyncProperty(fc.integer({min: 0, max: 1e6}), async seed => {
				const model = syntheticModel({seed});
				const greedy = await continued(model, {maxNewTokens: 8});
				// Alpha 0 turns contrastive search off, so it is run by itself.
				const {contrastiveSearch} = await import('../../../../src/engine/generation/strategies/contrastive.ts');
				const decoding = await decodingOf(model, {maxNewTokens: 8, topK: 4});
				const prefix = await model.prefill(decoding.prefix.ids, {hidden: true});
				const {continuation} = await contrastiveSearch({...decoding, prefix});
				expect(continuation).toEqual(greedy.continuations[0]);
			}),
			{numRuns: 30},
		);
	});

	it('reads all candidates as one batch, one step a token, with their hidden states', async () => {
		const model = syntheticModel({seed: 2, eosTokenId: 99});
		await continued(model, {penaltyAlpha: 0.6, topK: 4, maxNewTokens: 3});
		const steps = model.calls.filter(call => call.method === 'extend');
		expect(steps.map(({tokens, cached, hidden}) => [tokens.length, cached, hidden])).toEqual([
			[4, 0, true],
			[4, 1, true],
			[4, 2, true],
		]);
	});

	it('refuses a prompt that was read without hidden states', async () => {
		const model = plane();
		const prefix = await model.prefill([0]);
		await expect(
			generate(model, prefix, planGeneration(configOf({penaltyAlpha: 0.5, topK: 3}), model.config), {decode}),
		).rejects.toMatchObject({
			code: 'bad-parameter',
			message: expect.stringContaining('hidden states'),
		});
	});
});
