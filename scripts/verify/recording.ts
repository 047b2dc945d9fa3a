import type {Tokenizer} from '../../src/engine/tokenizer/tokenizer.ts';

/** What the real GPT-2 small said of a text, as GLTR recorded it; see test/reference/gltr/README.md. */
export interface Recording {
	text: string;
	/** `<|endoftext|>` and the text's n tokens; a leading space is `Ġ`, a newline `Ċ`. */
	tokens: string[];
	/** For each of the n tokens: its rank, 0 the most probable, and its probability to five decimals. */
	actual: [rank: number, probability: number][];
	/** For each of the n positions: the most probable classes and their probabilities. */
	top: [token: string, probability: number][][];
}

/** What a model says of the same text, in arrays of n. */
export interface Scores {
	ids: readonly number[];
	/** 1 is the most probable. */
	rank: readonly number[];
	/** Natural logarithms. */
	logProb: readonly number[];
	/** Id of the most probable class. */
	first: readonly number[];
}

/** How far both agree. Shares are of the positions, 0 to 1; of those whose recorded token is a plain word where tokens are compared. */
export interface Agreement {
	positions: number;
	/** Tokens that are the same. Where their number differs, nothing else can be compared. */
	tokens: number;
	/** Positions at which the text's token has the same rank. */
	rank: number;
	/** Positions at which it has the same rank or the next one: fp32 swaps near-equal classes. */
	rankWithinOne: number;
	/** Positions whose most probable class is the same. */
	first: number;
	/** Positions whose probability is within half of the recording's last decimal and `tolerance`. */
	probability: number;
	largestRankDifference: number;
	/** Largest difference of a probability, and the position of its token in the text. */
	largestProbabilityDifference: number;
	at: number;
}

/** The recording's probabilities are rounded to five decimals. */
const ROUNDING = 0.5e-5;

/**
 * Compare position by position.
 * @param tolerance by which a probability may differ beyond the recording's own rounding.
 */
export function compare(recording: Recording, scores: Scores, tokenizer: Tokenizer, tolerance: number): Agreement {
	const expected = recording.tokens.slice(1);
	const n = expected.length;
	const shown = (id: number) => tokenizer.token(id).text?.replaceAll(' ', 'Ġ').replaceAll('\n', 'Ċ');
	const share = (holds: (i: number) => boolean) =>
		scores.ids.reduce((count, _, i) => count + (holds(i) ? 1 : 0), 0) / n;
	// GLTR rewrote some punctuation, and a byte of a character has no text: only words are compared as they are shown.
	const shareOfWords = (word: (i: number) => string, id: (i: number) => number) => {
		const words = [...expected.keys()].filter(i => /^[\w\sĠĊ]+$/.test(word(i)));
		return words.filter(i => shown(id(i)) === word(i)).length / Math.max(1, words.length);
	};
	const tokens =
		scores.ids.length === n
			? shareOfWords(
					i => expected[i],
					i => scores.ids[i],
				)
			: 0;
	if (scores.ids.length !== n) {
		return {
			positions: n,
			tokens,
			rank: 0,
			rankWithinOne: 0,
			first: 0,
			probability: 0,
			largestRankDifference: Infinity,
			largestProbabilityDifference: 1,
			at: 0,
		};
	}

	const rankDifference = (i: number) => Math.abs(scores.rank[i] - 1 - recording.actual[i][0]);
	const difference = (i: number) => Math.abs(Math.exp(scores.logProb[i]) - recording.actual[i][1]);
	let at = 0;
	for (let i = 0; i < n; i++) if (difference(i) > difference(at)) at = i;
	return {
		positions: n,
		tokens,
		rank: share(i => rankDifference(i) === 0),
		rankWithinOne: share(i => rankDifference(i) <= 1),
		first: shareOfWords(
			i => recording.top[i][0][0],
			i => scores.first[i],
		),
		probability: share(i => difference(i) <= tolerance + ROUNDING),
		largestRankDifference: Math.max(...scores.ids.map((_, i) => rankDifference(i))),
		largestProbabilityDifference: difference(at),
		at,
	};
}
