import {readFileSync} from 'node:fs';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {compare, type Recording, type Scores} from '../../../scripts/verify/recording.ts';
import {softmax, topClasses} from '../../../src/engine/math/math.ts';
import type {OpenModel} from '../../../src/engine/open-model.ts';
import {bundledWeights, openBundledModel} from '../../helpers/bundled-model.ts';
import {collect} from '../../helpers/collect.ts';
import {referenceGpt2} from '../../helpers/reference-gpt2.ts';

const TEXT = 'Once upon a time\nthere lived a woodcutter.';

/** A recording of the bundled model, made by the float32 reference as GLTR made its own; and what our graph says. */
let model: OpenModel;
let recording: Recording;
let scores: Scores;
beforeAll(async () => {
	model = await openBundledModel({dtype: 'fp32'});
	const {tokenizer, lm} = model;
	const ids = tokenizer.encode(TEXT);
	const shown = (id: number) => tokenizer.token(id).text!.replaceAll(' ', 'Ġ').replaceAll('\n', 'Ċ');
	const rows = referenceGpt2(lm.config, bundledWeights()).logits([50_256, ...ids]);
	const rounded = (probability: number) => Math.round(probability * 1e5) / 1e5;
	recording = {
		text: TEXT,
		tokens: ['<|endoftext|>', ...ids.map(shown)],
		actual: ids.map((id, i) => {
			const rank = rows[i].filter(logit => logit > rows[i][id]).length;
			return [rank, rounded(softmax(rows[i])[id])];
		}),
		top: ids.map((_, i) => [...topClasses(rows[i], 10)].map(id => [shown(id), rounded(softmax(rows[i])[id])])),
	};
	const parts = await collect(lm.scoreWindow([50_256, ...ids], 0));
	scores = {
		ids,
		rank: parts.flatMap(part => [...part.rank]),
		logProb: parts.flatMap(part => [...part.logProb]),
		first: parts.flatMap(part => [...part.rank].map((_, i) => part.topIds[i * part.k])),
	};
});
afterAll(() => model.lm.dispose());

const agreement = (changed: Partial<Recording> = {}) =>
	compare({...recording, ...changed}, scores, model.tokenizer, 1e-5);

test('a model agrees with a recording of itself', () => {
	const result = agreement();
	expect(result).toMatchObject({positions: scores.ids.length, tokens: 1, rank: 1, rankWithinOne: 1, first: 1});
	expect(result.probability).toBe(1);
	expect(result.largestRankDifference).toBe(0);
	expect(result.largestProbabilityDifference).toBeLessThan(1.5e-5);
});

describe('differences are listed', () => {
	const n = () => scores.ids.length;

	test('a rank by two and another by one', () => {
		const actual = recording.actual.map(([rank, p], i): [number, number] => [
			rank + (i === 1 ? 2 : i === 2 ? 1 : 0),
			p,
		]);
		const result = agreement({actual});
		expect(result.rank).toBeCloseTo((n() - 2) / n(), 12);
		expect(result.rankWithinOne).toBeCloseTo((n() - 1) / n(), 12);
		expect(result.largestRankDifference).toBe(2);
	});

	test('a probability, with its place', () => {
		const actual = recording.actual.map(([rank, p], i): [number, number] => [rank, i === 3 ? p + 0.25 : p]);
		const result = agreement({actual});
		expect(result).toMatchObject({at: 3, rank: 1});
		expect(result.probability).toBeCloseTo((n() - 1) / n(), 12);
		expect(result.largestProbabilityDifference).toBeCloseTo(0.25, 4);
	});

	test('the most probable class, and a token', () => {
		const top = recording.top.map((row, i) => (i === 0 ? [['Ġzebra', 0.5] as [string, number], ...row] : row));
		expect(agreement({top}).first).toBeLessThan(1);
		expect(agreement({top}).first).toBeGreaterThan(0.5);
		const tokens = recording.tokens.with(2, 'Ġunder');
		expect(agreement({tokens}).tokens).toBeLessThan(1);
		expect(agreement({tokens}).tokens).toBeGreaterThan(0.5);
	});

	test('another number of tokens leaves nothing to compare', () => {
		expect(agreement({tokens: [...recording.tokens, 'Ġmore']})).toMatchObject({tokens: 0, rank: 0, probability: 0});
	});
});

test.each(['nytimes', 'unicorn', 'woodchuck'])('the recording %s has the tokens that the tokenizer makes', name => {
	const {text, tokens, actual, top} = JSON.parse(
		readFileSync(new URL(`../../reference/gltr/${name}.json`, import.meta.url), 'utf8'),
	) as Recording;
	const ids = model.tokenizer.encode(text);
	expect(ids).toHaveLength(tokens.length - 1);
	expect(actual).toHaveLength(ids.length);
	expect(top).toHaveLength(ids.length);
});
