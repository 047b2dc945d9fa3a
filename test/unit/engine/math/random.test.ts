import {describe, expect, it} from 'vitest';
import {classAt, drawClass, drawWeighted} from '../../../../src/engine/generation/draw.ts';
import {randomStream} from '../../../../src/engine/math/random.ts';
import {logitsOf} from '../generation/helpers.ts';

const take = (seed: number, index: number, count: number) => {
	const stream = randomStream(seed, index);
	return Array.from({length: count}, () => stream.next());
};

describe('randomStream', () => {
	it('repeats itself for the same seed and index, and for no other', () => {
		expect(take(7, 1, 5)).toEqual(take(7, 1, 5));
		expect(take(7, 1, 5)).not.toEqual(take(7, 2, 5));
		expect(take(7, 1, 5)).not.toEqual(take(8, 1, 5));
		expect(take(1, 7, 5)).not.toEqual(take(7, 1, 5));
	});

	it('takes every unsigned 32-bit seed', () => {
		expect(take(0xffff_ffff, 0, 5)).not.toEqual(take(0, 0, 5));
	});

	it('has the numbers of sfc32 as PractRand defines it, in C: a seed gives the same text on every machine', () => {
		// Words 0x9e3779b9, index and seed; counter 1; 20 words thrown away; then the top 27 and 26 bits of two words.
		expect(take(0, 0, 3)).toEqual([0.070035415849180827, 0.36333018955293039, 0.56555510616443472]);
		expect(take(7, 1, 3)).toEqual([0.67510617479529822, 0.076489215653848475, 0.11784631544166646]);
		expect(take(0xffff_ffff, 0, 3)).toEqual([0.61723915796848039, 0.80092498175262894, 0.21422797961386131]);
		expect(take(123_456_789, 0xffff_ffff, 3)).toEqual([0.46999616345780404, 0.21548250647210598, 0.94898560088273065]);
	});

	it('is uniform in [0, 1): chi-squared over 20 bins, and streams beside each other do not move together', () => {
		const numbers = take(0, 0, 20_000);
		const bins = new Array(20).fill(0);
		for (const number of numbers) bins[Math.floor(number * 20)]++;
		const chiSquared = bins.reduce((total, count) => total + (count - 1000) ** 2 / 1000, 0);
		expect(chiSquared).toBeLessThan(43.8); // 19 degrees of freedom, p = 0.001

		const neighbours = take(0, 1, 20_000);
		const covariance = numbers.reduce((total, u, i) => total + (u - 0.5) * (neighbours[i] - 0.5), 0) / 20_000;
		expect(Math.abs(covariance * 12)).toBeLessThan(0.03);
	});
});

describe('drawClass', () => {
	it('draws classes as often as they are probable, removed ones never', () => {
		const probabilities = [0.5, 0, 0.3, 0.15, 0.05];
		const stream = randomStream(3);
		const counts = new Array(5).fill(0);
		for (let i = 0; i < 10_000; i++) counts[drawClass(logitsOf(probabilities), stream)]++;
		expect(counts[1]).toBe(0);
		const chiSquared = [0, 2, 3, 4].reduce((total, id) => {
			const expected = probabilities[id] * 10_000;
			return total + (counts[id] - expected) ** 2 / expected;
		}, 0);
		expect(chiSquared).toBeLessThan(16.3); // 3 degrees of freedom, p = 0.001
	});

	it('keeps to the kept classes at both ends of the stream', () => {
		const scores = logitsOf([0, 0.5, 0.5, 0]);
		expect(drawClass(scores, {next: () => 0})).toBe(1);
		expect(drawClass(scores, {next: () => 1 - 2 ** -53})).toBe(2);
	});
});

describe('classAt', () => {
	const probabilities = [0.1, 0.4, 0, 0.4, 0.1];

	it('lays the classes side by side, the most probable first, equal ones by token id', () => {
		const at = (number: number) => classAt(logitsOf(probabilities), number).id;
		expect([0, 0.39, 0.41, 0.79, 0.81, 0.89, 0.91, 1 - 2 ** -53].map(at)).toEqual([1, 1, 3, 3, 0, 0, 4, 4]);
	});

	it('gives a number between two classes to the second of them', () => {
		// Each holds the numbers from its start up to the next one's, as [0, 1) itself does.
		expect(classAt(Float32Array.of(0, 0), 0.5).id).toBe(1);
	});

	it('says which numbers fall on the class', () => {
		const {start, probability} = classAt(logitsOf(probabilities), 0.85);
		expect(start).toBeCloseTo(0.8, 6);
		expect(probability).toBeCloseTo(0.1, 6);
	});

	it('finds classes of any rank', () => {
		const uniform = new Float32Array(1000);
		for (const number of [0, 0.0635, 0.0645, 0.5004, 0.9996]) {
			expect(classAt(uniform, number).id).toBe(Math.floor(number * 1000));
		}
	});
});

describe('drawWeighted', () => {
	const at = (number: number, ...weights: number[]) => drawWeighted(Float64Array.from(weights), {next: () => number});

	it('draws an index in proportion to its weight, whatever the weights sum to', () => {
		expect([0, 0.249, 0.25, 0.499, 0.5, 0.999].map(number => at(number, 10, 10, 20))).toEqual([0, 0, 1, 1, 2, 2]);
	});

	it('draws no index of weight 0, at either end of the stream', () => {
		expect(at(0, 0, 1, 0)).toBe(1);
		expect(at(1 - 2 ** -53, 0, 1, 0)).toBe(1);
		// 0.1 + 0.2 + 0.3 is a little more than 0.6, and so is what the last number falls on: nothing is left of the weights.
		expect(at(1 - 2 ** -53, 0.1, 0.2, 0.3, 0)).toBe(2);
	});
});
