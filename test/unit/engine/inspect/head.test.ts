import fc from 'fast-check';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {addBiasGradient, biasAfterStep, crossEntropy, withBias} from '../../../../src/engine/inspect/bias-step.ts';
import {contributions} from '../../../../src/engine/inspect/contributions.ts';
import {logSoftmax, topClasses} from '../../../../src/engine/math/math.ts';
import type {Precision} from '../../../../src/engine/model/precision.ts';
import type {OpenModel} from '../../../../src/engine/open-model.ts';
import {openBundledModel} from '../../../helpers/bundled-model.ts';

describe.each<Precision>(['int8', 'fp32'])('the head in %s', dtype => {
	let model: OpenModel;
	beforeAll(async () => {
		model = await openBundledModel({dtype});
	});
	afterAll(() => model.lm.dispose());

	test('the contributions of the dimensions add up to the logit', async () => {
		const {lm, tokenizer} = model;
		const D = lm.config.hiddenSize;
		for (const text of ['The old man opened the door and saw his', 'Paris', '2 + 2 =', 'x'.repeat(300)]) {
			const {logits, hidden} = await lm.prefill(tokenizer.encode(text), {hidden: true});
			const vector = hidden!.slice(-D);
			const ids = [...topClasses(logits, 20), 0, 220, 50256];
			const rows = await lm.headRows(ids);
			for (const [i, id] of ids.entries()) {
				const parts = contributions(vector, rows.subarray(i * D, (i + 1) * D));
				const sum = parts.reduce((total, part) => total + part, 0);
				expect(Math.abs(sum - logits[id]), `${text}: ${id}`).toBeLessThan(1e-3);
			}
		}
	});
});

describe('a step of training on the bias', () => {
	const V = 7;
	const arbitraryBatch = fc.array(
		fc.record({
			logits: fc
				.array(fc.float({min: -8, max: 8, noNaN: true}), {minLength: V, maxLength: V})
				.map(values => Float32Array.from(values)),
			target: fc.nat(V - 1),
		}),
		{minLength: 1, maxLength: 5},
	);
	type Batch = {logits: Float32Array; target: number}[];
	const meanLoss = (batch: Batch, bias: Float64Array) =>
		batch.reduce((sum, {logits, target}) => sum + crossEntropy(logits, target, bias), 0) / batch.length;
	const gradientOf = (batch: Batch, bias: Float64Array | null = null) => {
		const gradient = new Float64Array(V);
		for (const {logits, target} of batch) addBiasGradient(gradient, logits, target, 1 / batch.length, bias);
		return gradient;
	};

	test('has the gradient that finite differences have, at zero and elsewhere', () => {
		fc.assert(
			fc.property(arbitraryBatch, fc.boolean(), (batch, atZero) => {
				const bias = Float64Array.from({length: V}, (_, i) => (atZero ? 0 : Math.sin(i)));
				const gradient = gradientOf(batch, bias);
				const step = 1e-5;
				for (let id = 0; id < V; id++) {
					const [up, down] = [bias.slice(), bias.slice()];
					up[id] += step;
					down[id] -= step;
					const slope = (meanLoss(batch, up) - meanLoss(batch, down)) / (2 * step);
					expect(gradient[id]).toBeCloseTo(slope, 6);
				}
			}),
		);
	});

	test('sums to zero: the gain of one class is the loss of the others', () => {
		fc.assert(
			fc.property(arbitraryBatch, batch => {
				expect(gradientOf(batch).reduce((sum, slope) => sum + slope, 0)).toBeCloseTo(0, 9);
			}),
		);
	});

	test('lowers the mean loss when it is small, by about as much as the gradient predicts', () => {
		fc.assert(
			fc.property(arbitraryBatch, batch => {
				const gradient = gradientOf(batch);
				const rate = 1e-3;
				const change = meanLoss(batch, biasAfterStep(gradient, rate)) - meanLoss(batch, new Float64Array(V));
				const predicted = -rate * gradient.reduce((sum, slope) => sum + slope * slope, 0);
				expect(change).toBeCloseTo(predicted, 5);
			}),
		);
	});

	test('the loss is minus the log-probability of the target', () => {
		const logits = Float32Array.of(0, 1, -2, 3, 0.5, 0, 0);
		for (let id = 0; id < V; id++) expect(crossEntropy(logits, id)).toBeCloseTo(-logSoftmax(logits)[id], 6);
		const bias = Float64Array.of(1, 0, 0, -2, 0, 0, 0);
		expect(crossEntropy(logits, 3, bias)).toBeCloseTo(-logSoftmax(withBias(logits, bias))[3], 6);
	});

	test('the loss is a number whatever the size of the bias: a large step overflows nothing', () => {
		const logits = Float32Array.of(0, 0, 0);
		const bias = Float64Array.of(1000, 0, -1000);
		expect([0, 1, 2].map(id => crossEntropy(logits, id, bias))).toEqual([0, 1000, 2000]);
	});
});
