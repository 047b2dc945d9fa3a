import {randomStream} from '../../../engine/math/random.ts';
import type {ScoredToken} from '../../../protocol/questions/score.ts';
import type {Token} from '../../../protocol/values/prompt.ts';
import {surprisalBits} from '../../../ui/tokens/log-prob.ts';

/** How many words are guessed in a round. */
const ROUNDS = 10;
/** How many tokens are shown before the first guess. */
export const KNOWN = 8;

/** One guess, and what came of it. */
export interface Round {
	/** Index of the token that was guessed. */
	at: number;
	guess: string;
	/** How sure the reader was of the guess, above 0 and below 1. */
	odds: number;
	right: boolean;
	/** What the model held most probable. */
	modelGuess: Token & {probability: number};
	modelRight: boolean;
	/**
	 * Bits that the reader saved: those that a word costs without any knowledge, less the surprisal of the right class. Below
	 * zero where the reader was sure of another one.
	 */
	saved: number;
	modelSaved: number;
}

/** The tokens that can be guessed: whole words of one token, so that a word and a class are the same thing. */
export const guessable = (tokens: readonly Pick<ScoredToken, 'text'>[]): number[] =>
	[...tokens.keys()].filter(
		i =>
			i >= KNOWN && /^ \p{L}{2,}$/u.test(tokens[i].text ?? '') && /^[^\p{L}\p{M}'’]/u.test(tokens[i + 1]?.text ?? ' '),
	);

/**
 * The gaps, in their order: drawn at random, each word as likely as the others. A choice by the model's own probabilities would make
 * its score one of words that were chosen for it.
 */
export function drawGaps(words: readonly number[], seed: number): number[] {
	const stream = randomStream(seed);
	const left = [...words];
	const draw = () => left.splice(Math.floor(stream.next() * left.length), 1)[0];
	return Array.from({length: Math.min(ROUNDS, words.length)}, draw).sort((a, b) => a - b);
}

/** The reader's word among the classes that the model listed first, from 1 on; null where it is none of them. */
export const placeOf = (guess: string, classes: ScoredToken['top']): number | null => {
	const at = classes.findIndex(({text}) => plain(text ?? '') === plain(guess));
	return at < 0 ? null : at + 1;
};

const plain = (word: string) => word.trim().normalize('NFC').toLowerCase();

/** What a word costs without any knowledge, when every class is as probable as the others. */
export const bitsOfNothing = (vocabSize: number): number => Math.log2(vocabSize);

/**
 * A guess against the passage and the model. The reader's odds are a distribution as the model's are: what the guess does
 * not get is shared evenly by all other classes.
 */
export function play(
	tokens: readonly ScoredToken[],
	at: number,
	guess: string,
	odds: number,
	vocabSize: number,
): Round {
	const token = tokens[at];
	const right = plain(guess) === plain(token.text ?? '');
	const given = right ? odds : (1 - odds) / (vocabSize - 1);
	const most = bitsOfNothing(vocabSize);
	return {
		at,
		guess: guess.trim(),
		odds,
		right,
		modelGuess: token.top[0],
		modelRight: token.rank === 1,
		saved: most + Math.log2(given),
		modelSaved: most - surprisalBits(token),
	};
}

/** Both scores: how many were right, and the bits that were saved in all rounds together. */
export interface Score {
	right: number;
	modelRight: number;
	saved: number;
	modelSaved: number;
}

export function scoreOf(rounds: readonly Round[]): Score {
	const total = (value: (round: Round) => number) => rounds.reduce((sum, round) => sum + value(round), 0);
	return {
		right: total(round => Number(round.right)),
		modelRight: total(round => Number(round.modelRight)),
		saved: total(round => round.saved),
		modelSaved: total(round => round.modelSaved),
	};
}

/** Characters of a passage that is played: ten words are spread over what can be read in a minute or two. */
const PLAYED = 1500;

/** The beginning of a text, as much as is played, to the end of a word. */
export const playable = (text: string): string =>
	text.length <= PLAYED ? text : text.slice(0, PLAYED).replace(/\s+\S*$/u, '');
