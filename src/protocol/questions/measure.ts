import * as v from 'valibot';
import {type Refusal, refuse} from '../../engine/errors/refusal.ts';
import {ModelRef, shortText, type Token} from '../values/prompt.ts';
import {saying} from '../values/refused.ts';

/** Many texts scored at once: the desk, and the command line’s `surprisal`. */

/** The most texts of one request. A longer table is asked for in several: what is done is kept when one is taken back. */
const MAX_MEASURED = 1000;
/** The most characters of a text, and of its context. */
const MAX_CHARACTERS = 20_000;

/** Score texts, each after its left context. */
export const MeasureParams = v.object({
	rows: v.pipe(
		v.array(
			v.object({
				text: shortText('line-long', MAX_CHARACTERS),
				/** Read before the text and not scored; none when left out. */
				context: v.optional(shortText('line-long', MAX_CHARACTERS)),
			}),
		),
		v.minLength(1),
		v.maxLength(
			MAX_MEASURED,
			saying(() => refuse('lines-many', {most: MAX_MEASURED})),
		),
	),
	/** Stands between a context and its text where neither has white space there; a space when left out. */
	separator: v.optional(v.pipe(v.string(), v.maxLength(10))),
	/** Whether the tokenizer's beginning comes before every text; true when left out. */
	addSpecialTokens: v.optional(v.boolean()),
	/** Which model scores; `main` when left out. */
	model: v.optional(ModelRef),
});

/** A token of a text, classified from what is before it. */
export interface MeasuredToken extends Token {
	/** UTF-16 offsets into the text, without its context: [start, end). Tokens that share a character share its start and end. */
	start: number;
	end: number;
	/** 1 is the most probable class. */
	rank: number;
	/** Natural log. */
	logProb: number;
	/** The same, corrected for where words end: `ScoredToken` says how. */
	corrected: number;
	/** Of the distribution before it, in nats. */
	entropy: number;
}

/** One more text has been scored, or cannot be. In the order of the request. */
export interface MeasuredEvent {
	kind: 'measured';
	/** Index of the text in the request. */
	row: number;
	tokens: MeasuredToken[];
	/** Why this one could not be scored; the others go on. Null where it was. */
	refusal: Refusal | null;
}

/** All texts have been scored. */
export interface MeasureAnswer {
	/** Name of the model that scored. */
	model: string;
	/** The commit of the Hub that its files are of; left out for other models. */
	revision?: string;
	/** How its weights are kept. */
	dtype: string;
	contextLength: number;
	/** Among how many classes the ranks are. */
	vocabSize: number;
}
