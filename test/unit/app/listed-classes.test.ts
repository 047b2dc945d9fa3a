import {describe, expect, test} from 'vitest';
import {listedClasses} from '../../../src/app/views/classes/listed-classes.ts';
import {classesAnswer} from '../../helpers/fake-engine.ts';

/** An answer of three classes, of which the settings keep two; the third is cut. */
const answer = classesAnswer(['lived', ' a']);

describe('with the settings', () => {
	const {kept, cut, probability, rank, more} = listedClasses(answer, 'sampling');

	test('kept classes show the probability that they are drawn with, removed ones the model’s own', () => {
		expect(kept.map(probability)).toEqual(kept.map(row => row.samplingProbability));
		expect(cut).toHaveLength(1);
		expect(cut.map(probability)).toEqual([0.1]);
		// Nothing shows 0 % only because it was cut.
		expect(cut[0].samplingProbability).toBe(0);
	});

	test('ranks go on from the kept to the cut ones', () => {
		expect([...kept, ...cut].map(rank)).toEqual([1, 2, 3]);
	});

	test('classes that the list has no room for are counted', () => {
		expect(more).toBe(0);
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
