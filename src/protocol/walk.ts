import * as v from 'valibot';
import {Count, Progress, Prompt, Text, Token, TokenId} from './parts.ts';

/** What the walk and the command line's `explain` and `classify` ask of the engine. */

const shortText = (name: string, limit: number) =>
	v.pipe(v.string(), v.maxLength(limit, `${name} is longer than ${limit} characters. Shorten it.`));

/** A class with its probability. */
const Likely = v.object({...Token.entries, probability: v.number()});
export type Likely = v.InferOutput<typeof Likely>;

/** Cut a text into words and tokens. */
export const TokenizeParams = v.object({text: Text});
export const TokenizeAnswer = v.object({
	/** With UTF-16 offsets into the text; tokens that share a character share its offsets. */
	tokens: v.array(v.object({...Token.entries, start: Count, end: Count})),
	/** What no token reaches over: words with the space before them. `first` and `count` are of its tokens. */
	words: v.array(v.object({start: Count, end: Count, first: Count, count: Count})),
	vocabSize: Count,
});
export type TokenizeAnswer = v.InferOutput<typeof TokenizeAnswer>;

/** How byte-pair encoding made the tokens of one word. */
export const ReplayParams = v.object({word: shortText('The word', 200)});
export const ReplayAnswer = v.object({
	/** The word's bytes, each a token. */
	start: v.array(Token),
	steps: v.array(
		v.object({
			left: Token,
			right: Token,
			merged: Token,
			/** Place in the list of merges, 0 first. */
			rank: Count,
			/** The word's tokens after the merge. */
			tokens: v.array(Token),
		}),
	),
	/** How many merges the tokenizer knows. */
	merges: Count,
});
export type ReplayAnswer = v.InferOutput<typeof ReplayAnswer>;

/** How does the head come to the logits of these classes? */
export const HeadParams = v.object({
	prompt: Prompt,
	classes: v.pipe(v.array(TokenId), v.minLength(1), v.maxLength(8)),
});
export const HeadAnswer = v.object({
	/** The last position's vector as the head multiplies it, [D]. */
	vector: v.array(v.number()),
	/** How many classes the head has. */
	vocabSize: Count,
	/** Log of the sum of exp(logit) over all classes, in nats. */
	logSumExp: v.number(),
	classes: v.array(
		v.object({
			...Token.entries,
			rank: Count,
			logit: v.number(),
			probability: v.number(),
			/** The class's row of weights, [D]. */
			weights: v.array(v.number()),
			/** vector * weights, [D]; they add up to the logit. */
			contributions: v.array(v.number()),
		}),
	),
});
export type HeadAnswer = v.InferOutput<typeof HeadAnswer>;

/** The most lines that are classified at once. */
export const MAX_LINES = 10_000;
/** The most labels. */
export const MAX_LABELS = 30;

/** Where the text stands in a template. */
export const TEXT_SLOT = '{text}';

/** Classify texts with labels of one's own, by the log-probability of each label after the filled template. */
export const LabelParams = v.object({
	texts: v.pipe(
		v.array(shortText('A text', 20_000)),
		v.minLength(1, 'There is no text to classify. Write one.'),
		v.maxLength(MAX_LINES, `There are more than ${MAX_LINES} lines. Classify them in parts.`),
	),
	template: v.pipe(
		shortText('The template', 4000),
		v.includes(TEXT_SLOT, `The template has no ${TEXT_SLOT}. Write ${TEXT_SLOT} where the text belongs.`),
	),
	labels: v.pipe(
		v.array(v.pipe(shortText('A label', 100), v.trim(), v.minLength(1, 'A label is empty. Write it, or remove it.'))),
		v.minLength(2, 'There must be at least two labels.'),
		v.maxLength(MAX_LABELS, `There are more than ${MAX_LABELS} labels.`),
		v.check(labels => new Set(labels).size === labels.length, 'Two labels are the same. Change one of them.'),
	),
	/** Put before every text, each in the template and with its label: in-context learning. */
	examples: v.pipe(v.array(v.object({text: shortText('An example', 4000), label: Count})), v.maxLength(50)),
	/** What stands for no content, to calibrate with; null calibrates nothing. */
	contentFree: v.nullable(shortText('The content-free text', 200)),
	/** The true label of each text, where known. */
	truths: v.optional(v.array(v.nullable(Count))),
});
/** A text, classified. */
export const Labelled = v.object({
	/** Sum of the natural-log probabilities of each label's tokens. */
	logProbs: v.array(v.number()),
	/** The model's own probabilities, restricted to the labels and renormalised. */
	probabilities: v.array(v.number()),
	/** The same after calibration; null without it. */
	calibrated: v.nullable(v.array(v.number())),
	/** Index of the label that wins, after calibration where there is one. */
	best: Count,
	/** How many of the oldest tokens did not fit into the context. */
	dropped: Count,
});
export type Labelled = v.InferOutput<typeof Labelled>;
/** One more text has been classified. */
export const LabelledEvent = v.object({kind: v.literal('labelled'), done: Count, total: Count, row: Labelled});
export const LabelAnswer = v.object({
	rows: v.array(Labelled),
	/** The prompt of the first text, which the labels continue. */
	prompt: v.string(),
	/** The tokens of each label. */
	labelTokens: v.array(v.array(Token)),
	/** What the content-free prompt gives the labels, restricted and renormalised; null without calibration. */
	contentFree: v.nullable(v.array(v.number())),
	/** Against the true labels; null where none is known. */
	evaluation: v.nullable(v.object({known: Count, correct: Count, confusion: v.array(v.array(Count))})),
});
export type LabelAnswer = v.InferOutput<typeof LabelAnswer>;

/** How does the log-probability of a class move when parts of the prompt are taken out? */
export const InfluenceParams = v.object({
	text: Text,
	unit: v.picklist(['token', 'word', 'sentence']),
	/** Stands where the part was; an empty one removes it. */
	replacement: shortText('The replacement', 40),
	chosen: TokenId,
	/** A second class, for the difference of the two: contrastive explanations (Yin & Neubig 2022). */
	against: v.nullable(TokenId),
});
const PairLogProbs = {chosen: v.number(), against: v.nullable(v.number())};
/** A part of the prompt, and the log-probabilities of the two classes without it. */
export const OccludedPart = v.object({start: Count, end: Count, ...PairLogProbs});
export type OccludedPart = v.InferOutput<typeof OccludedPart>;
/** One more part has been taken out. */
export const OccludedEvent = v.object({kind: v.literal('occluded'), done: Count, total: Count, part: OccludedPart});
export const InfluenceAnswer = v.object({
	/** Log-probabilities, in nats, after the whole prompt. */
	whole: v.object(PairLogProbs),
	chosen: Token,
	against: v.nullable(Token),
	parts: v.array(OccludedPart),
});
export type InfluenceAnswer = v.InferOutput<typeof InfluenceAnswer>;

/** The most tokens of a training batch: every position's logits are held at once. */
export const MAX_BATCH = 128;

/** One step of gradient descent on a bias added to the head's logits, for a text as a training batch. */
export const BiasStepParams = v.object({
	text: Text,
	learningRate: v.pipe(v.number(), v.minValue(0), v.maxValue(1000)),
	/** Of which position the distribution is shown before and after. */
	position: Count,
});
/** A class and the gradient of the mean loss with respect to its bias. */
const Slope = v.object({...Token.entries, gradient: v.number(), bias: v.number()});
export const BiasStepAnswer = v.object({
	/** The batch's tokens; the first is predicted from `<|endoftext|>` alone. Losses in nats. */
	tokens: v.array(v.object({...Token.entries, before: v.number(), after: v.number()})),
	meanBefore: v.number(),
	meanAfter: v.number(),
	/** What the gradient foretells of the change of the mean: -learningRate * |gradient|^2. */
	foretold: v.number(),
	/** The classes whose bias goes up most, and down most. */
	raised: v.array(Slope),
	lowered: v.array(Slope),
	/** The most probable classes of the chosen position, and its target, before and after. */
	classes: v.array(v.object({...Token.entries, before: v.number(), after: v.number()})),
	/** How many tokens of the text did not fit into the batch. */
	left: Count,
});
export type BiasStepAnswer = v.InferOutput<typeof BiasStepAnswer>;

/** What one more step costs with the key/value cache and without it. */
export const StepCostParams = v.object({prompt: Prompt, appended: TokenId});
export const StepCostAnswer = v.object({
	/** Tokens whose keys and values the cache holds before the step. */
	cached: Count,
	/** Bytes of keys and values that one token adds. */
	bytesPerToken: Count,
	/** Milliseconds for the one new token, with the cache. */
	withCache: v.number(),
	/** Milliseconds for the same, reading all tokens again. */
	withoutCache: v.number(),
});
export type StepCostAnswer = v.InferOutput<typeof StepCostAnswer>;

/** The methods of the walk: what each takes, streams and answers. */
export const WALK_METHODS = {
	tokenize: {params: TokenizeParams, event: Progress, answer: TokenizeAnswer},
	replay: {params: ReplayParams, event: Progress, answer: ReplayAnswer},
	head: {params: HeadParams, event: Progress, answer: HeadAnswer},
	label: {params: LabelParams, event: v.variant('kind', [Progress, LabelledEvent]), answer: LabelAnswer},
	influence: {params: InfluenceParams, event: v.variant('kind', [Progress, OccludedEvent]), answer: InfluenceAnswer},
	biasStep: {params: BiasStepParams, event: Progress, answer: BiasStepAnswer},
	stepCost: {params: StepCostParams, event: Progress, answer: StepCostAnswer},
} as const;
