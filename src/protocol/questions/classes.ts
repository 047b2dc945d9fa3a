import * as v from 'valibot';
import {Changes} from '../values/changes.ts';
import {Generation} from '../values/generation.ts';
import {Count, Prompt, type Token} from '../values/prompt.ts';
import type {BandShares, ClassRow, FormPlace} from '../values/token.ts';

/** Which class comes next? */
export const ClassesParams = v.object({
	prompt: Prompt,
	generation: Generation,
	limit: v.pipe(Count, v.minValue(1), v.maxValue(1000)),
	changes: v.optional(Changes),
});

/** Where does a class rank? */
export const FindParams = v.object({
	prompt: Prompt,
	generation: Generation,
	query: v.pipe(v.string(), v.maxLength(200)),
	limit: v.pipe(Count, v.minValue(1), v.maxValue(200)),
	changes: v.optional(Changes),
});

/** The classes that may come next. */
export interface ClassesAnswer {
	/** The tokens of the text that the model looked at, oldest dropped first when they exceed the context. */
	tokens: Token[];
	/** How many of the oldest tokens were dropped. */
	dropped: number;
	/** The tokens that the model's tokenizer puts before a text, unless `addSpecialTokens` is false; often none. */
	beginning: Token[];
	/** True when the prompt was empty and has no such beginning, so that the model started from `<|endoftext|>`. */
	fromEndOfText: boolean;
	vocabSize: number;
	/** The first `limit` classes of the model's own distribution. */
	model: ClassRow[];
	/** Entropy of the model's own distribution, in bits. */
	entropyBits: number;
	/** The first `limit` kept classes after the sampling settings, then the three most probable ones they cut. */
	sampling: ClassRow[];
	samplingEntropyBits: number;
	/** How many classes the sampling settings keep. */
	keptCount: number;
	/** Probability the model itself gives to the kept classes; the rest holds 1 minus this. */
	keptProbability: number;
	/** The classes whose logits biases change here; left out where there are none. */
	pushed?: ClassRow[];
	/** The form that the text is held to: how many classes fit, and how much of the model's own probability those have that do not. */
	form?: FormPlace & {fitting: number; unfitting: number};
	/** How much probability is in each band of ranks: 1 to 10, to 100, to 1,000, and beyond. */
	bands: {
		model: BandShares;
		/** How much of `model` the sampling settings keep. */
		kept: BandShares;
		/** By ranks after the sampling settings, of their own probabilities. */
		sampling: BandShares;
	};
}

/** Where a class ranks. */
export interface FindAnswer {
	/** The class whose text is exactly the query; for a query of several tokens, null. */
	exact: ClassRow | null;
	/** The class whose text is the query after a space, as inside a sentence; left out where there is none. */
	spaced?: ClassRow;
	/** The query's tokens. */
	tokens: Token[];
	/** Classes whose text contains the query, most probable first. */
	rows: ClassRow[];
	/** How many classes contain it. */
	total: number;
}
