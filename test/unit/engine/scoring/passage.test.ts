import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import type {CausalLM} from '../../../../src/engine/model/causal-lm.ts';
import type {OpenModel} from '../../../../src/engine/open-model.ts';
import {type ScoredTokens, scorePassage} from '../../../../src/engine/scoring/passage.ts';
import {bundledWeights, openBundledModel} from '../../../helpers/bundled-model.ts';
import {collect} from '../../../helpers/collect.ts';
import {referenceGpt2} from '../../../helpers/reference-gpt2.ts';
import {syntheticModel} from '../../../helpers/synthetic-model.ts';

let model: OpenModel;
beforeAll(async () => {
	model = await openBundledModel({dtype: 'fp32'});
});
afterAll(() => model.lm.dispose());

const score = async (lm: CausalLM, ids: readonly number[], stride?: number) => {
	const scored: {first: number; logProb: number[]; rank: number[]}[] = [];
	const totals = await scorePassage(lm, ids, {
		stride,
		onScored: ({first, scores}) => scored.push({first, logProb: [...scores.logProb], rank: [...scores.rank]}),
	});
	return {totals, scored, logProb: scored.flatMap(part => part.logProb), rank: scored.flatMap(part => part.rank)};
};

test('perplexity and ranks agree with the float32 reference', async () => {
	const ids = model.tokenizer.encode('The President of the United States lives in Washington. Once upon a time, 😀!');
	const {totals, rank, logProb} = await score(model.lm, ids);
	const logits = referenceGpt2(model.lm.config, bundledWeights()).logits([model.lm.config.bosTokenId!, ...ids]);
	let expected = 0;
	for (const [i, id] of ids.entries()) {
		const row = logits[i];
		const logSumExp = Math.log(row.reduce((total, logit) => total + Math.exp(logit), 0));
		expected += row[id] - logSumExp;
		expect(logProb[i]).toBeCloseTo(row[id] - logSumExp, 3);
		expect(rank[i]).toBe(1 + row.filter(logit => logit > row[id]).length);
	}

	expect(Math.exp(-totals.logProb / ids.length) / Math.exp(-expected / ids.length)).toBeCloseTo(1, 3);
	expect(totals).toMatchObject({tokens: ids.length, windows: 1});
});

/** Where parts of these lengths begin when they follow each other. */
const inOrder = (lengths: readonly number[]) => lengths.map((_, i) => lengths.slice(0, i).reduce((a, b) => a + b, 0));

describe('longer than the context', () => {
	const lm = syntheticModel({vocabSize: 40, contextLength: 16});
	const long = (n: number) => Array.from({length: n}, (_, i) => (i * 7) % 39);

	test('every token is scored once, with at least context - stride tokens of history', async () => {
		const ids = long(26);
		const {scored, logProb, totals} = await score(lm, ids, 6);
		expect(scored.map(part => part.first)).toEqual(inOrder(scored.map(part => part.rank.length)));
		expect(logProb).toHaveLength(26);
		expect(totals.windows).toBe(3);
		// Token 15 is scored in the second window, which begins with token 5.
		const parts = await collect(lm.scoreWindow(ids.slice(5, 16), 0));
		expect(parts.at(-1)!.logProb.at(-1)).toBe(logProb[15]);
	});

	test("windows at multiples of the stride leave the last one short, as in Hugging Face's guide", async () => {
		const ids = long(26);
		const scored = async (alignedWindows: boolean) => {
			const logProbs: number[] = [];
			const onScored = ({scores}: ScoredTokens) => logProbs.push(...scores.logProb);
			await scorePassage(lm, ids, {stride: 6, alignedWindows, onScored});
			return logProbs;
		};
		const aligned = await scored(true);
		const full = await scored(false);
		// Windows begin with the end of text, then with tokens 5 and 11; ours moves the last one back to token 10.
		expect(aligned).toHaveLength(26);
		expect(aligned.slice(0, 21)).toEqual(full.slice(0, 21));
		const from = async (first: number) => {
			const parts = await collect(lm.scoreWindow(ids.slice(first), 20 - first));
			return parts.flatMap(part => [...part.logProb]);
		};
		expect(aligned.slice(21)).toEqual(await from(11));
		expect(full.slice(21)).toEqual(await from(10));
	});

	test('a passage that just fits takes one window, one token more takes two', async () => {
		expect((await score(lm, long(15))).totals.windows).toBe(1);
		expect((await score(lm, long(16))).totals.windows).toBe(2);
	});
});

test('an empty passage has no tokens and a stride out of range is refused', async () => {
	expect((await score(model.lm, [])).totals).toEqual({tokens: 0, logProb: 0, windows: 0, massAfter: null});
	await expect(score(model.lm, [1], 1024)).rejects.toThrow(/from 1 to 1023, but is 1024/);
	await expect(score(model.lm, [1], 0)).rejects.toThrow(/is 0/);
});
