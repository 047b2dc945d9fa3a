import {expect, test} from 'vitest';
import {guessable, placeOf, play, scoreOf} from '../../../src/walk/chapters/guess/game.ts';

const words = (text: string, probability = 0.01) =>
	text.split(/(?= )/).map(text => ({text, logProb: Math.log(probability)}));
const scored = (text: string, rank: number, probability: number, first: string) => ({
	id: 1,
	text,
	start: 0,
	end: 1,
	rank,
	logProb: Math.log(probability),
	corrected: Math.log(probability),
	entropy: 1,
	top: [{id: 2, text: first, probability: 0.4}],
});

test('only whole words of one token are guessed, spread over the passage, none before the eighth token', () => {
	const tokens = words('a a a a a a a a').concat(
		[' the', ' straw', 'berry', ',', ' man', ' don', '’', 't', ' x', ' end'].map(text => ({text, logProb: -1})),
	);
	expect(guessable(tokens).map(i => tokens[i].text)).toEqual([' the', ' man', ' end']);
	const long = words('The cat sat and the dog ran far away '.repeat(20).trim());
	const places = guessable(long);
	expect(places).toHaveLength(10);
	expect(places.at(-1)! - places[0]).toBeGreaterThan(long.length / 2);
});

test('words that can be guessed and are not given away go before others', () => {
	const tokens = words('The cat sat and the dog ran far away '.repeat(20).trim());
	for (const [i, token] of tokens.entries()) if (i % 3 === 0) token.logProb = Math.log(0.3);
	for (const [i, token] of tokens.entries()) if (i % 3 === 1) token.logProb = Math.log(0.9);
	const places = guessable(tokens);
	expect(places).toHaveLength(10);
	expect(places.every(i => i % 3 === 0)).toBe(true);
});

test('a guess has its place among the model’s first classes, or none', () => {
	const top = [' house', ' door', ' Gate'].map((text, id) => ({id, text, probability: 0.2}));
	expect(placeOf('gate ', top)).toBe(3);
	expect(placeOf('house', top)).toBe(1);
	expect(placeOf('tree', top)).toBeNull();
});

test('a guess is compared with the passage and the model; its case and the space before it do not matter', () => {
	const round = play([scored(' Door', 3, 0.25, ' house')], 0, 'door ', null, 50_257);
	expect(round).toMatchObject({right: true, guess: 'door', bits: null, modelRight: false});
	expect(round.modelBits).toBeCloseTo(2, 12);
	expect(round.modelGuess.text).toBe(' house');
});

test('odds are a distribution: the probability left by the guess is shared by all other classes', () => {
	const tokens = [scored(' door', 1, 0.5, ' door')];
	expect(play(tokens, 0, 'door', 0.5, 50_257).bits).toBeCloseTo(1, 12);
	expect(play(tokens, 0, 'window', 0.5, 50_257).bits).toBeCloseTo(1 + Math.log2(50_256), 9);
});

test('the scores are means over the rounds that can be compared', () => {
	const tokens = [scored(' door', 1, 0.5, ' door'), scored(' sea', 2, 0.25, ' door')];
	const rounds = [play(tokens, 0, 'door', 0.25, 9), play(tokens, 1, 'sea', null, 9)];
	expect(scoreOf(rounds)).toEqual({right: 2, modelRight: 1, bits: 2, modelBits: 1});
	expect(scoreOf(rounds.slice(1))).toEqual({right: 1, modelRight: 0, bits: null, modelBits: 2});
	expect(scoreOf([])).toEqual({right: 0, modelRight: 0, bits: null, modelBits: null});
});
