import * as v from 'valibot';
import {shortText, Text, type Token} from '../values/prompt.ts';

/** Cut a text into words and tokens. */
export const TokenizeParams = v.object({text: Text});
export interface TokenizeAnswer {
	/** What the tokenizer puts before every text; often nothing. */
	beginning: Token[];
	/** With UTF-16 offsets into the text; tokens that share a character share its offsets. */
	tokens: (Token & {start: number; end: number})[];
	/** Words with the space before them, whose borders no token crosses. `first` and `count` are of a word's tokens. */
	words: {start: number; end: number; first: number; count: number}[];
	vocabSize: number;
}

/** How byte-pair encoding made the tokens of one word. */
export const ReplayParams = v.object({word: shortText('word-long', 200)});
export interface ReplayAnswer {
	/** The word's bytes, each a token. */
	start: Token[];
	steps: {
		left: Token;
		right: Token;
		merged: Token;
		/** Place in the list of merges, 0 first. */
		rank: number;
		/** The word's tokens after the merge. */
		tokens: Token[];
	}[];
	/** How many merges the tokenizer knows. */
	merges: number;
}
