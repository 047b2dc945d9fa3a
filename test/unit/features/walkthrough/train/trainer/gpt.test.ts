import {readFileSync} from 'node:fs';
import {describe, expect, test} from 'vitest';
import {ADAM, adamStep} from '../../../../../../src/features/walkthrough/train/trainer/adam.ts';
import {exp, log, tanh} from '../../../../../../src/features/walkthrough/train/trainer/exact-math.ts';
import {
	Gpt,
	parametersOf,
	type Shape,
	tensorsOf,
} from '../../../../../../src/features/walkthrough/train/trainer/gpt.ts';

/** The model that is trained, against PyTorch's autograd (test/goldens/workbench/make.py) and against differences. */

interface Golden {
	shape: Shape;
	pieces: number;
	learningRate: number;
	ids: number[];
	targets: number[];
	weights: number[];
	gradients: number[];
	losses: number[];
	after: number[];
}
const golden: Golden = JSON.parse(readFileSync('test/goldens/workbench/goldens.json', 'utf8'));
const ids = Int32Array.from(golden.ids);
const targets = Int32Array.from(golden.targets);

const largest = (a: Float32Array, b: readonly number[]) =>
	a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i])), 0);

describe('functions made of exact operations', () => {
	test.each([
		['exp', exp, Math.exp, [-699, -88.7, -1, -1e-9, 0, 1e-9, 0.3465, 1, 2.5, 88.7, 699]],
		['log', log, Math.log, [1e-300, 1e-9, 0.5, 0.7, 1, 1.4, 2, 10, 1e300]],
		['tanh', tanh, Math.tanh, [-30, -3, -0.5, 0, 0.5, 3, 30]],
	])('%s agrees with the browser’s', (_name, ours, theirs, values) => {
		for (const x of values)
			expect(Math.abs(ours(x) - theirs(x))).toBeLessThanOrEqual(Math.abs(theirs(x)) * 1e-14 + 1e-15);
	});

	test('end where numbers do', () => {
		expect([exp(-Infinity), exp(-1000), exp(1000), exp(Number.NaN)]).toEqual([0, 0, Infinity, Number.NaN]);
	});
});

test('loss, gradients and three steps of Adam are PyTorch’s', () => {
	const weights = Float32Array.from(golden.weights);
	const gpt = new Gpt(golden.shape, weights, golden.pieces);
	const gradients = new Float32Array(weights.length);
	const moments = {mean: new Float32Array(weights.length), square: new Float32Array(weights.length)};
	const losses: number[] = [];
	for (let step = 1; step <= 4; step++) {
		gpt.forward(ids, golden.pieces);
		losses.push(gpt.loss(targets));
		if (step === 4) break;
		gpt.backward(gradients);
		if (step === 1) expect(largest(gradients, golden.gradients)).toBeLessThan(2e-6);
		adamStep(weights, gradients, moments, step, {...ADAM, learningRate: golden.learningRate});
	}
	losses.forEach((loss, i) => {
		expect(loss).toBeCloseTo(golden.losses[i], 5);
	});
	// A key's bias adds the same to all scores of a query, which softmax takes away again: its gradient is rounding alone, and
	// Adam, which divides by a gradient's size, would make steps of it.
	const width = golden.shape.width;
	for (const {name, at} of tensorsOf(golden.shape))
		if (name.endsWith('c_attn.bias')) weights.set(golden.after.slice(at + width, at + 2 * width), at + width);
	expect(largest(weights, golden.after)).toBeLessThan(2e-5);
});

test('every gradient is the slope of the loss', () => {
	const weights = Float32Array.from(golden.weights);
	const gpt = new Gpt(golden.shape, weights, golden.pieces);
	const lossAt = (i: number, value: number) => {
		const before = weights[i];
		weights[i] = value;
		const moved = weights[i];
		gpt.forward(ids, golden.pieces);
		const loss = gpt.loss(targets);
		weights[i] = before;
		return {loss, moved};
	};
	const gradients = new Float32Array(weights.length);
	gpt.forward(ids, golden.pieces);
	gpt.loss(targets);
	gpt.backward(gradients);
	for (const {name, at} of tensorsOf(golden.shape))
		for (const i of [at, at + 5]) {
			const up = lossAt(i, weights[i] + 0.02);
			const down = lossAt(i, weights[i] - 0.02);
			const slope = (up.loss - down.loss) / (up.moved - down.moved);
			expect(Math.abs(slope - gradients[i]), name).toBeLessThan(0.002 + 0.02 * Math.abs(slope));
		}
});

test('a position’s loss does not depend on what comes after it', () => {
	const gpt = new Gpt(golden.shape, Float32Array.from(golden.weights), golden.pieces);
	const losses = new Float32Array(targets.length);
	gpt.forward(ids, golden.pieces);
	gpt.loss(targets, losses);
	const T = golden.shape.contextLength;
	const first = new Float32Array(3);
	gpt.forward(ids.slice(T, T + 3), 1);
	gpt.loss(targets.slice(T, T + 3), first);
	expect([...first]).toEqual([...losses.slice(T, T + 3)]);
});

test('the tensors fill the weights without a gap, under the names of a GPT-2 checkpoint', () => {
	const tensors = tensorsOf(golden.shape);
	expect(tensors.map(({name}) => name).slice(0, 4)).toEqual([
		'wte.weight',
		'wpe.weight',
		'h.0.ln_1.weight',
		'h.0.ln_1.bias',
	]);
	expect(parametersOf(golden.shape)).toBe(golden.weights.length);
});
