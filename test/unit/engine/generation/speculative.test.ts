import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import type {GenerationConfig} from '../../../../src/engine/generation/config.ts';
import {samplingDistribution} from '../../../../src/engine/generation/distribution.ts';
import type {SpeculativeTrace} from '../../../../src/engine/generation/trace.ts';
import {softmax} from '../../../../src/engine/math.ts';
import {type SyntheticModel, syntheticModel} from '../../../helpers/synthetic-model.ts';
import {chiSquared, chiSquaredLimit, configOf, continued, PROMPT} from './helpers.ts';

const seeds = fc.integer({min: 0, max: 1e6});
async function speculated(model: SyntheticModel, draft: SyntheticModel, changes: Partial<GenerationConfig>) {
	const assistant = {model: draft, prefix: await draft.prefill(PROMPT)};
	const {continuations, trace} = await continued(model, {numAssistantTokens: 3, ...changes}, {assistant});
	return {continuation: continuations[0], trace: trace as SpeculativeTrace};
}

/** A draft that agrees with the target about every other time. */
function pair(seed: number, vocabSize = 5, contextLength = 64) {
	const target = syntheticModel({seed, vocabSize, contextLength});
	const other = syntheticModel({seed: seed + 1, vocabSize});
	const draft = syntheticModel({
		vocabSize,
		contextLength,
		logits: ids => {
			const a = target.logitsAfter(ids);
			return other.logitsAfter(ids).map((logit, id) => (logit + 1.5 * a[id]) / 2.5);
		},
	});
	return {target, draft};
}
describe('speculative decoding, greedy', () => {
	it('gives the greedy text of the target, whatever the draft', async () => {
		await fc.assert(
			fc.asyncProperty(
				seeds,
				fc.integer({min: 1, max: 6}),
				fc.integer({min: 1, max: 12}),
				async (seed, numAssistantTokens, maxNewTokens) => {
					const {target, draft} = pair(seed, 7);
					const changes = {maxNewTokens, noRepeatNgramSize: 2, repetitionPenalty: 1.3};
					const greedy = await continued(target, changes);
					const {continuation} = await speculated(target, draft, {...changes, numAssistantTokens});
					expect(continuation).toEqual(greedy.continuations[0]);
				},
			),
			{numRuns: 60},
		);
	});

	it('accepts everything from a draft that is the target, and needs one step for k + 1 tokens', async () => {
		const target = syntheticModel({seed: 3, eosTokenId: 99});
		const draft = syntheticModel({seed: 3, eosTokenId: 99});
		const {trace} = await speculated(target, draft, {maxNewTokens: 8});
		expect(trace.acceptanceRate).toBe(1);
		expect(trace.rounds.map(({accepted, correction}) => [accepted, correction])).toEqual([
			[3, null],
			[3, null],
		]);
		const steps = target.calls.filter(call => call.method === 'extend');
		expect(steps.map(({tokens, cached, rows}) => [tokens[0].length, cached, rows])).toEqual([
			[3, 0, 'all'],
			[4, 3, 'all'],
		]);
	});

	it('takes back what was rejected, and traces drafted, accepted and corrected tokens', async () => {
		const {target, draft} = pair(14, 6);
		const {continuation, trace} = await speculated(target, draft, {maxNewTokens: 12});
		const text = trace.rounds.flatMap(({drafted, accepted, correction, bonus}) => [
			...drafted.slice(0, accepted),
			...(correction === null ? [] : [correction]),
			...(bonus === null ? [] : [bonus]),
		]);
		expect(text).toEqual(continuation.ids);
		expect(trace.rounds.some(({correction}) => correction !== null)).toBe(true);
		const accepted = trace.rounds.reduce((sum, round) => sum + round.accepted, 0);
		const drafted = trace.rounds.reduce((sum, round) => sum + round.drafted.length, 0);
		expect(trace.acceptanceRate).toBe(accepted / drafted);
		expect(target.calls.some(call => call.method === 'truncate')).toBe(true);
	});

	it('goes on alone where the context of the draft is full', async () => {
		const target = syntheticModel({seed: 3, eosTokenId: 99});
		const draft = syntheticModel({seed: 3, eosTokenId: 99, contextLength: PROMPT.length + 4});
		const greedy = await continued(target, {maxNewTokens: 9});
		const {continuation} = await speculated(target, draft, {maxNewTokens: 9});
		expect(continuation).toEqual(greedy.continuations[0]);
	});
});

describe('speculative decoding, sampling', () => {
	const changes = {doSample: true, maxNewTokens: 3, temperature: 0.8, topK: 4, repetitionPenalty: 1.2};
	const RUNS = 6000;

	/** Probability of every text of three tokens, end of text allowed to end it, by the model's own distribution. */
	function textProbabilities(model: SyntheticModel) {
		const config = configOf(changes);
		const result = new Map<string, number>();
		const grow = (generated: number[], probability: number) => {
			if (generated.length === 3 || generated.at(-1) === model.config.eosTokenId) {
				result.set(String(generated), probability);
				return;
			}
			const logits = model.logitsAfter([...PROMPT, ...generated]);
			const {scores} = samplingDistribution(logits, config, model.config, {prompt: PROMPT, generated});
			softmax(scores).forEach((p, id) => {
				if (p > 0) grow([...generated, id], probability * p);
			});
		};
		grow([], 1);
		return result;
	}

	function statistic(counts: Map<string, number>, probabilities: Map<string, number>) {
		// Rare texts share a cell, so that five are expected in each.
		const cells = new Map<string, [number, number]>();
		for (const [text, p] of probabilities) {
			const cell = p * RUNS < 5 ? 'rare' : text;
			const [count, expected] = cells.get(cell) ?? [0, 0];
			cells.set(cell, [count + (counts.get(text) ?? 0), expected + p * RUNS]);
		}
		const all = [...cells.values()];
		return {
			value: chiSquared(
				all.map(([count]) => count),
				all.map(([, expected]) => expected),
			),
			limit: chiSquaredLimit(all.length - 1),
		};
	}

	it('gives the distribution of the target after processors and warpers (chi-squared), not that of the draft', async () => {
		const {target, draft} = pair(5);
		const counts = new Map<string, number>();
		let accepted = 0;
		for (let seed = 0; seed < RUNS; seed++) {
			const {continuation, trace} = await speculated(target, draft, {...changes, numAssistantTokens: 2, seed});
			const text = String(continuation.ids);
			counts.set(text, (counts.get(text) ?? 0) + 1);
			accepted += trace.acceptanceRate / RUNS;
		}
		expect(accepted).toBeGreaterThan(0.3);
		expect(accepted).toBeLessThan(0.95);
		const ofTarget = textProbabilities(target);
		for (const text of counts.keys()) expect(ofTarget.has(text)).toBe(true);
		const right = statistic(counts, ofTarget);
		expect(right.value).toBeLessThan(right.limit);
		const wrong = statistic(counts, textProbabilities(draft));
		expect(wrong.value).toBeGreaterThan(wrong.limit);
	});

	it('repeats itself for a seed, and says how probable the target found each token', async () => {
		const {target, draft} = pair(7);
		const once = await speculated(target, draft, {...changes, maxNewTokens: 8, seed: 4});
		expect(await speculated(target, draft, {...changes, maxNewTokens: 8, seed: 4})).toEqual(once);
		const [first] = once.continuation.tokens;
		const {scores} = samplingDistribution(target.logitsAfter(PROMPT), configOf(changes), target.config, {
			prompt: PROMPT,
			generated: [],
		});
		expect(first.samplingLogProb).toBeCloseTo(Math.log(softmax(scores)[first.id]), 5);
	});

	it('accepts everything from a draft that is the target', async () => {
		const {trace} = await speculated(syntheticModel({seed: 3}), syntheticModel({seed: 3}), {
			...changes,
			maxNewTokens: 9,
		});
		expect(trace.rounds.every(({correction}) => correction === null)).toBe(true);
	});
});

describe('speculative decoding, refused', () => {
	const refusal = (message: string) => ({code: 'bad-parameter', message: expect.stringContaining(message)});

	it('without a draft model', async () => {
		await expect(continued(syntheticModel(), {numAssistantTokens: 2})).rejects.toMatchObject(
			refusal('no assistant model'),
		);
	});

	it('with a draft of another vocabulary', async () => {
		const draft = syntheticModel({vocabSize: 9});
		await expect(speculated(syntheticModel(), draft, {})).rejects.toMatchObject(refusal('9 classes'));
	});

	it('with a draft that read another prompt', async () => {
		const model = syntheticModel();
		const assistant = {model, prefix: await model.prefill([1, 2])};
		await expect(continued(model, {numAssistantTokens: 2}, {assistant})).rejects.toMatchObject(
			refusal('another prompt'),
		);
	});
});
