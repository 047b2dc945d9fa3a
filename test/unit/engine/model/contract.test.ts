import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {logSumExp, massOf, rankOf, topClasses} from '../../../../src/engine/math/math.ts';
import type {CausalLM} from '../../../../src/engine/model/causal-lm.ts';
import type {OpenModel} from '../../../../src/engine/open-model.ts';
import {openOnnxModel} from '../../../../src/engine/open-onnx-model.ts';
import {openBundledModel} from '../../../helpers/bundled-model.ts';
import {collect} from '../../../helpers/collect.ts';
import {stockFiles} from '../../../helpers/stock-files.ts';
import {continued} from '../generation/helpers.ts';

/**
 * What every engine promises, on the same float32 weights: our kernels, and a stock export as the Hub has it; and our kernels on int8.
 * How far two ways to the same number may differ: on our kernels, by not a bit.
 */
const ENGINES: [string, () => Promise<OpenModel>, number][] = [
	['our kernels', () => openBundledModel({dtype: 'fp32'}), 0],
	['an ONNX export', () => openOnnxModel(stockFiles(), {threads: 1}), 1e-3],
	['our kernels on int8 weights', () => openBundledModel(), 0],
];

const TEXT =
	'Once upon a time there lived a woodcutter at the edge of a great forest, and the President spoke of bread. ';

const largestDifference = (a: ArrayLike<number>, b: ArrayLike<number>) => {
	expect(a.length).toBe(b.length);
	let largest = 0;
	for (let i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs(a[i] - b[i]));
	return largest;
};

describe.each(ENGINES)('%s', (_name, open, tolerance) => {
	function expectSame(a: Float32Array, b: Float32Array) {
		if (tolerance > 0) expect(largestDifference(a, b)).toBeLessThan(tolerance);
		// Not `toEqual`, which takes seconds for so many numbers.
		else expect([b.length, a.findIndex((value, i) => !Object.is(value, b[i]))]).toEqual([a.length, -1]);
	}

	let lm: CausalLM;
	let V: number;
	/** More than two chunks of a prompt. */
	let ids: number[];
	beforeAll(async () => {
		const model = await open();
		lm = model.lm;
		V = lm.config.vocabSize;
		ids = model.tokenizer.encode(TEXT.repeat(6));
		expect(ids.length).toBeGreaterThan(128);
	});
	afterAll(() => lm.dispose());

	test('a prompt gives the same bits after any other prompt', async () => {
		for (const length of [5, 64, 65, 100]) await lm.prefill(ids.slice(0, length));
		const grown = await lm.prefill(ids);
		expect(grown.ids).toEqual(ids);
		const another = await open();
		const computed: number[] = [];
		const fresh = await another.lm.prefill(ids, {onProgress: done => computed.push(done)});
		await another.lm.dispose();
		expect(computed[0]).toBe(0);
		expect(grown.logits.every((logit, id) => Object.is(logit, fresh.logits[id]))).toBe(true);
	});

	test('tokens appended one by one, together or read as a prompt give the same logits', async () => {
		const whole = await lm.prefill(ids);
		const prefix = await lm.prefill(ids.slice(0, -3));
		const together = await lm.extend(prefix, null, [ids.slice(-3)], {rows: 'all'});
		expect(together).toMatchObject({rows: 3, branches: {size: 1, length: 3}, hidden: null});
		expectSame(together.logits.subarray(2 * V), whole.logits);
		const one = await lm.extend(prefix, null, [ids.slice(-3, -2)]);
		expectSame(one.logits, together.logits.subarray(0, V));
		const rest = await lm.extend(prefix, one.branches, [ids.slice(-2)]);
		expect(rest).toMatchObject({rows: 1, branches: {length: 3}});
		expectSame(rest.logits, whole.logits);
	});

	test('branches do not touch each other; rows can be taken again and in another order', async () => {
		const prefix = await lm.prefill(ids.slice(0, 20));
		const two = await lm.extend(prefix, null, [[640], [1110]]);
		const alone = await lm.extend(prefix, null, [[1110]]);
		expectSame(two.logits.subarray(V), alone.logits);
		const chosen = lm.select(two.branches, [1, 1, 0]);
		expect(chosen).toMatchObject({size: 3, length: 1});
		const reordered = await lm.extend(prefix, chosen, [[11], [13], [11]]);
		const straight = await lm.extend(prefix, two.branches, [[11], [11]]);
		expectSame(reordered.logits.subarray(0, V), straight.logits.subarray(V));
		expectSame(reordered.logits.subarray(2 * V), straight.logits.subarray(0, V));
	});

	test('tokens can be taken back, to the prompt itself', async () => {
		const prefix = await lm.prefill(ids.slice(0, 20));
		const long = await lm.extend(prefix, null, [
			[5, 6, 7],
			[8, 9, 10],
		]);
		for (const length of [1, 0]) {
			const back = lm.truncate(long.branches, length);
			expect(back).toMatchObject({size: 2, length});
			const again = await lm.extend(prefix, back, [
				[6, 7, 7].slice(length === 1 ? 0 : 2),
				[9, 10, 9].slice(length === 1 ? 0 : 2),
			]);
			const texts =
				length === 1
					? [
							[5, 6, 7, 7],
							[8, 9, 10, 9],
						]
					: [[7], [9]];
			for (const [b, text] of texts.entries()) {
				const {logits} = await lm.prefill([...ids.slice(0, 20), ...text]);
				expectSame(again.logits.subarray(b * V, (b + 1) * V), logits);
			}
		}
	});

	test('a window tells the probability of some classes at every position, and after the last one where it is asked', async () => {
		const mask = Float32Array.from({length: V}, (_, id) => Number(id % 3 === 0));
		const parts = await collect(lm.scoreWindow(ids, 60, {mask, beyond: true}));
		const masses = parts.flatMap(part => [...part.mass!]);
		expect(masses).toHaveLength(ids.length - 60);
		for (const at of [61, 64, 100, ids.length]) {
			const {logits} = await lm.prefill(ids.slice(0, at));
			expect(masses[at - 61]).toBeCloseTo(massOf(logits, mask), 4);
		}
		// What is asked besides changes nothing of the others.
		const plain = await collect(lm.scoreWindow(ids, 60));
		const joined = (all: typeof plain) => all.flatMap(part => [...part.logProb]);
		expect(joined(parts).slice(0, -1)).toEqual(joined(plain));
		expect(plain[0].mass).toBeNull();
	});

	test('a window is scored in order, each position as the prompt before it says', async () => {
		const parts = await collect(lm.scoreWindow(ids, 60));
		const joined = parts.flatMap(part => [...part.logProb]);
		expect(joined).toHaveLength(ids.length - 61);
		let at = 61;
		for (const part of parts) {
			for (const i of part.rank.keys()) {
				if ([0, 3, 40].includes(i)) {
					const {logits} = await lm.prefill(ids.slice(0, at + i));
					const total = logSumExp(logits);
					const target = ids[at + i];
					expect(part.rank[i]).toBe(rankOf(logits, target));
					expect(part.logProb[i]).toBeCloseTo(logits[target] - total, 3);
					expect(part.logSumExp[i]).toBeCloseTo(total, 3);
					const probabilities = logits.map(logit => Math.exp(logit - total));
					const entropy = -probabilities.reduce((sum, p, id) => sum + (p > 0 ? p * (logits[id] - total) : 0), 0);
					expect(part.entropy[i]).toBeCloseTo(entropy, 3);
					const best = [...topClasses(logits, part.k)];
					expect([...part.topIds.subarray(i * part.k, (i + 1) * part.k)]).toEqual(best);
					expect(part.topLogProbs[i * part.k]).toBeCloseTo(logits[best[0]] - total, 3);
				}
			}

			at += part.rank.length;
		}

		expect(await collect(lm.scoreWindow(ids, ids.length - 1))).toEqual([]);
	});

	test('a position is scored with the same numbers alone and in a window', async () => {
		const parts = await collect(lm.scoreWindow(ids, 0));
		const joined = (name: 'logProb' | 'logSumExp' | 'entropy' | 'topLogProbs') =>
			Float32Array.from(parts.flatMap(part => [...part[name]]));
		const k = parts[0].k;
		for (const t of [0, 30, 64, 100]) {
			const [alone] = await collect(lm.scoreWindow(ids.slice(0, t + 2), t));
			expect(alone.rank).toHaveLength(1);
			for (const name of ['logProb', 'logSumExp', 'entropy'] as const)
				expectSame(alone[name], joined(name).subarray(t, t + 1));
			expectSame(alone.topLogProbs, joined('topLogProbs').subarray(t * k, (t + 1) * k));
		}
	});

	test('hidden states and the head’s rows are given, or refused with a code', async () => {
		const refusal = {name: 'EngineError', code: 'not-supported'};
		const prefix = await lm.prefill(ids.slice(0, 4));
		if (lm.abilities.hiddenStates) {
			const {hidden} = await lm.prefill(ids.slice(0, 4), {hidden: true});
			expect(hidden).toHaveLength(4 * lm.config.hiddenSize);
			const appended = await lm.extend(await lm.prefill(ids.slice(0, 1)), null, [ids.slice(1, 4)], {
				rows: 'all',
				hidden: true,
			});
			expectSame(appended.hidden!, hidden!.subarray(lm.config.hiddenSize));
			expect(await lm.headRows([1, 2])).toHaveLength(2 * lm.config.hiddenSize);
		} else {
			await expect(lm.prefill(ids.slice(0, 4), {hidden: true})).rejects.toMatchObject(refusal);
			await expect(lm.extend(prefix, null, [[1]], {hidden: true})).rejects.toMatchObject(refusal);
			await expect(lm.headRows([1])).rejects.toMatchObject(refusal);
		}
	});

	test('progress is told chunk by chunk, and a cancelled prompt stops between chunks', async () => {
		const seen: number[] = [];
		await lm.prefill([7, ...ids], {onProgress: done => seen.push(done)});
		expect(seen[0]).toBe(0);
		expect(seen.at(-1)).toBe(ids.length + 1);
		expect(seen.length).toBeGreaterThan(3);
		const controller = new AbortController();
		let last = 0;
		const cancelled = lm.prefill([8, ...ids], {
			signal: controller.signal,
			onProgress(done) {
				last = done;
				if (done === 64) controller.abort();
			},
		});
		await expect(cancelled).rejects.toThrow(/abort/i);
		expect(last).toBe(64);
	});

	test('the context is the limit, and a prompt has at least one token', async () => {
		const {contextLength} = lm.config;
		const prefix = await lm.prefill(Array.from({length: contextLength}, (_, i) => i % 100));
		await expect(lm.extend(prefix, null, [[1]])).rejects.toMatchObject({code: 'too-long'});
		await expect(lm.prefill(Array(contextLength + 1).fill(1))).rejects.toMatchObject({code: 'too-long'});
		await expect(lm.prefill([])).rejects.toThrow(/at least one token/);
	});
});

describe('both engines agree on the same weights', () => {
	let ours: OpenModel;
	let theirs: OpenModel;
	beforeAll(async () => {
		[ours, theirs] = [await ENGINES[0][1](), await ENGINES[1][1]()];
	});
	afterAll(async () => {
		await ours.lm.dispose();
		await theirs.lm.dispose();
	});

	test('in every logit of a prompt', async () => {
		const ids = ours.tokenizer.encode(TEXT);
		expect(theirs.tokenizer.encode(TEXT)).toEqual(ids);
		const [a, b] = [await ours.lm.prefill(ids), await theirs.lm.prefill(ids)];
		expect(largestDifference(a.logits, b.logits)).toBeLessThan(1e-3);
	});

	test('in the rank and log-probability of every token of a passage', async () => {
		const ids = ours.tokenizer.encode(TEXT.repeat(4));
		const scores = async ({lm}: OpenModel) => {
			const parts = await collect(lm.scoreWindow(ids, 0));
			return {
				rank: parts.flatMap(part => [...part.rank]),
				logProb: parts.flatMap(part => [...part.logProb]),
				entropy: parts.flatMap(part => [...part.entropy]),
			};
		};
		const [a, b] = [await scores(ours), await scores(theirs)];
		expect(b.rank).toEqual(a.rank);
		expect(largestDifference(a.logProb, b.logProb)).toBeLessThan(1e-3);
		expect(largestDifference(a.entropy, b.entropy)).toBeLessThan(1e-3);
	});

	test.each([
		['greedy search', {}],
		['sampling with a seed', {doSample: true, topP: 0.9, temperature: 0.8, seed: 3, numReturnSequences: 3}],
		['beam search', {numBeams: 3, numReturnSequences: 2}],
	])('in the continuations of %s', async (_name, options) => {
		const generated = async ({lm, tokenizer}: OpenModel) => {
			const decode = (ids: readonly number[]) => tokenizer.decode(ids);
			const prompt = tokenizer.encode('The old man opened the door and');
			const {continuations} = await continued(lm, {maxNewTokens: 12, ...options}, {decode}, prompt);
			return continuations.map(({ids}) => ids);
		};
		expect(await generated(theirs)).toEqual(await generated(ours));
	});
});
