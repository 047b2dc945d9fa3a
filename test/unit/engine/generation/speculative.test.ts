import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import type {GenerationConfig} from '../../../../src/engine/generation/config.ts';
import {samplingDistribution} from '../../../../src/engine/generation/distribution.ts';
import {continuationOfNgram} from '../../../../src/engine/generation/drafters/prompt-lookup.ts';
import {Form} from '../../../../src/engine/generation/form/form.ts';
import {HeldForm} from '../../../../src/engine/generation/form/held.ts';
import {FormVocabulary} from '../../../../src/engine/generation/form/vocabulary.ts';
import type {Trace} from '../../../../src/engine/generation/trace.ts';
import {softmax} from '../../../../src/engine/math/math.ts';
import {type SyntheticModel, syntheticModel} from '../../../helpers/synthetic-model.ts';
import {chiSquared, chiSquaredLimit, configOf, continued, decode, PROMPT} from './helpers.ts';

const seeds = fc.integer({min: 0, max: 1e6});
async function speculated(model: SyntheticModel, draft: SyntheticModel, changes: Partial<GenerationConfig>) {
	const assistant = {model: draft, prefix: await draft.prefill(PROMPT)};
	const {continuations, trace} = await continued(model, {numAssistantTokens: 3, ...changes}, {assistant});
	return {continuation: continuations[0], trace: trace!};
}

/** What was drafted in each round, how many of it were accepted, and the model's own class after those. */
function roundsOf({steps}: Trace) {
	const rounds: {drafted: number[]; accepted: number; own: number[]}[] = [];
	for (const {id, status, why} of steps.flat()) {
		if (!('round' in why)) throw new Error(`A class of speculative decoding was weighed by ${why.by}.`);
		rounds[why.round] ??= {drafted: [], accepted: 0, own: []};
		if (why.by === 'draft') rounds[why.round].drafted.push(id);
		else rounds[why.round].own.push(id);
		if (why.by === 'draft' && status === 'kept') rounds[why.round].accepted++;
	}
	return rounds;
}
const acceptanceRate = ({drafting}: Trace) => drafting!.accepted / Math.max(1, drafting!.drafted);
const runs = ({calls}: SyntheticModel) => calls.filter(call => call.method === 'extend').length;
const corrections = ({steps}: Trace) => steps.flat().filter(({why}) => why.by === 'correction');

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
	it('gives the greedy text of the target with any draft', async () => {
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
		expect(acceptanceRate(trace)).toBe(1);
		// The first token is known from the prompt.
		expect(roundsOf(trace).map(({accepted}) => accepted)).toEqual([0, 3, 2]);
		expect(corrections(trace)).toEqual([]);
		const steps = target.calls.filter(call => call.method === 'extend');
		expect(steps.map(({tokens, cached, rows}) => [tokens[0].length, cached, rows])).toEqual([
			[4, 0, 'all'],
			[3, 4, 'all'],
		]);
	});

	it('takes rejected tokens back, and traces drafted, accepted and corrected tokens', async () => {
		const {target, draft} = pair(14, 6);
		const {continuation, trace} = await speculated(target, draft, {maxNewTokens: 12});
		const rounds = roundsOf(trace);
		const text = rounds.flatMap(({drafted, accepted, own}) => [...drafted.slice(0, accepted), ...own]);
		expect(text).toEqual(continuation.ids);
		// Each rejected draft hangs on the text before it, and what was drafted after it on the draft itself.
		for (const [place, candidates] of trace.steps.entries()) {
			expect(candidates.filter(({status}) => status === 'kept').map(({id}) => id)).toEqual(
				continuation.ids.slice(place, place + 1),
			);
			for (const {parent, logProb, why} of candidates) {
				const before = trace.steps[place - 1]?.[parent];
				if (logProb !== null) expect(before?.status ?? 'kept').toBe('kept');
				else if (before.status === 'pruned') expect(before.why).toEqual(why);
			}
		}
		expect(corrections(trace).length).toBeGreaterThan(0);
		expect(trace.drafting).toEqual({
			drafted: rounds.reduce((sum, {drafted}) => sum + drafted.length, 0),
			accepted: rounds.reduce((sum, {accepted}) => sum + accepted, 0),
			modelCalls: runs(target),
			draftCalls: runs(draft),
		});
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

describe('speculative decoding, held to a form', () => {
	const bytes = [...'abcdefg'].map(sign => new TextEncoder().encode(sign));
	const vocabulary = new FormVocabulary([...bytes, null]);

	it.each(['[a-c]{2,3}', 'ab|cde', 'a*'])(
		'gives a whole text of %s, greedy the same as without a draft',
		async form => {
			await fc.assert(
				fc.asyncProperty(seeds, fc.boolean(), async (seed, doSample) => {
					const {target, draft} = pair(seed, 8);
					const heldTo = new HeldForm(new Form('regex', form, vocabulary), []);
					const changes: Partial<GenerationConfig> = {formKind: 'regex', heldTo, maxNewTokens: 40, doSample, seed};
					const {continuation} = await speculated(target, draft, {...changes, numAssistantTokens: 6});
					if (continuation.finishReason !== 'length') {
						expect(decode(continuation.ids.filter(id => id !== 7))).toMatch(new RegExp(`^(${form})$`));
					}
					if (!doSample) expect(continuation).toEqual((await continued(target, changes)).continuations[0]);
				}),
				{numRuns: 40},
			);
		},
	);
});

describe('speculative decoding, sampling', () => {
	const changes = {doSample: true, maxNewTokens: 3, temperature: 0.8, topK: 4, repetitionPenalty: 1.2};
	const RUNS = 6000;

	/** Probability of every text of three tokens, end of text allowed to end it, by the model's own distribution. */
	function textProbabilities(model: SyntheticModel) {
		const config = configOf(changes);
		const result = new Map<string, number>();
		const grow = (generated: number[], probability: number) => {
			if (generated.length === 3 || model.config.eosTokenIds.includes(generated.at(-1)!)) {
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
			accepted += acceptanceRate(trace) / RUNS;
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
		const endless = () => syntheticModel({seed: 3, eosTokenId: 99});
		const {trace, continuation} = await speculated(endless(), endless(), {...changes, maxNewTokens: 20});
		expect(continuation.ids).toHaveLength(20);
		expect(acceptanceRate(trace)).toBe(1);
		expect(corrections(trace)).toEqual([]);
	});

	it('accepts a draft as often as p and q overlap: the sum of min(p, q), as Leviathan et al. have it', async () => {
		const [p, q] = [
			[0.5, 0.3, 0.2],
			[0.2, 0.3, 0.5],
		];
		const always = (probabilities: number[]) =>
			syntheticModel({vocabSize: 3, eosTokenId: 99, logits: () => probabilities.map(Math.log)});
		const [target, draft] = [always(p), always(q)];
		let accepted = 0;
		for (let seed = 0; seed < 2000; seed++) {
			const sampling = {doSample: true, numAssistantTokens: 1, maxNewTokens: 3, seed};
			const {trace} = await speculated(target, draft, sampling);
			// The first token is known from the prompt; the second is drafted.
			const [, second] = roundsOf(trace);
			expect(second.drafted).toHaveLength(1);
			// p / q: 2.5, 1 or 0.4. One that is at least 1 is always accepted.
			const [judged] = trace.steps[1].filter(({why}) => why.by === 'draft');
			expect(judged.score).toBeCloseTo(p[judged.id] / q[judged.id], 5);
			if (judged.score! > 1.01) expect(judged.status).toBe('kept');
			accepted += second.accepted;
		}
		expect(chiSquared([accepted, 2000 - accepted], [1400, 600])).toBeLessThan(chiSquaredLimit(1));
	});
});

describe('prompt lookup', () => {
	/** A model whose next class depends on the last two tokens alone: its texts run in circles. */
	const circular = (seed: number) => {
		const model = syntheticModel({seed, vocabSize: 5, eosTokenId: 4});
		return syntheticModel({vocabSize: 5, eosTokenId: 4, logits: ids => model.logitsAfter(ids.slice(-2))});
	};
	const parameters = fc.record({
		promptLookupNumTokens: fc.integer({min: 1, max: 6}),
		maxMatchingNgramSize: fc.integer({min: 1, max: 3}),
		maxNewTokens: fc.integer({min: 1, max: 16}),
	});

	it('gives the greedy text, in fewer runs of the model where the text repeats itself', async () => {
		await fc.assert(
			fc.asyncProperty(seeds, parameters, async (seed, changes) => {
				const model = circular(seed);
				const {maxNewTokens} = changes;
				const greedy = await continued(model, {maxNewTokens});
				const {continuations, trace} = await continued(model, changes);
				expect(continuations).toEqual(greedy.continuations);
				const {modelCalls, draftCalls, accepted} = trace!.drafting!;
				const given = continuations[0].ids.length;
				expect(draftCalls).toBe(0);
				// Never more than without a draft.
				expect(modelCalls).toBeLessThanOrEqual(given - 1);
				expect(given).toBe(accepted + roundsOf(trace!).flatMap(({own}) => own).length);
			}),
			{numRuns: 60},
		);
		const loop = syntheticModel({
			vocabSize: 5,
			eosTokenId: 99,
			logits: ids => [0, 1, 2, 3, 4].map(id => (id === (ids.at(-1)! + 1) % 5 ? 9 : 0)),
		});
		const {trace} = await continued(loop, {promptLookupNumTokens: 4, maxNewTokens: 21});
		// The first five tokens go round once; from then on five come with every run.
		expect(trace!.drafting!.modelCalls).toBeLessThanOrEqual(8);
		expect(acceptanceRate(trace!)).toBeGreaterThan(0.8);
	});

	it('gives the very tokens that sampling with the same seed gives', async () => {
		await fc.assert(
			fc.asyncProperty(seeds, parameters, async (seed, changes) => {
				const model = circular(seed);
				const sampling = {doSample: true, seed, temperature: 0.8, topK: 4, repetitionPenalty: 1.2};
				const {continuations} = await continued(model, {...sampling, ...changes});
				expect(continuations).toEqual(
					(await continued(model, {...sampling, maxNewTokens: changes.maxNewTokens})).continuations,
				);
			}),
			{numRuns: 60},
		);
	});

	it('drafts the tokens after the first earlier occurrence of the longest n-gram, as Hugging Face does', () => {
		expect(continuationOfNgram([1, 2, 3, 9, 1, 2, 4, 8, 1, 2], 2, 3)).toEqual([3, 9, 1]);
		expect(continuationOfNgram([1, 2, 3, 9, 7, 2, 4, 8, 7, 2], 2, 2)).toEqual([4, 8]);
		expect(continuationOfNgram([5, 2, 3, 9, 7, 2], 2, 2)).toEqual([3, 9]);
		expect(continuationOfNgram([6, 6, 6], 3, 2)).toEqual([6]);
		expect(continuationOfNgram([1, 2, 3], 2, 4)).toEqual([]);
		expect(continuationOfNgram([1], 2, 4)).toEqual([]);
		expect(continuationOfNgram([1, 2, 1], 2, 0)).toEqual([]);
		expect(continuationOfNgram([1, 2, 1], 2, 1)).toEqual([2]);
	});

	it('drafts no end of text, and nothing after one', async () => {
		/** Counts: 2 after 1, 3 after 2, ... */
		const counting = (eosTokenIds: number[]) => {
			const model = syntheticModel({
				vocabSize: 6,
				logits: ids => [0, 1, 2, 3, 4, 5].map(id => (id === ids.at(-1)! + 1 ? 9 : 0)),
			});
			Object.assign(model.config, {eosTokenIds});
			return model;
		};
		const firstDraft = async (prompt: number[], ...ends: number[]) => {
			const {trace} = await continued(counting(ends), {promptLookupNumTokens: 4, maxNewTokens: 6}, {}, prompt);
			return roundsOf(trace!)[1].drafted;
		};
		// The first token is 2, which stood after 1 before.
		expect(await firstDraft([1, 2, 5, 0, 1], 5)).toEqual([]);
		expect(await firstDraft([1, 2, 0, 5, 1], 5)).toEqual([0]);
		expect(await firstDraft([1, 2, 0, 5, 1], 4, 0)).toEqual([]);
		expect(await firstDraft([1, 2, 0, 5, 1])).toEqual([0, 5, 1, 2]);
		expect(await firstDraft([1, 2, 1, 5, 1])).toEqual([1, 5, 1, 2]);
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

	it('with a draft of as many classes that ends its texts with another one', async () => {
		const draft = syntheticModel({eosTokenId: 3});
		await expect(speculated(syntheticModel(), draft, {})).rejects.toMatchObject(refusal('8 classes'));
	});

	it('with a draft that ends its texts with one of our ends alone', async () => {
		const model = syntheticModel({eosTokenId: [3, 7]});
		await expect(speculated(model, syntheticModel({eosTokenId: 3}), {})).rejects.toMatchObject(refusal('3, 7'));
		await expect(speculated(model, syntheticModel({eosTokenId: [7, 3]}), {})).resolves.toBeDefined();
	});

	it('with a draft of more classes that ends its texts with the same one', async () => {
		const draft = syntheticModel({vocabSize: 9, eosTokenId: 7});
		await expect(speculated(syntheticModel(), draft, {})).rejects.toMatchObject(refusal('9 classes'));
	});

	it.each([[[1, 2]], [[1, 2, 4]], [[1, 2, 3, 4]]])('with a draft that read another prompt, %j', async ids => {
		const model = syntheticModel();
		const assistant = {model, prefix: await model.prefill(ids)};
		await expect(continued(model, {numAssistantTokens: 2}, {assistant})).rejects.toMatchObject(
			refusal('another prompt'),
		);
	});
});
