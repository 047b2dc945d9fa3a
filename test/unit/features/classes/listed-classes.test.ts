import {beforeAll, describe, expect, test} from 'vitest';
import {NEUTRAL_GENERATION} from '../../../../src/engine/parameters/registry.ts';
import {cuttingSettings, equallyLikely, listedClasses} from '../../../../src/features/classes/listed-classes.ts';
import {classesAnswer} from '../../../helpers/fake-engine.ts';
import {installI18n} from '../../../helpers/fake-i18n.ts';

/** An answer of three classes, of which the settings keep two; the third is cut. */
const answer = classesAnswer(['lived', ' a']);

describe('with the settings', () => {
	const listed = () => listedClasses(answer, 'sampling');

	test('kept classes show the probability that they are drawn with, removed ones the model’s own', () => {
		const {kept, cut, probability} = listed();
		expect(kept.map(probability)).toEqual(kept.map(row => row.samplingProbability));
		expect(cut).toHaveLength(1);
		expect(cut.map(probability)).toEqual([0.1]);
		// Nothing shows 0 % only because it was cut.
		expect(cut[0].samplingProbability).toBe(0);
	});

	test('ranks go on from the kept to the cut ones', () => {
		const {kept, cut, rank} = listed();
		expect([...kept, ...cut].map(rank)).toEqual([1, 2, 3]);
	});

	test('classes that the list has no room for are counted', () => {
		expect(listed().more).toBe(0);
		expect(listedClasses({...answer, keptCount: 12}, 'sampling').more).toBe(10);
	});
});

test('of the model alone nothing is cut, and every class shows the model’s probability', () => {
	const {kept, cut, probability, rank, more} = listedClasses(answer, 'model');
	expect(cut).toEqual([]);
	expect(kept.map(probability)).toEqual([0.6, 0.3, 0.1]);
	expect(kept.map(rank)).toEqual([1, 2, 3]);
	expect(more).toBe(50_257 - 3);
});

describe('in words', () => {
	beforeAll(installI18n);

	test('the settings that remove classes are named, in the order in which they apply, and no others', () => {
		expect(cuttingSettings(NEUTRAL_GENERATION)).toEqual([]);
		const all = {
			...NEUTRAL_GENERATION,
			temperature: 0.7,
			repetitionPenalty: 1.2,
			noRepeatNgramSize: 3,
			badWords: ['x'],
			minNewTokens: 5,
			topK: 50,
			topP: 0.95,
			minP: 0.1,
			typicalP: 0.9,
			epsilonCutoff: 0.001,
			etaCutoff: 0.002,
		};
		// Without sampling, no warper applies.
		expect(cuttingSettings({...all, doSample: false})).toEqual([
			'no repeated 3-gram',
			'banned words',
			'at least 5 tokens',
		]);
		expect(cuttingSettings({...all, doSample: true})).toEqual([
			'no repeated 3-gram',
			'banned words',
			'at least 5 tokens',
			'top-k 50',
			'top-p 0.95',
			'min-p 0.1',
			'typical p 0.9',
			'epsilon cutoff 0.001',
			'eta cutoff 0.002',
		]);
		expect(cuttingSettings({...NEUTRAL_GENERATION, doSample: true, topK: 1})).toEqual(['top-k 1']);
	});

	test('an entropy is as many classes as would be equally likely', () => {
		expect([0, 1, 3.3, 3.4, 5].map(equallyLikely)).toEqual(['1.0', '2.0', '9.8', '11', '32']);
	});
});
