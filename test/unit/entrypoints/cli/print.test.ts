import {expect, test} from 'vitest';
import {classesText, generateText, scoreText} from '../../../../src/entrypoints/cli/print.ts';
import type {ScoredToken} from '../../../../src/protocol/questions/score.ts';
import type {ClassRow} from '../../../../src/protocol/values/token.ts';

const row = (rank: number, text: string, probability: number): ClassRow => ({
	id: rank,
	text,
	rank,
	logit: -30 - rank,
	probability,
	samplingRank: rank,
	samplingProbability: probability,
	kept: true,
	end: false,
});

const noShares: [number, number, number, number] = [0, 0, 0, 0];

const answer = (rows: ClassRow[], keptProbability: number, dropped = 0) => ({
	tokens: [],
	dropped,
	beginning: [],
	fromEndOfText: false,
	vocabSize: 50257,
	model: rows,
	entropyBits: 0.01,
	sampling: rows,
	samplingEntropyBits: 0.01,
	keptCount: 2,
	keptProbability,
	bands: {model: noShares, kept: noShares, sampling: noShares},
});

test('no chance is rounded to certainty or to none', () => {
	const printed = classesText(answer([row(1, ' a', 0.99996), row(2, '\n', 3e-7)], 0.999999), false);
	expect(printed).toContain('>99.9 %');
	expect(printed).toContain('<0.01 %');
	expect(printed).not.toMatch(/ 100 %| 0\.00 %/);
	expect(classesText(answer([row(1, ' a', 1)], 1), false)).toContain('100 % of the probability');
});

test('tokens are printed visibly, and dropped ones are counted', () => {
	const printed = classesText(answer([row(1, ' a\n', 0.5)], 0.5, 1), false);
	expect(printed).toContain('" a\\n"');
	expect(printed).toContain('its oldest 1 token was dropped');
	const dropped = generateText({continuations: [], dropped: 7, trace: null, decodeMilliseconds: 1});
	expect(dropped).toContain('its oldest 7 tokens were dropped');
});

test('a book of tokens is printed too', () => {
	const token: ScoredToken = {
		id: 1,
		text: 'a',
		start: 0,
		end: 1,
		rank: 1,
		logProb: -1,
		corrected: -1,
		entropy: 1,
		top: [row(1, 'a', 1)],
	};
	const totals = {
		model: 'gpt2-mini',
		tokenCount: 200_000,
		logProb: -1,
		corrected: -1,
		perplexity: 1,
		bitsPerToken: 1,
		bitsPerCharacter: 1,
		characters: 1,
		windows: 1,
	};
	expect(scoreText(Array(200_000).fill(token), totals)).toContain('200000 tokens in 1 window:');
	expect(scoreText([token], {...totals, tokenCount: 1})).toContain('\n1 token in 1 window:');
});
