import * as v from 'valibot';
import {BodyChanges} from '../values/changes.ts';
import {Count, ModelRef, Text, type Token} from '../values/prompt.ts';
import type {LikelyClass} from '../values/token.ts';

/** Classify every token of a text. */
export const ScoreParams = v.object({
	text: Text,
	/** How far the window moves over what exceeds the context; half the context when left out. */
	stride: v.optional(v.pipe(Count, v.minValue(1))),
	/** Whether every window begins at a multiple of the stride, also the last, as in Hugging Face's guide to perplexity. */
	alignedWindows: v.optional(v.boolean()),
	/** Whether the tokenizer's beginning comes before the text; true when left out. */
	addSpecialTokens: v.optional(v.boolean()),
	/** Which model scores; `main` when left out. */
	model: v.optional(ModelRef),
	/** Changes of the model that answers; `model` is then left out. */
	changes: v.optional(BodyChanges),
});

/** One token of a passage, classified from the text before it. */
export interface ScoredToken extends Token {
	/** UTF-16 offsets into the text: [start, end). Tokens that share a character share its start and end. */
	start: number;
	end: number;
	rank: number;
	/** Natural log. */
	logProb: number;
	/**
	 * The same, with what belongs to the borders of words moved to the words: these add up to the log-probability of a word, where
	 * those of a word's tokens do not (`engine/scoring/words.ts`).
	 */
	corrected: number;
	/** Nats. */
	entropy: number;
	top: LikelyClass[];
}
/** Streamed by `score`: the next tokens of the passage, in order. */
export interface ScoredEvent {
	kind: 'scored';
	tokens: ScoredToken[];
	/** Among how many classes the ranks are. */
	vocabSize: number;
}
/** Totals of a passage; its tokens have been streamed. */
export interface ScoreAnswer {
	/** Name of the model that scored. */
	model: string;
	/** The commit of the Hub that its files are of; left out for other models. */
	revision?: string;
	tokenCount: number;
	/** Sum of the tokens' log-probabilities, in nats. */
	logProb: number;
	/** Sum of the corrected ones: of the text, and that its last word ends with it. */
	corrected: number;
	perplexity: number;
	bitsPerToken: number;
	bitsPerCharacter: number;
	characters: number;
	/** How many windows the passage took; above 1 the context slid. */
	windows: number;
}
