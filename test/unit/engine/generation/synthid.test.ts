import {readFileSync} from 'node:fs';
import {describe, expect, it, test} from 'vitest';
import {bitsOf, synthId} from '../../../../src/engine/generation/processors/synthid.ts';
import {softmax} from '../../../../src/engine/math/math.ts';
import {mersenneTwister} from '../../../../src/engine/math/mersenne-twister.ts';
import {syntheticModel} from '../../../helpers/synthetic-model.ts';
import {applied, continued, logitsOf} from './helpers.ts';

interface Case {
	name: string;
	keys: number[];
	ngram_len: number;
	context_history_size: number;
	sampling_table_size: number;
	sampling_table_seed: number;
	skip_first_ngram_calls: boolean;
	logits: number[];
	tokens: number[];
	scores: (number[] | null)[];
}

const GOLDENS: {tables: {seed: number; size: number; first: number[]; ones: number}[]; cases: Case[]} = JSON.parse(
	readFileSync(new URL('../../../goldens/synthid/goldens.json', import.meta.url), 'utf8'),
);

const KEYS = [654, 400, 836, 123, 340, 443, 597, 160, 57];
const watermark = (changes: Partial<Parameters<typeof synthId>[0]> = {}) =>
	synthId({
		keys: KEYS,
		ngramLen: 5,
		contextHistorySize: 1024,
		samplingTableSize: 65_536,
		samplingTableSeed: 0,
		skipFirstNgramCalls: false,
		...changes,
	});

test('MT19937 gives the numbers that the C++ standard asks of mt19937', () => {
	const next = mersenneTwister(5489);
	const numbers = Array.from({length: 10_000}, next);
	expect(numbers[0]).toBe(3_499_211_612);
	expect(numbers[9999]).toBe(4_123_659_995);
});

test.each(GOLDENS.tables)('a table has the bits that PyTorch draws with seed $seed', ({seed, size, first, ones}) => {
	const table = bitsOf(seed, size);
	expect([...table.slice(0, first.length)]).toEqual(first);
	expect(table.reduce((sum, bit) => sum + bit, 0)).toBe(ones);
});

describe('SynthID-Text', () => {
	it.each(GOLDENS.cases)('gives PyTorch’s numbers with $name', ({logits, tokens, scores, ...asked}) => {
		const stage = watermark({
			keys: asked.keys,
			ngramLen: asked.ngram_len,
			contextHistorySize: asked.context_history_size,
			samplingTableSize: asked.sampling_table_size,
			samplingTableSeed: asked.sampling_table_seed,
			skipFirstNgramCalls: asked.skip_first_ngram_calls,
		});
		const plain = Float32Array.from(logits);
		for (const [step, expected] of scores.entries()) {
			const found = applied(stage, plain, {prompt: [9, 9, 9, 9, 9], generated: tokens.slice(0, step)});
			if (!expected) expect(found).toEqual(plain);
			else for (const [id, score] of expected.entries()) expect(found[id], `${step}: ${id}`).toBeCloseTo(score, 4);
		}
	});

	it('gives a class of a short list the bits of its own id', () => {
		const scores = new Float32Array(3000).map((_, id) => Math.sin(id));
		const ids = Uint32Array.of(2, 17, 1999, 2999);
		const context = {prompt: [], generated: [5, 2999, 1]};
		const short = Float32Array.from(ids, id => scores[id]);
		watermark().apply(short, context, ids);
		const cut = scores.map((score, id) => (ids.includes(id) ? score : -Infinity));
		const whole = applied(watermark(), cut, context);
		expect(Array.from(ids, id => whole[id])).toEqual([...short]);
		expect(whole.filter(score => score !== -Infinity)).toHaveLength(4);
	});

	it('leaves the distribution as it is on the average over contexts', () => {
		const shares = [0.5, 0.3, 0.15, 0.05];
		const sums = [0, 0, 0, 0];
		const contexts = 4000;
		const stage = watermark({keys: [11, 22, 33]});
		for (let i = 0; i < contexts; i++) {
			const found = softmax(applied(stage, logitsOf(shares), {prompt: [], generated: [i]}));
			for (const [id, share] of found.entries()) sums[id] += share / contexts;
		}
		// A single one is far from it.
		const one = softmax(applied(watermark(), logitsOf(shares)));
		expect(Math.max(...shares.map((share, id) => Math.abs(one[id] - share)))).toBeGreaterThan(0.1);
		for (const [id, share] of shares.entries()) expect(Math.abs(sums[id] - share)).toBeLessThan(0.02);
	});

	it('is the same text by speculative decoding, and another than without', async () => {
		const model = syntheticModel({seed: 9, vocabSize: 40, eosTokenId: 99});
		const asked = {doSample: true, maxNewTokens: 24, seed: 11, watermarkingConfig: KEYS};
		const textOf = async (changes: object) => (await continued(model, {...asked, ...changes})).continuations[0].ids;
		expect(await textOf({promptLookupNumTokens: 4})).toEqual(await textOf({}));
		expect(await textOf({watermarkingConfig: []})).not.toEqual(await textOf({}));
	});
});
