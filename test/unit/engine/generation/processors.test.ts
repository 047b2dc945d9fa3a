import {describe, expect, it} from 'vitest';
import {badWords} from '../../../../src/engine/generation/processors/bad-words.ts';
import {frequencyPenalty} from '../../../../src/engine/generation/processors/frequency-penalty.ts';
import {minNewTokens} from '../../../../src/engine/generation/processors/min-length.ts';
import {noRepeatNgram} from '../../../../src/engine/generation/processors/no-repeat-ngram.ts';
import {presencePenalty} from '../../../../src/engine/generation/processors/presence-penalty.ts';
import {repetitionPenalty} from '../../../../src/engine/generation/processors/repetition-penalty.ts';
import {applied, EMPTY, keptIds} from './helpers.ts';

const flat = (size: number) => new Float32Array(size);
const refused = (message: string | RegExp) =>
	expect.objectContaining({code: 'bad-parameter', message: expect.stringMatching(message)});

describe('repetitionPenalty', () => {
	it('divides positive scores and multiplies negative ones, of prompt and continuation, once', () => {
		const context = {prompt: [0, 0], generated: [1]};
		expect(Array.from(applied(repetitionPenalty(2), Float32Array.of(1, -1, 1, 0), context))).toEqual([0.5, -2, 1, 0]);
	});
});

describe('frequencyPenalty', () => {
	it('counts every use in the continuation, none in the prompt', () => {
		const context = {prompt: [0], generated: [1, 1, 2]};
		expect(Array.from(applied(frequencyPenalty(0.5), flat(4), context))).toEqual([0, -1, -0.5, 0]);
	});
});

describe('presencePenalty', () => {
	it('counts a class of the continuation once', () => {
		const context = {prompt: [0], generated: [1, 1, 2]};
		expect(Array.from(applied(presencePenalty(0.5), flat(4), context))).toEqual([0, -0.5, -0.5, 0]);
	});

	it('rewards a used class when negative', () => {
		expect(Array.from(applied(presencePenalty(-1), flat(2), {prompt: [], generated: [1]}))).toEqual([0, 1]);
	});
});

describe('noRepeatNgram', () => {
	it('removes classes that would complete an n-gram seen before, across prompt and continuation', () => {
		// Hugging Face's own example: after 1 1 2 1, the bigram 1 1 and 1 2 exist; no trigram begins with 2 1.
		const context = {prompt: [1, 1], generated: [2, 1]};
		expect(keptIds(applied(noRepeatNgram(2), flat(3), context))).toEqual([0]);
		expect(keptIds(applied(noRepeatNgram(3), flat(3), context))).toEqual([0, 1, 2]);
		expect(keptIds(applied(noRepeatNgram(3), flat(3), {prompt: [1, 2, 0], generated: [1, 2]}))).toEqual([1, 2]);
	});

	it('removes every token used before when n is 1', () => {
		expect(keptIds(applied(noRepeatNgram(1), flat(4), {prompt: [3], generated: [0]}))).toEqual([1, 2]);
	});

	it('has nothing to say about a text shorter than n', () => {
		expect(keptIds(applied(noRepeatNgram(4), flat(2), {prompt: [1], generated: [1]}))).toEqual([0, 1]);
		expect(keptIds(applied(noRepeatNgram(3), flat(2), EMPTY))).toEqual([0, 1]);
	});

	it('leaves the most probable class when it would leave none', () => {
		expect(keptIds(applied(noRepeatNgram(1), Float32Array.of(1, 3, 2), {prompt: [0, 1, 2], generated: []}))).toEqual([
			1,
		]);
	});
});

describe('badWords', () => {
	it('always removes a word of one token, a longer one only after its first tokens', () => {
		const stage = badWords([[0], [1, 2], [3, 1, 3]], 5);
		expect(keptIds(applied(stage, flat(5), EMPTY))).toEqual([1, 2, 3, 4]);
		expect(keptIds(applied(stage, flat(5), {prompt: [3], generated: [1]}))).toEqual([1, 4]);
		// One token of the beginning is not enough, nor is another one in its place.
		expect(keptIds(applied(stage, flat(5), {prompt: [2], generated: [3]}))).toEqual([1, 2, 3, 4]);
		expect(keptIds(applied(stage, flat(5), {prompt: [4], generated: [1]}))).toEqual([1, 3, 4]);
	});

	it('refuses a list that bans every class', () => {
		expect(() => badWords([[0], [1], [2]], 3)).toThrow(refused(/badWords bans every one of the 3 classes/));
	});

	it('refuses an empty word and an unknown token id', () => {
		expect(() => badWords([[]], 3)).toThrow(
			refused(/badWords must hold words of token ids from 0 to 2, but one is \[\]\./),
		);
		expect(() => badWords([[3]], 3)).toThrow(
			refused(/badWords must hold words of token ids from 0 to 2, but one is \[3\]\./),
		);
	});

	it.each([[-1], [1.5], [Number.NaN], [0, 3], [3, 0]])(
		'refuses a word with a token id that no class has: %d %d',
		(...word) => {
			expect(() => badWords([[0], word], 3)).toThrow(refused(/badWords must hold words of token ids from 0 to 2/));
		},
	);

	it('refuses to go on when longer words ban all that is left', () => {
		const stage = badWords([[0], [2, 1], [2, 2]], 3);
		expect(() => applied(stage, flat(3), {prompt: [2], generated: []})).toThrow(refused(/bans every class/));
	});
});

describe('minNewTokens', () => {
	it('allows no end of text before the continuation has so many tokens', () => {
		const stage = minNewTokens(2, [0]);
		expect(keptIds(applied(stage, flat(3), {prompt: [1, 1, 1], generated: [1]}))).toEqual([1, 2]);
		expect(keptIds(applied(stage, flat(3), {prompt: [], generated: [1, 1]}))).toEqual([0, 1, 2]);
	});

	it('allows none of several ends', () => {
		const stage = minNewTokens(2, [0, 2]);
		expect(keptIds(applied(stage, flat(4), {prompt: [], generated: [1]}))).toEqual([1, 3]);
		const only = Float32Array.of(2, -Infinity, 1);
		expect(applied(stage, only)).toEqual(only);
	});

	it('leaves the end of text where no other class is left', () => {
		const only = Float32Array.of(2, -Infinity, -Infinity);
		expect(applied(minNewTokens(2, [0]), only)).toEqual(only);
	});
});
