import {expect, test} from 'vitest';
import {
	drawGaps,
	guessable,
	placeOf,
	play,
	playable,
	scoreOf,
} from '../../../../src/features/walkthrough/guess/game.ts';

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

test('only whole words of one token are guessed, none before the ninth token', () => {
	const tokens = 'a a a a a a a a'
		.split(/(?= )/)
		.concat([' the', ' straw', 'berry', ',', ' man', ' don', '’', 't', ' x', ' end'])
		.map(text => ({text}));
	expect(guessable(tokens).map(i => tokens[i].text)).toEqual([' the', ' man', ' end']);
	expect(guessable(tokens.slice(0, 8))).toEqual([]);
});

test('the gaps are ten different words in their order, the same for one seed, or all where there are fewer', () => {
	const words = Array.from({length: 40}, (_, i) => 8 + 3 * i);
	const gaps = drawGaps(words, 1);
	expect(new Set(gaps).size).toBe(10);
	expect(gaps).toEqual(words.filter(at => gaps.includes(at)));
	expect(drawGaps(words, 1)).toEqual(gaps);
	expect(drawGaps(words, 2)).not.toEqual(gaps);
	expect(drawGaps([9, 12], 1)).toEqual([9, 12]);
	expect(drawGaps([], 1)).toEqual([]);
});

test('over many games, every word is a gap as often as the others', () => {
	const words = Array.from({length: 40}, (_, i) => 8 + i);
	const GAMES = 4000;
	const drawn = new Map(words.map(at => [at, 0]));
	for (let seed = 1; seed <= GAMES; seed++) for (const at of drawGaps(words, seed)) drawn.set(at, drawn.get(at)! + 1);
	// Each is drawn in a quarter of the games; five standard deviations of that count.
	const spread = 5 * Math.sqrt(GAMES * 0.25 * 0.75);
	for (const [at, times] of drawn) expect(Math.abs(times - GAMES / 4), `word ${at}`).toBeLessThan(spread);
});

test('a guess has its place among the model’s first classes, or none', () => {
	const top = [' house', ' door', ' Gate'].map((text, id) => ({id, text, probability: 0.2}));
	expect(placeOf('gate ', top)).toBe(3);
	expect(placeOf('house', top)).toBe(1);
	expect(placeOf('tree', top)).toBeNull();
});

test('a guess is compared with the passage and the model; its case and the space before it do not matter', () => {
	const round = play([scored(' Door', 3, 0.25, ' house')], 0, 'door ', 0.5, 65_536);
	expect(round).toMatchObject({right: true, guess: 'door', modelRight: false});
	// Of 16 bits, 1 and 2 are still needed.
	expect(round.saved).toBeCloseTo(15, 12);
	expect(round.modelSaved).toBeCloseTo(14, 12);
	expect(round.modelGuess.text).toBe(' house');
});

test('odds are a distribution: the probability left by the guess is shared by all other classes', () => {
	const tokens = [scored(' door', 1, 0.5, ' door')];
	expect(play(tokens, 0, 'door', 0.5, 50_257).saved).toBeCloseTo(Math.log2(50_257) - 1, 12);
	const wrong = play(tokens, 0, 'window', 0.5, 50_257).saved;
	expect(wrong).toBeCloseTo(Math.log2(50_257) - 1 - Math.log2(50_256), 9);
	expect(wrong).toBeLessThan(0);
	// Who is surer of what is wrong loses more.
	expect(play(tokens, 0, 'window', 0.9, 50_257).saved).toBeLessThan(wrong);
});

test('the scores are sums over the rounds', () => {
	const tokens = [scored(' door', 1, 0.5, ' door'), scored(' sea', 2, 0.25, ' door')];
	const rounds = [play(tokens, 0, 'door', 0.25, 256), play(tokens, 1, 'sea', 0.5, 256)];
	expect(scoreOf(rounds)).toEqual({right: 2, modelRight: 1, saved: 6 + 7, modelSaved: 7 + 6});
	expect(scoreOf([])).toEqual({right: 0, modelRight: 0, saved: 0, modelSaved: 0});
});

test('of a long text the beginning is played, up to the end of a word', () => {
	expect(playable('a short text')).toBe('a short text');
	const long = playable('word '.repeat(1000));
	expect(long).toMatch(/^(word )+word$/);
	expect(long.length).toBeLessThanOrEqual(1500);
});
