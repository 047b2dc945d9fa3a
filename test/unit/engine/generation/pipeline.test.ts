import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {samplingDistribution} from '../../../../src/engine/generation/distribution.ts';
import {explain} from '../../../../src/engine/generation/explain.ts';
import {createPipeline} from '../../../../src/engine/generation/pipeline.ts';
import {countKept, logSoftmax, softmax} from '../../../../src/engine/math/math.ts';
import {configOf, EMPTY, keptIds, logitsOf} from './helpers.ts';

const model = {vocabSize: 4, eosTokenIds: [0]};
const everything = configOf({
	doSample: true,
	numBeams: 4,
	repetitionPenalty: 1.1,
	frequencyPenalty: 0.1,
	presencePenalty: 0.1,
	noRepeatNgramSize: 3,
	badWordsIds: [[1]],
	minNewTokens: 2,
	temperature: 0.8,
	topK: 3,
	topP: 0.9,
	minP: 0.01,
	typicalP: 0.9,
	epsilonCutoff: 0.001,
	etaCutoff: 0.001,
});

describe('createPipeline', () => {
	it("applies processors and warpers in Hugging Face's order", () => {
		expect(createPipeline(everything, model).stages.map(stage => stage.name)).toEqual([
			'repetitionPenalty',
			'frequencyPenalty',
			'presencePenalty',
			'noRepeatNgramSize',
			'badWords',
			'minNewTokens',
			'temperature',
			'topK',
			'topP',
			'minP',
			'typicalP',
			'epsilonCutoff',
			'etaCutoff',
		]);
	});

	it('has no stage for a neutral parameter, and no warper without sampling', () => {
		expect(createPipeline(configOf({doSample: true}), model).stages).toEqual([]);
		expect(createPipeline(configOf({temperature: 0.5, topK: 2, topP: 0.5}), model).stages).toEqual([]);
	});

	it('has nothing to hold back where the model has no end of text', () => {
		const endless = {vocabSize: 4, eosTokenIds: []};
		expect(createPipeline(configOf({minNewTokens: 2}), endless).stages).toEqual([]);
		expect(createPipeline(configOf({minNewTokens: 2}), model).stages).toHaveLength(1);
	});

	it('starts from log-probabilities for beams, from the logits themselves otherwise', () => {
		const logits = Float32Array.of(1, 2, 3, 4);
		expect(createPipeline(configOf({}), model).run(logits, EMPTY)).toEqual(logits);
		expect(createPipeline(configOf({numBeams: 2}), model).run(logits, EMPTY)).toEqual(logSoftmax(logits));
	});

	it('keeps two classes when beams are sampled, so that a beam can do more than end', () => {
		const config = configOf({doSample: true, numBeams: 2, topK: 1, topP: 0, minP: 1, typicalP: 0.001, etaCutoff: 0.9});
		expect(countKept(createPipeline(config, model).run(Float32Array.of(1, 2, 3, 4), EMPTY))).toBe(2);
	});

	it('always leaves a distribution: at least one class, summing to 1, and the logits as they were', () => {
		const id = fc.integer({min: 0, max: 7});
		fc.assert(
			fc.property(
				fc.array(fc.float({min: -30, max: 30, noNaN: true}), {minLength: 8, maxLength: 8}),
				fc.record({
					doSample: fc.boolean(),
					repetitionPenalty: fc.double({min: 0.1, max: 10, noNaN: true}),
					frequencyPenalty: fc.double({min: -2, max: 2, noNaN: true}),
					presencePenalty: fc.double({min: -2, max: 2, noNaN: true}),
					noRepeatNgramSize: fc.integer({min: 0, max: 3}),
					minNewTokens: fc.integer({min: 0, max: 5}),
					minLength: fc.integer({min: 0, max: 20}),
					exponentialDecayLengthPenalty: fc.tuple(fc.nat(3), fc.double({min: 0, max: 1e6, noNaN: true})),
					watermarkingConfig: fc.array(fc.nat(1e6), {maxLength: 3}),
					temperature: fc.double({min: 0.01, max: 100, noNaN: true}),
					topK: fc.integer({min: 0, max: 10}),
					topP: fc.double({min: 0, max: 1, noNaN: true}),
					minP: fc.double({min: 0, max: 1, noNaN: true}),
					typicalP: fc.double({min: 0.001, max: 1, noNaN: true}),
					epsilonCutoff: fc.double({min: 0, max: 0.99, noNaN: true}),
					etaCutoff: fc.double({min: 0, max: 0.99, noNaN: true}),
				}),
				fc.array(id, {maxLength: 12}),
				fc.array(id, {maxLength: 12}),
				(values, changes, prompt, generated) => {
					const logits = Float32Array.from(values);
					const pipeline = createPipeline(configOf(changes), {vocabSize: 8, eosTokenIds: [0]});
					const scores = pipeline.run(logits, {prompt, generated});
					expect(countKept(scores)).toBeGreaterThan(0);
					expect(softmax(scores).reduce((total, p) => total + p, 0)).toBeCloseTo(1, 5);
					expect(logits).toEqual(Float32Array.from(values));
				},
			),
		);
	});
});

describe('samplingDistribution', () => {
	it('lists the kept classes and how probable they were to the model', () => {
		const config = configOf({doSample: true, temperature: 0.5, topK: 2});
		// Odds alone count: logits are no log-probabilities.
		const {scores, keptCount, keptProbability} = samplingDistribution(
			logitsOf([0.4, 0.1, 0.2, 0.3]).map(logit => logit + 3),
			config,
			model,
			EMPTY,
		);
		expect(keptIds(scores)).toEqual([0, 3]);
		expect(keptCount).toBe(2);
		expect(keptProbability).toBeCloseTo(0.7, 6);
		expect(softmax(scores)[0]).toBeCloseTo(0.64, 6); // 16 : 9
	});

	it('sums the probability of improbable kept classes to the last digits', () => {
		const without = (probability: number, ...rest: number[]) => {
			const config = configOf({badWordsIds: [[0]]});
			return samplingDistribution(logitsOf([probability, ...rest]), config, model, EMPTY).keptProbability;
		};
		expect(without(0.7, 0.1, 0.2)).toBeCloseTo(0.3, 6);
		expect(without(0.5, 0.25, 0.25)).toBeCloseTo(0.5, 6);
		// 1 minus what is removed would have lost most of these.
		expect(without(1, 2e-15, 1e-15) / 3e-15).toBeCloseTo(1, 5);
	});

	it('keeps a probability of exactly 1 when nothing is removed, however many classes there are', () => {
		const logits = Float32Array.from({length: 50_257}, (_, id) => 10 * Math.sin(id));
		const all = samplingDistribution(logits, configOf({doSample: true, temperature: 2}), model, EMPTY);
		expect(all).toMatchObject({keptCount: 50_257, keptProbability: 1});
	});
});

describe('explain', () => {
	const logits = logitsOf([0.4, 0.1, 0.2, 0.3]);
	const config = configOf({doSample: true, temperature: 0.5, topK: 3, topP: 0.7, badWordsIds: [[3]]});
	const explained = () => explain(logits, config, model, EMPTY, 2, 2);

	it('begins with the model itself and follows the pipeline', () => {
		expect(explained().map(({name, value}) => [name, value])).toEqual([
			['model', ''],
			['badWords', '1'],
			['temperature', '0.5'],
			['topK', '3'],
			['topP', '0.7'],
		]);
	});

	it('lists the classes that each stage removed, and their probability before it', () => {
		const stages = explained();
		expect(stages.map(stage => stage.keptCount)).toEqual([4, 3, 3, 3, 1]);
		expect(stages.map(stage => stage.removedCount)).toEqual([0, 1, 0, 0, 2]);
		expect(stages[1].removedProbability).toBeCloseTo(0.3, 6);
		expect(stages[1].removed).toEqual([{id: 3, probability: expect.closeTo(0.3, 6)}]);
		// After the ban and the temperature, the odds are 16 : 1 : 4.
		expect(stages[4].removed).toEqual([
			{id: 2, probability: expect.closeTo(4 / 21, 6)},
			{id: 1, probability: expect.closeTo(1 / 21, 6)},
		]);
		expect(stages[4].removedProbability).toBeCloseTo(5 / 21, 6);
	});

	it('follows the chosen class through the stages', () => {
		const stages = explained();
		const after = stages.map(stage => stage.chosenProbability);
		const expected = [0.2, 2 / 7, 4 / 21, 4 / 21, 0];
		after.forEach((probability, i) => {
			expect(probability).toBeCloseTo(expected[i], 6);
		});
		expect(stages.map(stage => stage.chosenRank)).toEqual([3, 2, 2, 2, 3]);
		expect(stages[0].top).toEqual([
			{id: 0, probability: expect.closeTo(0.4, 6)},
			{id: 3, probability: expect.closeTo(0.3, 6)},
		]);
	});
});
