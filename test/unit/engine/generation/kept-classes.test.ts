import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {Classification} from '../../../../src/engine/generation/continuation.ts';
import {classAt} from '../../../../src/engine/generation/draw.ts';
import {idAt, scoresOfAll, withoutRemoved} from '../../../../src/engine/generation/kept-classes.ts';
import {createPipeline} from '../../../../src/engine/generation/pipeline.ts';
import {topK} from '../../../../src/engine/generation/warpers/top-k.ts';
import {argmax, logSumExp, rankOf} from '../../../../src/engine/math/math.ts';
import {configOf, EMPTY} from './helpers.ts';

const VOCABULARY = 300;

/** Logits of many classes, with equal ones among them and removed ones; the first is kept. */
const logits = fc
	.array(
		fc.oneof(
			{weight: 3, arbitrary: fc.float({min: -20, max: 20, noNaN: true})},
			{weight: 2, arbitrary: fc.integer({min: -4, max: 4})},
			{weight: 1, arbitrary: fc.constantFrom(-0, -Infinity)},
		),
		{minLength: VOCABULARY - 1, maxLength: VOCABULARY - 1},
	)
	.map(values => Float32Array.from([0.5, ...values]));

/** Settings with some of the warpers, and a processor before them. */
const warping = fc
	.record(
		{
			repetitionPenalty: fc.constant(1.5),
			minNewTokens: fc.constant(1),
			temperature: fc.double({min: 0.3, max: 3, noNaN: true}),
			topK: fc.integer({min: 1, max: 150}),
			topP: fc.double({min: 0.1, max: 0.999, noNaN: true}),
			minP: fc.double({min: 0.001, max: 0.5, noNaN: true}),
			typicalP: fc.double({min: 0.1, max: 0.99, noNaN: true}),
			epsilonCutoff: fc.double({min: 1e-5, max: 0.1, noNaN: true}),
			etaCutoff: fc.double({min: 1e-5, max: 0.1, noNaN: true}),
			watermarkingConfig: fc.constant<number[]>([654, 400, 836]),
			numBeams: fc.constant(2),
		},
		{requiredKeys: []},
	)
	.map(changes => configOf({doSample: true, ...changes}));

const model = {vocabSize: VOCABULARY, eosTokenIds: [7]};
const context = {prompt: [3, 4], generated: []};

/** Floats by their bits: -0 is not 0. */
const bits = (scores: Float32Array) => Array.from(new Uint32Array(scores.slice().buffer));

describe('classes that are kept', () => {
	it('gives the numbers of a pipeline whose steps all see every class, to the bit', () => {
		fc.assert(
			fc.property(logits, warping, (row, config) => {
				const pipeline = createPipeline(config, model);
				const plain = pipeline.start(row);
				for (const stage of pipeline.stages) stage.apply(plain, context);
				expect(bits(pipeline.run(row, context))).toEqual(bits(plain));
				expect(bits(pipeline.run(row, context, logSumExp(row)))).toEqual(bits(plain));
			}),
		);
	});

	it('sums and draws as all classes together do, whatever was kept before', () => {
		fc.assert(
			fc.property(
				logits,
				warping,
				fc.double({min: 0, max: 1, maxExcluded: true, noNaN: true}),
				(row, config, number) => {
					const pipeline = createPipeline(config, model);
					pipeline.keep(row.toReversed(), context);
					const [all, kept] = [pipeline.run(row, context), pipeline.keep(row, context)];
					expect(logSumExp(kept.scores)).toBe(logSumExp(all));
					expect(idAt(kept, argmax(kept.scores))).toBe(argmax(all));
					const {id: place, ...share} = classAt(kept.scores, number);
					expect({id: idAt(kept, place), ...share}).toEqual(classAt(all, number));
					expect(kept.scores[place]).toBe(all[idAt(kept, place)]);
				},
			),
		);
	});

	it('lists what warpers have kept where that is little', () => {
		const row = Float32Array.from({length: 32}, (_, id) => -id);
		row[20] = 2;
		row[5] = 3;
		const keep = (changes: Parameters<typeof configOf>[0]) =>
			createPipeline(configOf(changes), {vocabSize: 32, eosTokenIds: [0]}).keep(row, EMPTY);
		expect(keep({doSample: true, topK: 2})).toEqual({ids: Uint32Array.of(5, 20), scores: Float32Array.of(3, 2)});
		expect(keep({doSample: true, topK: 2, minP: 0.5})).toEqual({ids: Uint32Array.of(5), scores: Float32Array.of(3)});
		expect(keep({doSample: true, topK: 20}).ids).toBeNull();
		expect(keep({}).ids).toBeNull();
	});

	it('are by top-k all that are not below the k-th largest, and listed by place', () => {
		fc.assert(
			fc.property(logits, fc.integer({min: 1, max: 310}), (row, k) => {
				const threshold =
					row
						.filter(logit => logit !== -Infinity)
						.sort()
						.at(-k) ?? -Infinity;
				const expected = row.map(logit => (logit < threshold ? -Infinity : logit));
				const scores = row.slice();
				const left = topK(k, 1).apply(scores, EMPTY)!;
				expect(bits(scores)).toEqual(bits(expected));
				expect([...left]).toEqual([...expected.keys()].filter(id => expected[id] !== -Infinity));
				expect(withoutRemoved({ids: null, scores}, left)).toEqual(withoutRemoved({ids: null, scores}));
			}),
		);
	});

	it('finds every class again where it was', () => {
		fc.assert(
			fc.property(logits, fc.integer({min: 1, max: 40}), fc.integer({min: 1, max: 40}), (row, some, fewer) => {
				const keepEvery = (scores: Float32Array, n: number) =>
					scores.map((score, place) => (place % n === 0 ? score : -Infinity));
				const kept = withoutRemoved({ids: null, scores: keepEvery(row, some)});
				expect(bits(scoresOfAll(kept, VOCABULARY))).toEqual(bits(keepEvery(row, some)));
				const left = {...kept, scores: keepEvery(kept.scores, fewer)};
				expect(bits(scoresOfAll(withoutRemoved(left), VOCABULARY))).toEqual(bits(scoresOfAll(left, VOCABULARY)));
			}),
		);
	});
});

describe('a classification', () => {
	it('describes every class as if it were the only one that is asked for', () => {
		fc.assert(
			fc.property(logits, row => {
				const classification = new Classification({logits: row});
				const ranked = [...row.keys()].sort((a, b) => row[b] - row[a] || a - b);
				const total = logSumExp(row);
				expect(classification.total).toBe(total);
				for (const id of row.keys()) {
					const {rank, logProb, samplingLogProb, top} = classification.choose(id, -id);
					expect([rank, logProb, samplingLogProb]).toEqual([rankOf(row, id), row[id] - total, -id]);
					if (row[id] !== -Infinity) expect(ranked[rank - 1]).toBe(id);
					expect(top).toEqual(ranked.slice(0, 6).map(id => ({id, probability: Math.exp(row[id] - total)})));
				}
			}),
			{numRuns: 20},
		);
	});
});
