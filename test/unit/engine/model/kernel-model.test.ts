import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {EngineError} from '../../../../src/engine/errors/engine-error.ts';
import {logSumExp, rankOf, topClasses} from '../../../../src/engine/math/math.ts';
import {CHUNK} from '../../../../src/engine/model/chunks.ts';
import type {KernelModel} from '../../../../src/engine/model/kernel-model.ts';
import type {OpenKernelModel} from '../../../../src/engine/open-model.ts';
import {bundledWeights, openBundledModel} from '../../../helpers/bundled-model.ts';
import {collect} from '../../../helpers/collect.ts';
import {forgetPrompts} from '../../../helpers/forget-prompts.ts';
import {referenceGpt2} from '../../../helpers/reference-gpt2.ts';

const TEXT = `Once upon a time, there lived a woodcutter at the edge of a great forest. The President of the United States spoke
to the people of the country about the price of bread, and 3.14 is not quite pi. "Who are you?" said the Caterpillar. Élan, 😀! Down the rabbit-hole.`;

let int8: OpenKernelModel;
let fp32: OpenKernelModel;
beforeAll(async () => {
	int8 = await openBundledModel();
	fp32 = await openBundledModel({dtype: 'fp32'});
});
afterAll(async () => {
	await int8.lm.dispose();
	await fp32.lm.dispose();
});

const largestDifference = (a: ArrayLike<number>, b: ArrayLike<number>) => {
	let largest = 0;
	for (let i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs(a[i] - b[i]));
	return largest;
};

/** How many rows every run computes from now on. */
function watchRuns({machine}: KernelModel) {
	const runs: number[] = [];
	const {run} = machine;
	machine.run = job => {
		runs.push(job.rows.length);
		return run.call(machine, job);
	};
	return {
		runs,
		end: () => {
			machine.run = run;
		},
	};
}

test('logits may take the memory of others that hold as many, and are the same', async () => {
	const {lm, tokenizer} = int8;
	const V = lm.config.vocabSize;
	const prefix = await lm.prefill(tokenizer.encode(TEXT).slice(0, 20));
	const first = await lm.extend(prefix, null, [[640], [1110]]);
	const longer = [[640], [1110], [11]];
	const expected = await lm.extend(prefix, null, longer);
	for (const tokens of [longer, longer.slice(0, 2), longer.slice(1, 2)]) {
		const step = await lm.extend(prefix, null, tokens, {into: first.logits});
		expect(step.logits.buffer === first.logits.buffer).toBe(tokens !== longer);
		expect(step.logits).toHaveLength(tokens.length * V);
		for (const [row, token] of tokens.entries()) {
			const at = longer.indexOf(token);
			const same = expected.logits.subarray(at * V, (at + 1) * V);
			expect(largestDifference(step.logits.subarray(row * V, (row + 1) * V), same)).toBe(0);
		}
	}
});

test.each(['int8', 'fp32'] as const)('the log-sum-exp of %s logits is theirs, bit for bit', async dtype => {
	const {lm, tokenizer} = dtype === 'int8' ? int8 : fp32;
	const V = lm.config.vocabSize;
	const prefix = await lm.prefill(tokenizer.encode(TEXT).slice(0, 20));
	expect(prefix.logSumExp).toBe(logSumExp(prefix.logits));
	for (const rows of ['last', 'all'] as const) {
		const {logits, logSumExps} = await lm.extend(
			prefix,
			null,
			[640, 1110, 11].map(id => [id, 13]),
			{rows},
		);
		expect(logSumExps).toHaveLength(logits.length / V);
		logSumExps?.forEach((sum, row) => {
			expect(sum).toBe(logSumExp(logits.subarray(row * V, (row + 1) * V)));
		});
	}
});

describe('against the float32 reference', () => {
	test('every logit of every position is within 1e-4 with float32 weights', async () => {
		const ids = fp32.tokenizer.encode(TEXT);
		expect(ids.length).toBeGreaterThan(CHUNK);
		const expected = referenceGpt2(fp32.lm.config, bundledWeights()).logits(ids);
		const V = fp32.lm.config.vocabSize;

		const prefix = await fp32.lm.prefill(ids);
		expect(largestDifference(prefix.logits, expected.at(-1)!)).toBeLessThan(1e-4);

		const start = await fp32.lm.prefill(ids.slice(0, 1));
		const rest = await fp32.lm.extend(start, null, [ids.slice(1)], {rows: 'all'});
		expect(largestDifference(start.logits, expected[0])).toBeLessThan(1e-4);
		for (let t = 1; t < ids.length; t++) {
			expect(largestDifference(rest.logits.subarray((t - 1) * V, t * V), expected[t])).toBeLessThan(1e-4);
		}
	});

	test('hidden states are those after the final layer norm', async () => {
		const ids = fp32.tokenizer.encode('The cat sat on the mat.');
		const expected = referenceGpt2(fp32.lm.config, bundledWeights()).hidden(ids);
		const {hidden} = await fp32.lm.prefill(ids, {hidden: true});
		expect(
			largestDifference(
				hidden!,
				expected.flatMap(row => [...row]),
			),
		).toBeLessThan(1e-3);
	});

	test('scores of a window agree in rank, log-probability, entropy and top classes', async () => {
		const ids = fp32.tokenizer.encode('The President of the United States lives in Washington.');
		const expected = referenceGpt2(fp32.lm.config, bundledWeights()).logits(ids);
		const [scores] = await collect(fp32.lm.scoreWindow(ids, 0));
		for (let t = 0; t < ids.length - 1; t++) {
			const row = expected[t];
			const logSumExp = Math.log(row.reduce((total, logit) => total + Math.exp(logit), 0));
			const target = row[ids[t + 1]];
			expect(scores.rank[t]).toBe(1 + row.filter(logit => logit > target).length);
			expect(scores.logProb[t]).toBeCloseTo(target - logSumExp, 3);
			expect(scores.logSumExp[t]).toBeCloseTo(logSumExp, 3);
			const entropy = -row.reduce((total, logit) => total + Math.exp(logit - logSumExp) * (logit - logSumExp), 0);
			expect(scores.entropy[t]).toBeCloseTo(entropy, 3);
			const best = [...row.keys()].sort((a, b) => row[b] - row[a] || a - b).slice(0, scores.k);
			expect([...scores.topIds.subarray(t * scores.k, (t + 1) * scores.k)]).toEqual(best);
			expect(scores.topLogProbs[t * scores.k]).toBeCloseTo(row[best[0]] - logSumExp, 3);
		}
	});
});

describe('the same text gives the same bits', () => {
	test('after any other prompt, of which the beginning is used, to the first token that differs', async () => {
		const ids = int8.tokenizer.encode(TEXT.repeat(3));
		expect(ids.length).toBeGreaterThan(3 * CHUNK);
		await forgetPrompts(int8.lm);
		const fresh = await int8.lm.prefill(ids);
		await forgetPrompts(int8.lm);
		for (const length of [5, CHUNK, CHUNK + 1, 2 * CHUNK + 30]) await int8.lm.prefill(ids.slice(0, length));
		await int8.lm.prefill([...ids.slice(0, 2 * CHUNK + 40), 5]);
		const computed: number[] = [];
		const grown = await int8.lm.prefill(ids, {onProgress: done => computed.push(done)});
		expect(computed[0]).toBe(2 * CHUNK + 40);
		expect(grown.logits).toEqual(fresh.logits);
		const [a, b] = await Promise.all([fresh, grown].map(prefix => int8.lm.extend(prefix, null, [[11]])));
		expect(a.logits).toEqual(b.logits);
	});

	test('alone or beside other continuations', async () => {
		const prefix = await int8.lm.prefill(int8.tokenizer.encode(TEXT));
		const alone = await int8.lm.extend(prefix, null, [[257]]);
		const three = await int8.lm.extend(prefix, null, [[11], [257], [290]]);
		const V = int8.lm.config.vocabSize;
		expect(three.logits.subarray(V, 2 * V)).toEqual(alone.logits);
		const next = await int8.lm.extend(prefix, int8.lm.select(three.branches, [1]), [[1263]]);
		const nextAlone = await int8.lm.extend(prefix, alone.branches, [[1263]]);
		expect(next.logits).toEqual(nextAlone.logits);
	});

	test('on one thread and on several', async () => {
		const ids = int8.tokenizer.encode(TEXT);
		const one = await int8.lm.prefill(ids);
		const several = await openBundledModel({threads: 3});
		expect((await several.lm.prefill(ids)).logits).toEqual(one.logits);
		await several.lm.dispose();
	});

	test('as a prompt, one by one, and scored: the very numbers that its logits give', async () => {
		const ids = int8.tokenizer.encode(TEXT);
		const [scores] = await collect(int8.lm.scoreWindow(ids, 0));
		for (const t of [0, 5, 40]) {
			const {logits} = await int8.lm.prefill(ids.slice(0, t + 1));
			const target = logits[ids[t + 1]];
			expect(scores.rank[t]).toBe(rankOf(logits, ids[t + 1]));
			const best = [...topClasses(logits, scores.k)];
			expect([...scores.topIds.subarray(t * scores.k, (t + 1) * scores.k)]).toEqual(best);
			// The kernels leave logits less the highest, which is exact; their sum is float32 by 64 classes.
			expect(scores.logProb[t]).toBeCloseTo(target - logSumExp(logits), 5);
		}
	});
});

describe('branches', () => {
	test('a branch continues as the whole text would', async () => {
		const ids = fp32.tokenizer.encode(TEXT);
		const whole = await fp32.lm.prefill(ids);
		const prefix = await fp32.lm.prefill(ids.slice(0, -3));
		const step = await fp32.lm.extend(prefix, null, [ids.slice(-3, -1)]);
		const end = await fp32.lm.extend(prefix, step.branches, [ids.slice(-1)]);
		expect(end.branches.length).toBe(3);
		expect(largestDifference(end.logits, whole.logits)).toBe(0);
	});

	test('select reorders and repeats rows, truncate takes tokens back', async () => {
		const {lm} = fp32;
		const prefix = await lm.prefill(fp32.tokenizer.encode('Once upon a'));
		const two = await lm.extend(prefix, null, [[640], [1110]]);
		const V = lm.config.vocabSize;
		const reordered = await lm.extend(prefix, lm.select(two.branches, [1, 1, 0]), [[11], [13], [11]]);
		const straight = await lm.extend(prefix, two.branches, [[11], [11]]);
		expect(largestDifference(reordered.logits.subarray(0, V), straight.logits.subarray(V))).toBe(0);
		expect(largestDifference(reordered.logits.subarray(2 * V), straight.logits.subarray(0, V))).toBe(0);

		const back = lm.truncate(straight.branches, 1);
		expect(back).toMatchObject({size: 2, length: 1});
		const again = await lm.extend(prefix, back, [[11], [11]]);
		expect(largestDifference(again.logits, straight.logits)).toBe(0);
	});

	test('the context limit is kept', async () => {
		const {lm} = int8;
		const full = Array.from({length: lm.config.contextLength}, (_, i) => i % 100);
		const prefix = await lm.prefill(full);
		await expect(lm.extend(prefix, null, [[1]])).rejects.toThrow(/1025 tokens do not fit.*1024/);
		await expect(lm.prefill([...full, 1])).rejects.toThrow(EngineError);
		await expect(lm.prefill([])).rejects.toThrow(/at least one token/);
	});
});

describe('the cached prefix', () => {
	const sentence = (first: number) => [first, ...Array.from({length: 20}, (_, i) => i)];

	test('is kept for several prompts that take turns', async () => {
		const prompts = [100, 101, 102, 103].map(sentence);
		for (const ids of prompts) await int8.lm.prefill(ids);
		const watch = watchRuns(int8.lm);
		for (const ids of prompts) await int8.lm.prefill(ids);
		watch.end();
		expect(watch.runs).toEqual([]);
	});

	test('is computed once for concurrent requests, and cancelling one stops no other', async () => {
		const ids = Array.from({length: 3 * CHUNK + 5}, (_, i) => (i * 11) % 5000);
		await forgetPrompts(int8.lm);
		const watch = watchRuns(int8.lm);
		const controller = new AbortController();
		const progress: number[] = [];
		const leaves = int8.lm.prefill(ids, {
			signal: controller.signal,
			onProgress: done => done === CHUNK && controller.abort(),
		});
		const stays = int8.lm.prefill(ids, {onProgress: done => progress.push(done)});
		const another = int8.lm.prefill(ids);
		await expect(leaves).rejects.toThrow(/abort/i);
		const [one, two] = await Promise.all([stays, another]);
		watch.end();
		// Whoever comes to a chunk that another has read goes on behind it; the last row is read for each who wants its logits.
		expect(watch.runs.filter(rows => rows === CHUNK)).toHaveLength(3);
		expect(watch.runs.reduce((sum, rows) => sum + rows, 0)).toBeLessThan(ids.length + 3);
		expect(progress.at(-1)).toBe(ids.length);
		expect(one.logits).toEqual(two.logits);
		await forgetPrompts(int8.lm);
		expect((await int8.lm.prefill(ids)).logits).toEqual(one.logits);
	});
});

test('a cancelled prefill stops between chunks', async () => {
	const ids = Array.from({length: 600}, (_, i) => (i * 7) % 1000);
	const controller = new AbortController();
	const seen: number[] = [];
	const run = int8.lm.prefill(ids, {
		signal: controller.signal,
		onProgress(done) {
			seen.push(done);
			if (done === 2 * CHUNK) controller.abort();
		},
	});
	await expect(run).rejects.toThrow(/abort/i);
	expect(seen.at(-1)).toBe(2 * CHUNK);
});

test('the bundled model knows a phrase', async () => {
	const {lm, tokenizer} = int8;
	const {logits} = await lm.prefill(tokenizer.encode('The President of the United'));
	const best = logits.indexOf(logits.reduce((a, b) => Math.max(a, b)));
	expect(tokenizer.token(best).text).toBe(' States');
});
