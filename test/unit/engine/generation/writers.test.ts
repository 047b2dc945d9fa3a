import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {dry} from '../../../../src/engine/generation/processors/dry.ts';
import {dynamicTemperature} from '../../../../src/engine/generation/warpers/dynamic-temperature.ts';
import {mirostat} from '../../../../src/engine/generation/warpers/mirostat.ts';
import {topNSigma} from '../../../../src/engine/generation/warpers/top-n-sigma.ts';
import {xtc} from '../../../../src/engine/generation/warpers/xtc.ts';
import {syntheticModel} from '../../../helpers/synthetic-model.ts';
import {applied, continued, EMPTY, keptIds, logitsOf, PROMPT, probabilitiesAfter} from './helpers.ts';

/** Numbers that NumPy gives for the definitions of the authors and of llama.cpp. */

const FIVE = [0.4, 0.3, 0.15, 0.1, 0.05];

describe('DRY', () => {
	const stage = (changes: Partial<Parameters<typeof dry>[0]> = {}) =>
		dry({multiplier: 0.8, base: 1.75, allowedLength: 2, lastN: 0, breakers: [], ...changes});
	const losses = (prompt: number[], changes = {}) =>
		Array.from(applied(stage(changes), new Float32Array(6), {prompt, generated: []}), x => Math.round(x * 1e4) / 1e4);

	it('takes more from a class the longer the repetition it would go on with', () => {
		// 1 2 3 4 … 1 2 3: three tokens are repeated, 0.8 * 1.75 ** (3 - 2).
		expect(losses([1, 2, 3, 4, 0, 1, 2, 3])).toEqual([0, 0, 0, 0, -1.4, 0]);
		expect(losses([2, 3, 4, 0, 2, 3])).toEqual([0, 0, 0, 0, -0.8, 0]);
		// One token is allowed.
		expect(losses([3, 4, 0, 3])).toEqual([0, 0, 0, 0, 0, 0]);
	});

	it('counts the longest of several, and overlapping ones', () => {
		expect(losses([2, 3, 4, 1, 2, 3, 4, 0, 1, 2, 3])).toEqual([0, 0, 0, 0, -1.4, 0]);
		// Two ones stand before an earlier one: of 1 1 1, the last two are repeated.
		expect(losses([1, 1, 1])).toEqual([0, -0.8, 0, 0, 0, 0]);
	});

	it('ends at a breaker, within the range, and neither punishes nor passes one', () => {
		expect(losses([1, 2, 3, 4, 0, 1, 2, 3], {breakers: [1]})).toEqual([0, 0, 0, 0, -0.8, 0]);
		expect(losses([1, 2, 3, 4, 0, 1, 2, 3], {breakers: [3]})).toEqual([0, 0, 0, 0, 0, 0]);
		expect(losses([1, 2, 3, 4, 0, 1, 2, 3], {breakers: [4]})).toEqual([0, 0, 0, 0, 0, 0]);
		expect(losses([1, 2, 3, 4, 0, 1, 2, 3], {lastN: 7})).toEqual([0, 0, 0, 0, -0.8, 0]);
	});

	it('has nothing to say of an empty text', () => {
		expect(losses([])).toEqual([0, 0, 0, 0, 0, 0]);
	});
});

describe('top-nσ', () => {
	const scores = Float32Array.of(4, 3, 1, 0, -3);

	it.each([
		[0.5, [0, 1]],
		[1.5, [0, 1, 2]],
		[2, [0, 1, 2, 3]],
	])('of %s keeps what is so many standard deviations (2.449) below the largest', (n, kept) => {
		expect(keptIds(applied(topNSigma(n, 1), scores))).toEqual(kept);
	});

	it('keeps the same classes at every temperature', () => {
		const temperatures = fc.double({min: 0.1, max: 8, noNaN: true});
		fc.assert(
			fc.property(temperatures, temperature => {
				expect(
					keptIds(
						applied(
							topNSigma(1.4, 1),
							scores.map(score => score / temperature),
						),
					),
				).toEqual([0, 1, 2]);
			}),
		);
	});

	it('leaves removed classes out of the deviation, and keeps two where beams need two', () => {
		expect(keptIds(applied(topNSigma(1.5, 1), Float32Array.of(-Infinity, ...scores)))).toEqual([1, 2, 3]);
		expect(keptIds(applied(topNSigma(0.01, 2), scores))).toEqual([0, 1]);
	});
});

describe('XTC', () => {
	it.each([
		[0.05, [4]],
		[0.1, [3, 4]],
		[0.2, [1, 2, 3, 4]],
		[0.35, [0, 1, 2, 3, 4]],
		[0.45, [0, 1, 2, 3, 4]],
	])('from %s on leaves the least probable of the top choices, and all below', (threshold, kept) => {
		// A little above, since float32 has none of these numbers exactly.
		expect(keptIds(applied(xtc(1, threshold * 0.999, 1, 1), logitsOf(FIVE)))).toEqual(kept);
	});

	it('acts at its share of the steps, the same ones whenever the text is taken up again', () => {
		const acts = (seed: number, at: number) =>
			keptIds(applied(xtc(0.3, 0.2, seed, 1), logitsOf(FIVE), {prompt: [7], generated: Array(at).fill(3)})).length < 5;
		const steps = Array.from({length: 2000}, (_, at) => acts(5, at));
		expect(steps.filter(Boolean).length / 2000).toBeGreaterThan(0.26);
		expect(steps.filter(Boolean).length / 2000).toBeLessThan(0.34);
		expect(Array.from({length: 100}, (_, at) => acts(5, at))).toEqual(steps.slice(0, 100));
		expect(Array.from({length: 100}, (_, at) => acts(6, at))).not.toEqual(steps.slice(0, 100));
		// What was generated and is a prompt now is the same text.
		const split = (prompt: number[], generated: number[]) =>
			keptIds(applied(xtc(0.3, 0.2, 5, 1), logitsOf(FIVE), {prompt, generated}));
		for (let n = 0; n < 20; n++) expect(split(Array(n).fill(1), [2])).toEqual(split([...Array(n).fill(1), 2], []));
	});
});

describe('dynamic temperature', () => {
	it.each([
		[1, 0.5, 1, [0.347503, 0.281472, 0.169401, 0.12587, 0.075753]],
		[1, 0.5, 2, [0.361211, 0.286868, 0.164645, 0.118985, 0.06829]],
		[0.8, 1, 1, [0.32921, 0.273677, 0.175356, 0.135157, 0.0866]],
	])('around %s, by %s, to the power of %s follows the entropy', (temperature, range, exponent, expected) => {
		const stage = dynamicTemperature(temperature, range, exponent);
		for (const [id, p] of probabilitiesAfter(stage, logitsOf(FIVE)).entries()) expect(p).toBeCloseTo(expected[id], 5);
	});

	it('leaves the most probable class where the temperature is too low to divide by', () => {
		for (const scores of [Float32Array.of(100, 0, 10), Float32Array.of(-100, -200, -190)]) {
			expect(keptIds(applied(dynamicTemperature(1, 1, 1), scores))).toEqual([0]);
		}
		expect(keptIds(applied(dynamicTemperature(1, 1, 10), Float32Array.of(12, 0, 0)))).toEqual([0]);
	});

	it('reaches temperature + range where the model knows nothing, and needs two classes', () => {
		expect(Array.from(applied(dynamicTemperature(1, 1, 1), Float32Array.of(4, 4)))).toEqual([2, 2]);
		expect(Array.from(applied(dynamicTemperature(1, 1, 1), Float32Array.of(4, -Infinity)))).toEqual([4, -Infinity]);
	});
});

describe('Mirostat 2', () => {
	const stage = mirostat(1, 0.5, 1);

	it('begins at twice tau, and learns from the surprisal of the class that was drawn', () => {
		expect(keptIds(applied(stage, logitsOf(FIVE)))).toEqual([0, 1]);
		// Of 4/7 and 3/7 the second: 1.222392 bits.
		const mu = stage.accept!(Math.log(3 / 7), undefined);
		expect(mu).toBeCloseTo(1.888804, 6);
		expect(keptIds(applied(stage, logitsOf(FIVE), {...EMPTY, memory: {mirostatTau: mu}}))).toEqual([0, 1]);
		expect(keptIds(applied(stage, logitsOf(FIVE), {...EMPTY, memory: {mirostatTau: 1.5}}))).toEqual([0]);
	});

	it('keeps a class however low the limit is', () => {
		expect(keptIds(applied(stage, logitsOf(FIVE), {...EMPTY, memory: {mirostatTau: -3}}))).toEqual([0]);
	});

	it('holds the surprisal of a text near tau, each of several by itself', async () => {
		const model = syntheticModel({seed: 4, vocabSize: 400, contextLength: 300, eosTokenId: 999});
		const asked = {doSample: true, numReturnSequences: 3, maxNewTokens: 250, mirostatTau: 4, mirostatEta: 0.2, seed: 3};
		const {continuations} = await continued(model, asked);
		for (const {tokens} of continuations) {
			const bits = tokens.map(({samplingLogProb}) => -samplingLogProb / Math.LN2);
			expect(bits.reduce((sum, one) => sum + one, 0) / bits.length).toBeCloseTo(4, 0);
		}
		const [alone] = (await continued(model, {...asked, numReturnSequences: 1})).continuations;
		expect(alone.ids).toEqual(continuations[0].ids);
	});

	it.each([
		['sampling', {}],
		['speculative decoding', {promptLookupNumTokens: 3}],
		['beams', {numBeams: 2}],
	])('goes on in a branch of %s from what it had learnt at the token that the branch leaves', async (_, more) => {
		const model = syntheticModel({seed: 4, vocabSize: 400, contextLength: 300, eosTokenId: 999});
		const asked = {doSample: true, maxNewTokens: 6, mirostatTau: 4, mirostatEta: 0.2, seed: 3, ...more};
		const learnt = (mu: number, {samplingLogProb}: {samplingLogProb: number}) =>
			mu - 0.2 * (-samplingLogProb / Math.LN2 - 4);
		const [whole] = (await continued(model, asked)).continuations;
		whole.tokens.reduce((mu, token) => {
			expect(token.memory!.mirostatTau).toBeCloseTo(learnt(mu, token), 9);
			return token.memory!.mirostatTau!;
		}, 8);
		const {memory} = whole.tokens[2];
		const prompt = [...PROMPT, ...whole.ids.slice(0, 3), 7];
		const [branch] = (await continued(model, asked, {memory}, prompt)).continuations;
		expect(branch.tokens[0].memory!.mirostatTau).toBeCloseTo(learnt(memory!.mirostatTau!, branch.tokens[0]), 9);
		expect(memory!.mirostatTau).not.toBe(8);
	});

	it('learns nothing from a class that it would not have drawn', () => {
		expect(stage.accept!(-Infinity, 1.5)).toBe(1.5);
		expect(stage.accept!(-Infinity, undefined)).toBe(2);
	});

	it('gives the text of sampling in speculative decoding too, with drafts from the text', async () => {
		const model = syntheticModel({seed: 9, vocabSize: 6, eosTokenId: 99});
		const asked = {doSample: true, maxNewTokens: 30, mirostatTau: 1.5, seed: 11};
		const [sampled] = (await continued(model, asked)).continuations;
		const [drafted] = (await continued(model, {...asked, promptLookupNumTokens: 4})).continuations;
		expect(drafted.ids).toEqual(sampled.ids);
	});
});
