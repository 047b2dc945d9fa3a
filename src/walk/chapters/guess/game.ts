import type {ScoredToken, Token} from '../../../protocol/engine.ts';
import {surprisalBits} from '../../../ui/tokens/log-prob.ts';

/** How many words are guessed in a round. */
const ROUNDS = 10;
/** How many tokens are shown before the first guess. */
const KNOWN = 8;

/** One guess, and what came of it. */
export interface Round {
	/** Index of the token that was guessed. */
	at: number;
	guess: string;
	/** The reader's odds for the guess, 0 to 1; null for none. */
	odds: number | null;
	right: boolean;
	/** What the model held most probable. */
	modelGuess: Token & {probability: number};
	modelRight: boolean;
	/** Minus the logarithm of the probability that was given to the right class. Null where no odds were given. */
	bits: number | null;
	modelBits: number;
}

/** Words that are neither given away nor beyond guessing: the model's probability for them. */
const FAIR = {least: Math.log(0.05), most: Math.log(0.6)};

/**
 * The tokens to guess: whole words of one token, so that a word and a class are the same thing, spread evenly over the
 * passage. Words that can be guessed and need to be, by the model's own probability, go before all others.
 */
export function guessable(tokens: readonly Pick<ScoredToken, 'text' | 'logProb'>[], wanted = ROUNDS): number[] {
	const isWhole = (i: number) =>
		/^ \p{L}{2,}$/u.test(tokens[i].text ?? '') && /^[^\p{L}\p{M}'’]/u.test(tokens[i + 1]?.text ?? ' ');
	const whole = [...tokens.keys()].filter(i => i >= KNOWN && isWhole(i));
	const fair = whole.filter(i => tokens[i].logProb >= FAIR.least && tokens[i].logProb <= FAIR.most);
	const all = fair.length >= wanted ? fair : whole;
	if (all.length <= wanted) return all;
	return Array.from({length: wanted}, (_, i) => all[Math.floor((i * all.length) / wanted)]);
}

/** The reader's word among the classes that the model listed first, from 1 on; null where it is none of them. */
export const placeOf = (guess: string, classes: ScoredToken['top']): number | null => {
	const at = classes.findIndex(({text}) => plain(text ?? '') === plain(guess));
	return at < 0 ? null : at + 1;
};

const plain = (word: string) => word.trim().normalize('NFC').toLowerCase();

/**
 * A guess against the passage and the model. The reader's odds are a distribution as the model's are: what the guess does
 * not get is shared evenly by all other classes.
 */
export function play(
	tokens: readonly ScoredToken[],
	at: number,
	guess: string,
	odds: number | null,
	vocabSize: number,
): Round {
	const token = tokens[at];
	const right = plain(guess) === plain(token.text ?? '');
	const given = odds === null ? null : right ? odds : (1 - odds) / (vocabSize - 1);
	return {
		at,
		guess: guess.trim(),
		odds,
		right,
		modelGuess: token.top[0],
		modelRight: token.rank === 1,
		bits: given === null ? null : -Math.log2(given),
		modelBits: surprisalBits(token),
	};
}

/** Both scores. */
export interface Score {
	right: number;
	modelRight: number;
	/** Means over the rounds with odds; null where there are none. */
	bits: number | null;
	/** Over the same rounds, so that the two can be compared; over all where the reader gave no odds. */
	modelBits: number | null;
}

export function scoreOf(rounds: readonly Round[]): Score {
	const withOdds = rounds.filter(round => round.bits !== null);
	const compared = withOdds.length > 0 ? withOdds : rounds;
	const mean = (values: number[]) => (values.length > 0 ? values.reduce((a, b) => a + b, 0) / values.length : null);
	return {
		right: rounds.filter(round => round.right).length,
		modelRight: rounds.filter(round => round.modelRight).length,
		bits: mean(withOdds.map(round => round.bits!)),
		modelBits: mean(compared.map(round => round.modelBits)),
	};
}
