import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {Inspector} from '../../../../src/engine/inspect/inspector.ts';
import {logSoftmax, rankOf, topClasses} from '../../../../src/engine/math/math.ts';
import {CHUNK} from '../../../../src/engine/model/chunks.ts';
import type {KernelModel} from '../../../../src/engine/model/kernel-model.ts';
import type {Precision} from '../../../../src/engine/model/precision.ts';
import type {OpenKernelModel} from '../../../../src/engine/open-model.ts';
import {bundledWeights, openBundledModel} from '../../../helpers/bundled-model.ts';
import {type ReferenceGpt2, referenceGpt2} from '../../../helpers/reference-gpt2.ts';

const TEXT = `Once upon a time there lived a woodcutter at the edge of a great forest. The President of the United States spoke
to the people of the country about the price of bread, and 3.14 is not quite pi. "Who are you?" said the Caterpillar. Élan, 😀! Down the rabbit-hole.`;

const largestDifference = (a: ArrayLike<number>, b: ArrayLike<number>) => {
	expect(a.length).toBe(b.length);
	let largest = 0;
	for (let i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs(a[i] - b[i]));
	return largest;
};
const flat = (rows: readonly Float32Array[]) => rows.flatMap(row => [...row]);

describe('against the float32 reference', () => {
	let model: OpenKernelModel;
	let inspector: Inspector;
	let ids: number[];
	let reference: ReferenceGpt2;
	beforeAll(async () => {
		model = await openBundledModel({dtype: 'fp32'});
		inspector = new Inspector(model.lm);
		reference = referenceGpt2(inspector.config, bundledWeights());
		ids = model.tokenizer.encode(TEXT);
	});
	afterAll(() => model.lm.dispose());

	test('the residual stream is the same before the first block and after every one', async () => {
		expect(ids.length).toBeGreaterThan(CHUNK);
		const rows = [ids.length - 1, 0, CHUNK - 1, CHUNK];
		const {residuals, hidden} = await inspector.inspect(ids, {residuals: rows});
		const expected = reference.residuals(ids);
		expect(expected).toHaveLength(inspector.config.layers + 1);
		expect(largestDifference(residuals, flat(expected.flatMap(block => rows.map(row => block[row]))))).toBeLessThan(
			1e-3,
		);
		const expectedHidden = reference.hidden(ids);
		expect(largestDifference(hidden, flat(rows.map(row => expectedHidden[row])))).toBeLessThan(1e-3);
	});

	test('attention of several blocks is that of each', async () => {
		const both = await inspector.inspect(ids, {attentionOf: [4, 1]});
		for (const [i, block] of [4, 1].entries())
			expect(both.attention[i]).toEqual((await inspector.inspect(ids, {attentionOf: [block]})).attention[0]);
	});

	test('attention is the same in every head, sums to 1, and never looks ahead', async () => {
		const {heads: H, layers} = inspector.config;
		const s = ids.length;
		for (const block of [0, layers - 1]) {
			const {attention} = await inspector.inspect(ids, {attentionOf: [block]});
			const [grid] = attention;
			expect(largestDifference(grid, flat(reference.attention(ids, block).flat()))).toBeLessThan(1e-4);
			for (let row = 0; row < H * s; row++) {
				const weights = grid.subarray(row * s, (row + 1) * s);
				expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 5);
				expect(weights.subarray((row % s) + 1).every(weight => weight === 0)).toBe(true);
			}
		}
	});
});

describe.each<Precision>(['int8', 'fp32'])('the logit lens in %s', dtype => {
	let inspector: Inspector;
	let model: OpenKernelModel;
	let ids: number[];
	beforeAll(async () => {
		model = await openBundledModel({dtype});
		inspector = new Inspector(model.lm);
		ids = model.tokenizer.encode(TEXT);
	});
	afterAll(() => model.lm.dispose());

	test('of the last block is the model’s answer', async () => {
		const rows = [3, CHUNK + 1, ids.length - 1];
		const target = 262;
		const {lens} = await inspector.inspect(ids, {residuals: rows, targets: rows.map(() => target)});
		for (const [i, row] of rows.entries()) {
			const {logits} = await model.lm.prefill(ids.slice(0, row + 1));
			const logProbs = logSoftmax(logits);
			const at = inspector.config.layers * rows.length + i;
			const best = [...topClasses(logits, lens.k)];
			expect([...lens.topIds.subarray(at * lens.k, (at + 1) * lens.k)]).toEqual(best);
			for (const [place, id] of best.entries())
				expect(lens.topLogProbs[at * lens.k + place]).toBeCloseTo(logProbs[id], 3);
			expect(lens.rank[at]).toBe(rankOf(logits, target));
			expect(lens.logProb[at]).toBeCloseTo(logProbs[target], 3);
		}
	});

	test('of every block is the final layer norm and the head on its residual stream', async () => {
		const {lens, residuals} = await inspector.inspect(ids, {residuals: [5]});
		const {hiddenSize: D, layers, layerNormEpsilon, vocabSize: V} = inspector.config;
		const weights = bundledWeights();
		const [scale, shift, wte] = ['ln_f.weight', 'ln_f.bias', 'wte.weight'].map(name => weights.read(name));
		for (let block = 0; block <= layers; block++) {
			const x = residuals.subarray(block * D, (block + 1) * D);
			const mean = x.reduce((sum, value) => sum + value, 0) / D;
			const deviation = Math.sqrt(x.reduce((sum, value) => sum + (value - mean) ** 2, 0) / D + layerNormEpsilon);
			const hidden = x.map((value, i) => ((value - mean) / deviation) * scale[i] + shift[i]);
			const logits = Float32Array.from({length: V}, (_, id) =>
				hidden.reduce((sum, value, i) => sum + value * wte[id * D + i], 0),
			);
			const best = lens.topIds[block * lens.k];
			// int8 rounds the head's weights.
			const digits = dtype === 'fp32' ? 3 : 0;
			expect(lens.topLogProbs[block * lens.k]).toBeCloseTo(logSoftmax(logits)[best], digits);
			if (dtype === 'fp32') expect(best).toBe(topClasses(logits, 1)[0]);
		}
	});
});

describe('a request', () => {
	let lm: KernelModel;
	let inspector: Inspector;
	beforeAll(async () => {
		({lm} = await openBundledModel());
		inspector = new Inspector(lm);
	});
	afterAll(() => lm.dispose());

	test('may be progress alone, and can be cancelled', async () => {
		const ids = Array.from({length: 2 * CHUNK + 5}, (_, i) => i);
		const seen: number[] = [];
		const nothing = await inspector.inspect(ids, {onProgress: done => seen.push(done)});
		expect(seen).toEqual([0, CHUNK, 2 * CHUNK, ids.length]);
		expect(nothing.residuals).toHaveLength(0);
		expect(nothing.attention).toEqual([]);
		const controller = new AbortController();
		const cancelled = inspector.inspect(ids, {signal: controller.signal, onProgress: () => controller.abort()});
		await expect(cancelled).rejects.toThrow(/abort/i);
	});

	test.each([
		[[], {}, /at least one token/],
		[Array(1025).fill(1), {}, /1025 tokens do not fit.*1024/],
		[[1, 2], {residuals: [2]}, /no position 3; the text has the positions 1 to 2/],
		[[1, 2], {residuals: [0, 1], targets: [3]}, /2 positions need as many targets, but there are 1/],
		[[1, 2], {residuals: [0], targets: [50_257]}, /no class with the id 50257/],
		[[1, 2], {attentionOf: [6]}, /no block 6; the model has the blocks 0 to 5/],
	])('is refused where it is not there: %j %j', async (ids, options, message) => {
		await expect(inspector.inspect(ids, options)).rejects.toThrow(message);
	});
});
