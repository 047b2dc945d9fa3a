import {expect, test} from 'vitest';
import messages from '../../../../public/_locales/en/messages.json' with {type: 'json'};
import {guessable, placeOf, play, playable, scoreOf} from '../../../../src/features/walkthrough/guess/game.ts';
import {openBundledModel} from '../../../helpers/bundled-model.ts';
import {collect} from '../../../helpers/collect.ts';

const words = (text: string, probability = 0.3) =>
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

test('a word that is given away, or that nobody could guess, is no gap', () => {
	const tokens = words('The cat sat and the dog ran far away '.repeat(20).trim());
	for (const [i, token] of tokens.entries()) token.logProb = Math.log([0.3, 0.9, 0.04][i % 3]);
	const places = guessable(tokens);
	expect(places).toHaveLength(10);
	expect(places.every(i => i % 3 === 0)).toBe(true);
	for (const token of tokens) token.logProb = Math.log(0.61);
	expect(guessable(tokens)).toEqual([]);
});

test.each(['walk_guess_passage_first', 'walk_guess_passage_second'] as const)(
	'every gap of %s has a probability within what can be guessed, 5 to 60 percent with the bundled model, and there are ten',
	async name => {
		const {lm, tokenizer} = await openBundledModel();
		const ids = tokenizer.encode(messages[name].message);
		const scores = await collect(lm.scoreWindow([lm.config.bosTokenId!, ...ids], 0));
		const logProbs = scores.flatMap(({logProb}) => [...logProb]);
		const tokens = ids.map((id, i) => ({...tokenizer.token(id), logProb: logProbs[i]}));
		const places = guessable(tokens);
		expect(places).toHaveLength(10);
		for (const at of places) {
			const probability = Math.exp(tokens[at].logProb);
			expect(probability, tokens[at].text).toBeGreaterThanOrEqual(0.05);
			expect(probability, tokens[at].text).toBeLessThanOrEqual(0.6);
		}
		await lm.dispose();
	},
);

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
