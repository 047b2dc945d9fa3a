import {describe, expect, it} from 'vitest';
import {encoderNoRepeatNgram} from '../../../../src/engine/generation/processors/encoder-no-repeat-ngram.ts';
import {encoderRepetitionPenalty} from '../../../../src/engine/generation/processors/encoder-repetition-penalty.ts';
import {exponentialDecay} from '../../../../src/engine/generation/processors/exponential-decay.ts';
import {forcedEnd} from '../../../../src/engine/generation/processors/forced-end.ts';
import {guidance} from '../../../../src/engine/generation/processors/guidance.ts';
import {minLength, minNewTokens} from '../../../../src/engine/generation/processors/min-length.ts';
import {renormalize} from '../../../../src/engine/generation/processors/renormalize.ts';
import {repetitionPenalty} from '../../../../src/engine/generation/processors/repetition-penalty.ts';
import {sequenceBias} from '../../../../src/engine/generation/processors/sequence-bias.ts';
import {suppressTokens} from '../../../../src/engine/generation/processors/suppress-tokens.ts';
import {temperature} from '../../../../src/engine/generation/warpers/temperature.ts';
import {topH} from '../../../../src/engine/generation/warpers/top-h.ts';
import {softmax} from '../../../../src/engine/math/math.ts';
import {applied, EMPTY, keptIds, logitsOf} from './helpers.ts';

/** Numbers that NumPy gives for the definitions, in float64. */

const near = (scores: Float32Array, expected: readonly number[]) => {
	expect(scores).toHaveLength(expected.length);
	for (const [i, value] of expected.entries()) expect(scores[i]).toBeCloseTo(value, 5);
};
const probabilities = (scores: Float32Array) => Float32Array.from(softmax(scores));

describe('guidance', () => {
	const ours = Float32Array.of(2, 1, 0, -1);
	const against = Float32Array.of(0, 1, 2, -1);

	it.each([
		[1.5, [0.55981, -1.44019, -3.44019, -3.44019], [0.853267, 0.115477, 0.015628, 0.015628]],
		[3, [3.55981, -1.44019, -6.44019, -3.44019], [0.992364, 0.006686, 0.000045, 0.000905]],
		[0.5, [-1.44019, -1.44019, -1.44019, -3.44019], [0.318945, 0.318945, 0.318945, 0.043165]],
		[0, [-2.44019, -1.44019, -0.44019, -3.44019], [0.087144, 0.236883, 0.643914, 0.032059]],
	])(
		'of %s moves log-probabilities away from the other prompt’s, and below 1 towards them',
		(scale, scores, shares) => {
			const result = applied(guidance(scale), ours, {...EMPTY, against});
			near(result, scores);
			near(probabilities(result), shares);
		},
	);

	it('is refused where the other prompt was not read', () => {
		expect(() => applied(guidance(2), ours)).toThrow(/the other prompt/);
	});
});

describe('sequenceBias', () => {
	it('adds to the class that completes a sequence, and always to a single class', () => {
		const stage = sequenceBias([
			{ids: [1], bias: 2.5},
			{ids: [5, 3], bias: -1},
			{ids: [9, 2], bias: 8},
		]);
		const result = applied(stage, Float32Array.of(1, -0.5, 0.25, 2), {prompt: [7], generated: [5]});
		near(result, [1, 2, 0.25, 1]);
		near(probabilities(result), [0.192654, 0.523688, 0.091003, 0.192654]);
	});

	it('adds up what is said twice of a class', () => {
		const twice = sequenceBias([
			{ids: [0], bias: 1},
			{ids: [0], bias: 0.5},
		]);
		near(applied(twice, Float32Array.of(0, 0)), [1.5, 0]);
	});

	it('that makes every other class impossible gives that class alone, and no NaN', () => {
		const result = applied(sequenceBias([{ids: [1], bias: 999_999}]), Float32Array.of(3, 0, 1));
		expect(Array.from(softmax(result))).toEqual([0, 1, 0]);
	});
});

describe('encoderRepetitionPenalty', () => {
	it('rewards the classes of the prompt, and of nothing else', () => {
		const result = applied(encoderRepetitionPenalty(1.5), Float32Array.of(1, -1, 1, -1), {
			prompt: [0, 1, 0],
			generated: [2, 3],
		});
		near(result, [1.5, -0.666667, 1, -1]);
	});
});

describe('repetitionPenalty', () => {
	it('passes over the first tokens of the prompt where it is told to', () => {
		const context = {prompt: [0, 1], generated: [2]};
		near(applied(repetitionPenalty(2, 1), Float32Array.of(1, 1, 1, 1), context), [1, 0.5, 0.5, 1]);
		// A class that occurs again later counts.
		near(applied(repetitionPenalty(2, 1), Float32Array.of(1, 1), {prompt: [0, 1], generated: [0]}), [0.5, 0.5]);
	});
});

describe('encoderNoRepeatNgram', () => {
	const flat = new Float32Array(4);

	it('removes what completes an n-gram of the prompt, and lets the continuation repeat itself', () => {
		expect(keptIds(applied(encoderNoRepeatNgram(2), flat, {prompt: [0, 1, 0, 2], generated: [0]}))).toEqual([0, 3]);
		expect(keptIds(applied(encoderNoRepeatNgram(2), flat, {prompt: [3], generated: [0, 1, 0]}))).toEqual([0, 1, 2, 3]);
	});

	it('takes the end of the prompt for the beginning of an n-gram too', () => {
		expect(keptIds(applied(encoderNoRepeatNgram(2), flat, {prompt: [0, 1, 0], generated: []}))).toEqual([0, 2, 3]);
	});
});

describe('the end of a text', () => {
	it('may be any of several classes, and none of them too early', () => {
		const stage = minNewTokens(1, [0, 2]);
		expect(keptIds(applied(stage, new Float32Array(4)))).toEqual([1, 3]);
		expect(keptIds(applied(stage, Float32Array.of(1, -Infinity, 1, -Infinity)))).toEqual([0, 2]);
	});

	it('may come once prompt and continuation together are long enough', () => {
		const kept = (prompt: number[], generated: number[]) =>
			keptIds(applied(minLength(4, [0]), new Float32Array(3), {prompt, generated}));
		expect(kept([1, 2], [])).toEqual([1, 2]);
		expect(kept([1, 2], [1])).toEqual([1, 2]);
		expect(kept([1, 2], [1, 1])).toEqual([0, 1, 2]);
		expect(kept([1, 2, 1, 2], [])).toEqual([0, 1, 2]);
	});

	it('is forced at the last token that the length allows, and only there', () => {
		const stage = forcedEnd([1, 2], 3);
		expect(Array.from(applied(stage, Float32Array.of(5, 4, 3), {prompt: [], generated: [0, 0]}))).toEqual([
			-Infinity,
			0,
			0,
		]);
		expect(Array.from(applied(stage, Float32Array.of(5, 4, 3), {prompt: [], generated: [0]}))).toEqual([5, 4, 3]);
	});

	it('gets more probable with every token beyond the start, also from a negative score', () => {
		const stage = exponentialDecay([1, 1.1], [0, 1]);
		const later = (generated: number[]) => applied(stage, Float32Array.of(2, -2, 1), {prompt: [9], generated});
		near(later([0]), [2, -2, 1]);
		near(later([0, 0, 0, 0]), [2.662, -1.338, 1]);
	});

	it('is certain, and still a number, however large the factor gets', () => {
		const late = {prompt: [], generated: new Array(60).fill(0)};
		for (const score of [2, -2]) {
			const result = applied(exponentialDecay([0, 1_000_000], [0]), Float32Array.of(score, 3, 1), late);
			expect(Array.from(softmax(applied(temperature(0.01), result)))).toEqual([1, 0, 0]);
		}
		expect(applied(exponentialDecay([0, 1_000_000], [0]), Float32Array.of(0, 3), late)[0]).toBe(0);
	});

	it('that was removed stays removed', () => {
		const stage = exponentialDecay([0, 2], [0]);
		expect(applied(stage, Float32Array.of(-Infinity, 0), {prompt: [], generated: [1]})[0]).toBe(-Infinity);
	});
});

describe('suppressTokens', () => {
	const scores = Float32Array.of(1, 2, 3);

	it('removes classes at every step, or at the first alone', () => {
		const later = {prompt: [0], generated: [2]};
		expect(keptIds(applied(suppressTokens('suppressTokens', [0, 2]), scores, later))).toEqual([1]);
		expect(keptIds(applied(suppressTokens('beginSuppressTokens', [0, 2]), scores))).toEqual([1]);
		expect(keptIds(applied(suppressTokens('beginSuppressTokens', [0, 2]), scores, later))).toEqual([0, 1, 2]);
	});

	it('is refused where it leaves nothing', () => {
		expect(() => applied(suppressTokens('suppressTokens', [0, 1, 2]), scores)).toThrow(/every class that is left/);
	});
});

describe('renormalize', () => {
	it('makes log-probabilities of what is left', () => {
		near(applied(renormalize(), Float32Array.of(1, 1, 1, 1)), Array(4).fill(-1.386294));
		expect(applied(renormalize(), Float32Array.of(3, -Infinity))).toEqual(Float32Array.of(0, -Infinity));
	});
});

describe('topH', () => {
	const five = logitsOf([0.5, 0.2, 0.15, 0.1, 0.05]);

	it.each([
		[0.2, [0]],
		[0.6, [0, 1]],
		[0.9, [0, 1, 2, 3]],
		[1, [0, 1, 2, 3, 4]],
	])('of %s keeps the classes whose parts of the entropy sum to at most that share', (share, kept) => {
		expect(keptIds(applied(topH(share, 1), five))).toEqual(kept);
	});

	it('looks at the hundred most probable classes alone, as Hugging Face does', () => {
		expect(keptIds(applied(topH(0.999, 1), new Float32Array(150)))).toHaveLength(99);
		expect(keptIds(applied(topH(1, 1), new Float32Array(150)))).toEqual([...Array(100).keys()]);
	});

	it('keeps two classes where beams need two', () => {
		expect(keptIds(applied(topH(0.2, 2), five))).toEqual([0, 1]);
	});

	it('never keeps a class that was removed', () => {
		expect(keptIds(applied(topH(1, 1), Float32Array.of(1, -Infinity, 0)))).toEqual([0, 2]);
	});
});
