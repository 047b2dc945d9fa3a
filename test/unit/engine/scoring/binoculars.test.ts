import {expect, test} from 'vitest';
import {entropy, logSoftmax, logSumExp} from '../../../../src/engine/math.ts';
import type {CausalLM} from '../../../../src/engine/model/causal-lm.ts';
import {crossed, crossSums} from '../../../../src/engine/scoring/binoculars.ts';
import {syntheticModel} from '../../../helpers/synthetic-model.ts';

const shape = {vocabSize: 40, contextLength: 64};
const ids = Array.from({length: 37}, (_, i) => (i * 7) % 39);

/** The paper's sums, token by token, from whole distributions. */
async function byDefinition(first: CausalLM, second: CausalLM) {
	const sums = {tokens: 0, logProb: 0, crossEntropy: 0};
	for (const [i, id] of ids.entries()) {
		const text = [0, ...ids.slice(0, i)];
		const [own, other] = [(await first.prefill(text)).logits, (await second.prefill(text)).logits];
		const logs = logSoftmax(other);
		sums.tokens++;
		sums.logProb += own[id] - logSumExp(own);
		for (const [c, logit] of own.entries()) sums.crossEntropy -= Math.exp(logit - logSumExp(own)) * logs[c];
	}
	return sums;
}

test('log-perplexity and cross-entropy are those of the paper, in chunks as at once', async () => {
	const [first, second] = [syntheticModel(shape), syntheticModel({...shape, seed: 7})];
	const sums = await crossSums(first, second, [0], ids);
	const expected = await byDefinition(first, second);
	expect(sums.tokens).toBe(37);
	expect(sums.logProb).toBeCloseTo(expected.logProb, 4);
	expect(sums.crossEntropy).toBeCloseTo(expected.crossEntropy, 4);
	// It depends on which one comes first.
	expect((await crossSums(second, first, [0], ids)).crossEntropy).not.toBeCloseTo(expected.crossEntropy, 2);
});

test('a model’s cross-entropy with itself is its entropy, and with any other more', () => {
	const own = Float32Array.of(1, 3, -2, 0.5);
	expect(crossed(own, own).entropy).toBeCloseTo(entropy(own), 6);
	expect(crossed(own, own).total).toBeCloseTo(logSumExp(own), 12);
	expect(crossed(own, Float32Array.of(1, 1, 1, 1)).entropy).toBeCloseTo(Math.log(4), 6);
	expect(crossed(own, Float32Array.of(3, 1, 0, 0)).entropy).toBeGreaterThan(entropy(own));
});
