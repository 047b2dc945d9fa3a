import {readdirSync, readFileSync} from 'node:fs';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {Inspector} from '../../../../src/engine/inspect/inspector.ts';
import {logSoftmax, topClasses} from '../../../../src/engine/math/math.ts';
import type {KernelModel} from '../../../../src/engine/model/kernel-model.ts';
import {collect} from '../../../helpers/collect.ts';
import {openWithoutTokens} from '../../../helpers/open-model.ts';

/** Toys of every family with Hugging Face's numbers (test/goldens/families/README.md). */

const ROOT = new URL('../../../goldens/families/', import.meta.url);
const TOYS = readdirSync(ROOT, {withFileTypes: true})
	.filter(entry => entry.isDirectory())
	.map(({name}) => name);

const json = (path: string) => JSON.parse(readFileSync(new URL(path, ROOT), 'utf8'));
const filesOf = (toy: string, pattern: RegExp) => readdirSync(new URL(toy, ROOT)).filter(name => pattern.test(name));
const weightsOf = (toy: string) =>
	filesOf(toy, /\.safetensors$/).map(name => new Uint8Array(readFileSync(new URL(`${toy}/${name}`, ROOT))));

interface Golden {
	ids: number[];
	nextLogprobs: number[];
	lastLogits: number[];
	finalNormLast: number[];
	residualNorms: number[];
	residualLast?: number[][];
	attention?: {layer: number; head: number; rows: number[][]};
	attentionLastRow?: {layer: number; head: number; row: number[]}[];
	greedy: {ids: number[]; logprobs: number[]};
}

/** GELU for its approximation, or another epsilon, makes a difference of 1e-3. */
const TOLERANCE = 5e-4;

const largestDifference = (a: ArrayLike<number>, b: ArrayLike<number>) => {
	expect(a.length).toBe(b.length);
	let largest = 0;
	for (let i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs(a[i] - b[i]));
	return largest;
};

describe.each(TOYS)('%s', toy => {
	let lm: KernelModel;
	let prompts: Golden[];
	beforeAll(async () => {
		prompts = json(`${toy}/goldens.json`).prompts;
		lm = await openWithoutTokens(json(`${toy}/config.json`), ...weightsOf(toy));
	});
	afterAll(() => lm.dispose());

	test('logits, hidden states and log-probabilities are those of Hugging Face', async () => {
		for (const {ids, lastLogits, finalNormLast, nextLogprobs} of prompts) {
			const {logits, hidden} = await lm.prefill(ids, {hidden: true});
			expect(largestDifference(logits, lastLogits)).toBeLessThan(TOLERANCE);
			const D = lm.config.hiddenSize;
			expect(largestDifference(hidden!.subarray((ids.length - 1) * D), finalNormLast)).toBeLessThan(TOLERANCE);
			const scores = await collect(lm.scoreWindow(ids, 0));
			const logProbs = scores.flatMap(({logProb}) => [...logProb]);
			expect(largestDifference(logProbs, nextLogprobs)).toBeLessThan(TOLERANCE);
		}
	});

	test('the greedy continuation is that of Hugging Face', async () => {
		for (const {ids, greedy} of prompts) {
			const prefix = await lm.prefill(ids);
			let logits: Float32Array = prefix.logits;
			let step = null;
			for (const [i, id] of greedy.ids.entries()) {
				expect(topClasses(logits, 1)[0]).toBe(id);
				expect(Math.abs(logSoftmax(logits)[id] - greedy.logprobs[i])).toBeLessThan(TOLERANCE);
				if (i === greedy.ids.length - 1) break;
				step = await lm.extend(prefix, step?.branches ?? null, [[id]]);
				logits = step.logits;
			}
		}
	});

	test('residual streams and attention are those of Hugging Face', async () => {
		const inspector = new Inspector(lm);
		const {hiddenSize: D} = lm.config;
		for (const golden of prompts) {
			const {ids} = golden;
			const n = ids.length;
			const {residuals} = await inspector.inspect(ids, {residuals: [n - 1]});
			const streams = golden.residualNorms.map((_, block) => residuals.subarray(block * D, (block + 1) * D));
			const norms = streams.map(stream => Math.hypot(...stream));
			expect(largestDifference(norms, golden.residualNorms)).toBeLessThan(TOLERANCE);
			if (golden.residualLast) expect(largestDifference(residuals, golden.residualLast.flat())).toBeLessThan(TOLERANCE);
			const looked = [
				...(golden.attention?.rows ?? []).map((row, position) => ({...golden.attention!, row, position})),
				...(golden.attentionLastRow ?? []).map(last => ({...last, position: n - 1})),
			];
			for (const {layer, head, row, position} of looked) {
				const {attention} = await inspector.inspect(ids, {attentionOf: [layer]});
				const at = (head * n + position) * n;
				expect(largestDifference(attention[0].subarray(at, at + n), row)).toBeLessThan(TOLERANCE);
			}
		}
	});

	test('every spelling of the config gives the same bits', async () => {
		for (const name of filesOf(toy, /^config\..+\.json$/)) {
			const other = await openWithoutTokens(json(`${toy}/${name}`), ...weightsOf(toy));
			try {
				const {ids} = prompts.at(-1)!;
				expect((await other.prefill(ids)).logits).toEqual((await lm.prefill(ids)).logits);
			} finally {
				await other.dispose();
			}
		}
	});

	test('a prompt, its parts, branches beside each other and tokens one by one give the same bits', async () => {
		const {ids} = prompts[4];
		const {logits} = await lm.prefill(ids);
		for (const cut of [1, 63, ids.length - 1]) {
			lm.forget();
			const prefix = await lm.prefill(ids.slice(0, cut));
			const rest = ids.slice(cut);
			const others = rest.map(id => (id + 7) % lm.config.vocabSize);
			const {logits: branches} = await lm.extend(prefix, null, [others, rest]);
			expect(branches.subarray(lm.config.vocabSize)).toEqual(logits);
		}

		lm.forget();
		const first = await lm.prefill(ids.slice(0, 1));
		let step = null;
		for (const id of ids.slice(1)) step = await lm.extend(first, step?.branches ?? null, [[id]]);
		expect(step!.logits).toEqual(logits);
	});
});
