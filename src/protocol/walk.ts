import * as v from 'valibot';
import {Changes} from './intervention.ts';
import {type LabelAnswer, type LabelledEvent, LabelParams} from './label.ts';
import {ClassRef, Count, Prompt, shortText, Text, type Token, TokenId} from './parts.ts';

/** The questions of the walk and of the command line's `explain` and `classify`. */

/** Cut a text into words and tokens. */
const TokenizeParams = v.object({text: Text});
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
const ReplayParams = v.object({word: shortText('word-long', 200)});
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

/** How does the head come to the logits of these classes? */
const HeadParams = v.object({
	prompt: Prompt,
	classes: v.pipe(v.array(ClassRef), v.minLength(1), v.maxLength(8)),
});
export interface HeadAnswer {
	/** The last position's vector as the head multiplies it, [D]. */
	vector: number[];
	/** How many classes the head has. */
	vocabSize: number;
	/** Log of the sum of exp(logit) over all classes, in nats. */
	logSumExp: number;
	classes: (Token & {
		rank: number;
		logit: number;
		probability: number;
		/** The class's row of weights, [D]. */
		weights: number[];
		/** vector * weights, [D]; they add up to the logit. */
		contributions: number[];
	})[];
}

/** How does the log-probability of a class move when parts of the prompt are taken out? */
const InfluenceParams = v.object({
	text: Text,
	/** Whether the tokenizer's beginning comes before the text; true when left out. */
	addSpecialTokens: v.optional(v.boolean()),
	unit: v.picklist(['token', 'word', 'sentence']),
	/** Replaces the part; an empty one removes it. */
	replacement: shortText('replacement-long', 40),
	chosen: ClassRef,
	/** A second class, for the difference of the two: contrastive explanations (Yin & Neubig 2022). */
	against: v.nullable(ClassRef),
});
interface PairLogProbs {
	chosen: number;
	against: number | null;
}
/** A part of the prompt, and the log-probabilities of the two classes without it. */
export interface OccludedPart extends PairLogProbs {
	start: number;
	end: number;
}
/** One more part has been taken out. */
interface OccludedEvent {
	kind: 'occluded';
	done: number;
	total: number;
	part: OccludedPart;
}
export interface InfluenceAnswer {
	/** Log-probabilities, in nats, after the whole prompt. */
	whole: PairLogProbs;
	chosen: Token;
	against: Token | null;
	parts: OccludedPart[];
}

/** The effect of a part: how much lower the class's log-probability (or its lead over the other class) is without it, in nats. */
export function influenceOf(part: OccludedPart, whole: PairLogProbs): number {
	const own = whole.chosen - part.chosen;
	return whole.against === null || part.against === null ? own : own - (whole.against - part.against);
}

/** The most tokens of a training batch: every position's logits are held at once. */
export const MAX_BATCH = 128;

/** One step of gradient descent on a bias added to the head's logits, for a text as a training batch. */
const BiasStepParams = v.object({
	text: Text,
	learningRate: v.pipe(v.number(), v.minValue(0), v.maxValue(1000)),
	/** Of which position the distribution is shown before and after. */
	position: Count,
	/** Whether the text begins with what the tokenizer puts before one; yes when left out. */
	addSpecialTokens: v.optional(v.boolean()),
});
/** A class and the gradient of the mean loss with respect to its bias. */
interface Slope extends Token {
	gradient: number;
	bias: number;
}
export interface BiasStepAnswer {
	/** The batch's tokens; the first is predicted from `<|endoftext|>` alone. Losses in nats. */
	tokens: (Token & {before: number; after: number})[];
	meanBefore: number;
	meanAfter: number;
	/** The change of the mean that the gradient predicts, to first order: -learningRate * |gradient|^2. */
	predictedChange: number;
	/** The classes whose bias goes up most, and down most. */
	raised: Slope[];
	lowered: Slope[];
	/** The most probable classes of the chosen position, and its target, before and after. */
	classes: (Token & {before: number; after: number})[];
	/** How many tokens of the text did not fit into the batch. */
	left: number;
}

/** The most positions that the logit lens shows: the last of a longer prompt. */
export const MAX_LENS = 24;
/** The most tokens whose attention is shown: the first of a longer prompt. */
export const MAX_ATTENTION = 128;

/** What would the head answer after each block (the logit lens of nostalgebraist, 2020)? */
const LensParams = v.object({
	prompt: Prompt,
	/** A class whose rank is followed through the blocks. */
	target: v.nullable(TokenId),
	changes: v.optional(Changes),
});
export interface LensAnswer {
	/** The last positions' tokens. */
	tokens: Token[];
	/** Index of the first of them in the whole prompt. */
	first: number;
	/** Before the first block, and after each. */
	blocks: {
		/** One for each position. */
		cells: {
			/** The most probable classes. */
			top: (Token & {probability: number})[];
			/** Nats. */
			entropy: number;
			followed: {rank: number; logProb: number} | null;
		}[];
		/** The last position's residual stream, [D]. */
		vector: number[];
	}[];
}

/** Where does one head of one block look? */
const AttentionParams = v.object({prompt: Prompt, block: Count, head: Count, changes: v.optional(Changes)});
export interface AttentionAnswer {
	tokens: Token[];
	/** Row i: how much position i looks at each position up to itself; sums to 1. */
	weights: number[][];
}

/** How many positions a head's work lists one by one: those that it looks at most. */
export const MAX_MIXED = 12;

/** How does one head, at one position, come to what it passes on? */
const MixParams = v.object({
	prompt: Prompt,
	block: Count,
	head: Count,
	position: Count,
	changes: v.optional(Changes),
});
export interface MixAnswer {
	/** The position that looks, in the text's first `MAX_ATTENTION` tokens, and its token. */
	position: number;
	token: Token;
	/** With its position turned into it, where the model has rotary positions; [d]. */
	query: number[];
	/** What query . key is multiplied by to be the score. */
	scale: number;
	/** Log of the sum of e^score over all positions that are seen: a weight is e^(score - this). */
	logSum: number;
	/** What it looks at most, in the order of the text. */
	rows: (Token & {
		position: number;
		key: number[];
		score: number;
		weight: number;
		value: number[];
	})[];
	/** The positions that are not listed: how many, their weights together, and the sum of weight * value, [d]. */
	others: {count: number; weight: number; added: number[]};
	/** What the head passes on: the sum of weight * value over all of them, [d]. */
	mixed: number[];
}

/** The most positions whose vectors are shown together: the last of a longer prompt. */
export const MAX_STREAMS = 16;

/** What enters a block, and what leaves it? */
const StreamsParams = v.object({
	prompt: Prompt,
	/** From 1 on; 0 is what stands before the first block, which nothing enters. */
	block: Count,
	changes: v.optional(Changes),
});
export interface StreamsAnswer {
	/** The last positions' tokens. */
	tokens: Token[];
	/** Index of the first of them in the whole prompt. */
	first: number;
	/** The residual stream at each of them, [D] to five digits; before the first block, null. */
	before: number[][] | null;
	after: number[][];
}

/** The most tokens of the grids that stand for all heads: the first of a longer prompt. */
export const MAX_HEADS = 24;

/** What does every head of every block do on this text? */
const HeadsParams = v.object({prompt: Prompt, changes: v.optional(Changes)});
/** Looks at the token before, the first one, itself, the same token earlier, what followed the same token, or all over. */
export type HeadPattern = 'previous' | 'first' | 'self' | 'same' | 'induction' | 'spread';
export interface HeadsAnswer {
	tokens: Token[];
	/** Heads of keys and values in a block: where they are fewer than those of queries, as many of these share each (grouped queries). */
	sharedHeads: number;
	/** Blocks in order, and in each its heads. */
	blocks: {
		pattern: HeadPattern;
		/** The mean share of its attention that goes there, 0 to 1; of `spread`, how evenly it is shared out. */
		share: number;
		/** Row i: how much position i looks at each position up to itself, in hundredths. */
		weights: number[][];
	}[][];
}

/** The cost of one more step, with the key/value cache and without it. */
const StepCostParams = v.object({prompt: Prompt, appended: TokenId});
export interface StepCostAnswer {
	/** Tokens whose keys and values the cache holds before the step. */
	cached: number;
	/** Bytes of keys and values that one token adds. */
	bytesPerToken: number;
	/** Milliseconds for the one new token, with the cache. */
	withCache: number;
	/** Milliseconds for the same, reading all tokens again. */
	withoutCache: number;
}

/** The methods of the walk and the parameters of each. */
export const WALK_METHODS = {
	tokenize: TokenizeParams,
	replay: ReplayParams,
	head: HeadParams,
	label: LabelParams,
	influence: InfluenceParams,
	biasStep: BiasStepParams,
	stepCost: StepCostParams,
	lens: LensParams,
	attention: AttentionParams,
	mix: MixParams,
	streams: StreamsParams,
	heads: HeadsParams,
} as const;

/** Each method's events, besides progress, and its answer. */
export interface WalkReplies {
	tokenize: {event: never; answer: TokenizeAnswer};
	replay: {event: never; answer: ReplayAnswer};
	head: {event: never; answer: HeadAnswer};
	label: {event: LabelledEvent; answer: LabelAnswer};
	influence: {event: OccludedEvent; answer: InfluenceAnswer};
	biasStep: {event: never; answer: BiasStepAnswer};
	stepCost: {event: never; answer: StepCostAnswer};
	lens: {event: never; answer: LensAnswer};
	attention: {event: never; answer: AttentionAnswer};
	mix: {event: never; answer: MixAnswer};
	streams: {event: never; answer: StreamsAnswer};
	heads: {event: never; answer: HeadsAnswer};
}
