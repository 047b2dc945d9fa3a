import * as v from 'valibot';
import {Generation} from './generation.ts';
import {LOOP_METHODS} from './loop.ts';
import {Count, Progress, Prompt, Text, Token, TokenId} from './parts.ts';

export type {CompareAnswer, DrawAnswer} from './loop.ts';
export {MAX_TEXT_LENGTH, Progress, Prompt, Token} from './parts.ts';

import {WALK_METHODS} from './walk.ts';

export type {
	BiasStepAnswer,
	HeadAnswer,
	InfluenceAnswer,
	LabelAnswer,
	Labelled,
	OccludedPart,
	ReplayAnswer,
	StepCostAnswer,
	TokenizeAnswer,
} from './walk.ts';

/**
 * Everything a page can ask of the engine, over a `runtime` port: requests with an id, streamed events, one answer or
 * error each. Values are JSON (ports carry nothing else): no infinities, no typed arrays. Every message is parsed with
 * these schemas where it arrives.
 */

/** A class of the LM head at one position, in the model's own distribution and after the sampling settings. */
export const ClassRow = v.object({
	...Token.entries,
	/** 1 is the most probable class of the model's own distribution; ties go to the lower id. */
	rank: Count,
	/** The LM head's raw score. */
	logit: v.number(),
	/** Softmax of the logits. */
	probability: v.number(),
	/** Rank after the sampling settings, among all classes. */
	samplingRank: Count,
	/** Probability after the sampling settings; 0 when they cut the class. */
	samplingProbability: v.number(),
	/** Whether the sampling settings keep the class. */
	kept: v.boolean(),
});
export type ClassRow = v.InferOutput<typeof ClassRow>;

/** Who answers. */
export const ModelInfo = v.object({
	/** The folder's name: `gpt2-mini`. */
	id: v.string(),
	dtype: v.picklist(['int8', 'fp32']),
	parameters: Count,
	vocabSize: Count,
	contextLength: Count,
	layers: Count,
	heads: Count,
	hiddenSize: Count,
	/** Bytes the weights take in memory. */
	weightBytes: Count,
	/** WASM threads; 1 where the document is not cross-origin isolated. */
	threads: Count,
	/** The model card, as Markdown text; shown as text. */
	card: v.string(),
});
export type ModelInfo = v.InferOutput<typeof ModelInfo>;

/** Shares of the probability, 0 to 1, by bands of ranks. */
const BandShares = v.tuple([v.number(), v.number(), v.number(), v.number()]);

/** Which class comes next? */
export const ClassesParams = v.object({
	prompt: Prompt,
	generation: Generation,
	limit: v.pipe(Count, v.minValue(1), v.maxValue(1000)),
});
export const ClassesAnswer = v.object({
	/** The tokens the model looked at, oldest dropped first when they exceed the context. */
	tokens: v.array(Token),
	/** How many of the oldest tokens were dropped. */
	dropped: Count,
	/** True when the prompt was empty, so that the model started from `<|endoftext|>`. */
	fromEndOfText: v.boolean(),
	vocabSize: Count,
	/** The first `limit` classes of the model's own distribution. */
	model: v.array(ClassRow),
	/** Entropy of the model's own distribution, in bits. */
	entropyBits: v.number(),
	/** The first `limit` kept classes after the sampling settings, then the three most probable ones they cut. */
	sampling: v.array(ClassRow),
	samplingEntropyBits: v.number(),
	/** How many classes the sampling settings keep. */
	keptCount: Count,
	/** Probability the model itself gives to the kept classes; the rest holds 1 minus this. */
	keptProbability: v.number(),
	/** How much probability lies in each band of ranks: 1 to 10, to 100, to 1,000, and beyond. */
	bands: v.object({
		model: BandShares,
		/** How much of `model` the sampling settings keep. */
		kept: BandShares,
		/** By ranks after the sampling settings, of their own probabilities. */
		sampling: BandShares,
	}),
});
export type ClassesAnswer = v.InferOutput<typeof ClassesAnswer>;

/** Where does a class rank? */
export const FindParams = v.object({
	prompt: Prompt,
	generation: Generation,
	query: v.pipe(v.string(), v.maxLength(200)),
	limit: v.pipe(Count, v.minValue(1), v.maxValue(200)),
});
export const FindAnswer = v.object({
	/** The class whose text is exactly the query; for a query of several tokens, null. */
	exact: v.nullable(ClassRow),
	/** The query's tokens. */
	tokens: v.array(Token),
	/** Classes whose text contains the query, most probable first. */
	rows: v.array(ClassRow),
	/** How many classes contain it. */
	total: Count,
});
export type FindAnswer = v.InferOutput<typeof FindAnswer>;

/** A generated token with the classes it was chosen from. */
export const GeneratedToken = v.object({
	...Token.entries,
	/** Natural-log probability under the model's own distribution. */
	logProb: v.number(),
	/** Natural-log probability it was drawn with, after processors and warpers; 0 for a choice without sampling. */
	samplingLogProb: v.number(),
	/** Rank in the model's own distribution. */
	rank: Count,
	/** The six most probable classes of the model's own distribution: whichever was chosen, five others are among them. */
	top: v.array(v.object({...Token.entries, probability: v.number()})),
});
export type GeneratedToken = v.InferOutput<typeof GeneratedToken>;

/** Why a continuation ended; `context`: no room was left, though more tokens were asked for. */
export const FinishReason = v.picklist(['length', 'stop-string', 'end-of-text', 'time', 'context']);
export type FinishReason = v.InferOutput<typeof FinishReason>;

/** A continuation that has ended. */
export const Continuation = v.object({
	tokens: v.array(GeneratedToken),
	/** The tokens' bytes decoded together; incomplete characters at the end are left out. */
	text: v.string(),
	finishReason: FinishReason,
	/** Sum of the tokens' model log-probabilities, in nats. */
	logProb: v.number(),
	/** Beam search: log-probability / length ** lengthPenalty, as Hugging Face scores hypotheses. */
	beamScore: v.nullable(v.number()),
});
export type Continuation = v.InferOutput<typeof Continuation>;

/** Beam search, step by step: every candidate considered and what became of it. */
export const BeamTrace = v.object({
	kind: v.literal('beam'),
	steps: v.array(
		v.array(
			v.object({
				...Token.entries,
				/** Index into the previous step's kept candidates (in order); 0 at the first step. */
				parent: Count,
				group: Count,
				logProb: v.number(),
				/** Sum of log-probabilities of the hypothesis. */
				score: v.number(),
				status: v.picklist(['kept', 'pruned', 'finished']),
			}),
		),
	),
});
/** Contrastive search: the two terms of every candidate. */
export const ContrastiveTrace = v.object({
	kind: v.literal('contrastive'),
	steps: v.array(
		v.array(
			v.object({
				...Token.entries,
				probability: v.number(),
				/** Largest cosine similarity of its hidden state with those of the context. */
				degenerationPenalty: v.number(),
				score: v.number(),
				chosen: v.boolean(),
			}),
		),
	),
});
/** Speculative decoding, round by round. */
export const SpeculativeTrace = v.object({
	kind: v.literal('speculative'),
	/** Which model drafted. */
	draft: v.string(),
	rounds: v.array(
		v.object({
			drafted: v.array(Token),
			/** How many of the drafted tokens were taken, from the first. */
			accepted: Count,
			/** What the model put in place of the first rejected token. */
			correction: v.nullable(Token),
			/** What it added once the whole draft was accepted. */
			bonus: v.nullable(Token),
		}),
	),
	acceptanceRate: v.number(),
});
/** How a strategy came to its continuations. */
export const Trace = v.variant('kind', [BeamTrace, ContrastiveTrace, SpeculativeTrace]);
export type Trace = v.InferOutput<typeof Trace>;
export type BeamTrace = v.InferOutput<typeof BeamTrace>;
export type ContrastiveTrace = v.InferOutput<typeof ContrastiveTrace>;
export type SpeculativeTrace = v.InferOutput<typeof SpeculativeTrace>;

/** Continue a prompt. */
export const GenerateParams = v.object({prompt: Prompt, generation: Generation});
/** Tokens that continuations gained: one entry per token, in order. */
export const TokensEvent = v.object({
	kind: v.literal('tokens'),
	tokens: v.array(v.object({branch: Count, token: GeneratedToken})),
});
/** A continuation has ended. */
export const FinishedEvent = v.object({kind: v.literal('finished'), branch: Count, reason: FinishReason});
/** Beam search: the hypotheses alive after a step, best first; they replace the last ones shown. */
export const HypothesesEvent = v.object({
	kind: v.literal('hypotheses'),
	step: Count,
	hypotheses: v.array(v.object({text: v.string(), score: v.number()})),
});
/** All that came of it; the tokens have been streamed before. */
export const GenerateAnswer = v.object({
	continuations: v.array(Continuation),
	dropped: Count,
	trace: v.nullable(Trace),
	/** Milliseconds spent decoding, the prompt's prefill left out. */
	decodeMilliseconds: v.number(),
});
export type GenerateAnswer = v.InferOutput<typeof GenerateAnswer>;

/** Why was `chosen` the class after the prompt and what had been `generated`? */
export const ExplainParams = v.object({
	prompt: Prompt,
	generation: Generation,
	generated: v.pipe(v.array(TokenId), v.maxLength(1024)),
	chosen: TokenId,
});
/** The distribution after one processor or warper. */
export const ExplainStage = v.object({
	/** Parameter name that made it: `model` (nothing applied yet), `repetitionPenalty`, `temperature`, `topK`, ... */
	name: v.string(),
	/** Its value, as text: `0.8`. */
	value: v.string(),
	keptCount: Count,
	/** How many classes this stage removed. */
	removedCount: Count,
	/** Probability, before this stage, of what it removed. */
	removedProbability: v.number(),
	/** The most probable of the removed classes. */
	removed: v.array(v.object({...Token.entries, probability: v.number()})),
	/** The most probable classes after the stage. */
	top: v.array(v.object({...Token.entries, probability: v.number()})),
	/** Probability of the chosen class after the stage; 0 when it was removed. */
	chosenProbability: v.number(),
	/** Rank of the chosen class after the stage. */
	chosenRank: Count,
});
export type ExplainStage = v.InferOutput<typeof ExplainStage>;
/** The way from the model's own distribution, which comes first, to the one that was chosen from. */
export const ExplainAnswer = v.object({chosen: Token, stages: v.array(ExplainStage)});
export type ExplainAnswer = v.InferOutput<typeof ExplainAnswer>;

/** `draft`: the same model without its last block, the one that drafts in speculative decoding. */
export const ScoringModel = v.picklist(['main', 'draft']);
export type ScoringModel = v.InferOutput<typeof ScoringModel>;

/** Classify every token of a text. */
export const ScoreParams = v.object({
	text: Text,
	/** How far the window moves over what exceeds the context; half the context when left out. */
	stride: v.optional(v.pipe(Count, v.minValue(1), v.maxValue(1023))),
	/** Whether every window begins at a multiple of the stride, also the last, as in Hugging Face's guide to perplexity. */
	alignedWindows: v.optional(v.boolean()),
	/** Which model scores; `main` when left out. */
	model: v.optional(ScoringModel),
});
/** One token of a passage, classified from what stands before it. */
export const ScoredToken = v.object({
	...Token.entries,
	/** UTF-16 offsets into the text: [start, end). Tokens that share a character share its start and end. */
	start: Count,
	end: Count,
	rank: Count,
	/** Natural log. */
	logProb: v.number(),
	/** Nats. */
	entropy: v.number(),
	top: v.array(v.object({...Token.entries, probability: v.number()})),
});
export type ScoredToken = v.InferOutput<typeof ScoredToken>;
/** The next tokens of the passage, in order. */
export const ScoredEvent = v.object({
	kind: v.literal('scored'),
	tokens: v.array(ScoredToken),
	/** Among how many classes the ranks are. */
	vocabSize: Count,
});
/** Totals; the tokens have been streamed. */
export const ScoreAnswer = v.object({
	/** Name of the model that scored. */
	model: v.string(),
	tokenCount: Count,
	/** Sum of the tokens' log-probabilities, in nats. */
	logProb: v.number(),
	perplexity: v.number(),
	bitsPerToken: v.number(),
	bitsPerCharacter: v.number(),
	characters: Count,
	/** How many windows the passage took; above 1 the context slid. */
	windows: Count,
});
export type ScoreAnswer = v.InferOutput<typeof ScoreAnswer>;

/** The methods: what each takes, streams and answers. */
export const METHODS = {
	model: {params: v.object({}), event: Progress, answer: ModelInfo},
	classes: {params: ClassesParams, event: Progress, answer: ClassesAnswer},
	find: {params: FindParams, event: Progress, answer: FindAnswer},
	generate: {
		params: GenerateParams,
		event: v.variant('kind', [Progress, TokensEvent, FinishedEvent, HypothesesEvent]),
		answer: GenerateAnswer,
	},
	explain: {params: ExplainParams, event: Progress, answer: ExplainAnswer},
	score: {params: ScoreParams, event: v.variant('kind', [Progress, ScoredEvent]), answer: ScoreAnswer},
	...LOOP_METHODS,
	...WALK_METHODS,
} as const;

/** What can be asked. */
export type Method = keyof typeof METHODS;
export type Params<M extends Method> = v.InferOutput<(typeof METHODS)[M]['params']>;
export type EventOf<M extends Method> = v.InferOutput<(typeof METHODS)[M]['event']>;
export type Answer<M extends Method> = v.InferOutput<(typeof METHODS)[M]['answer']>;

/** `cancelled`: the asker took it back; `worker-lost`: the worker died and is being restarted; ask again. */
export const ErrorCode = v.picklist([
	'bad-request',
	'bad-parameter',
	'bad-model',
	'too-long',
	'out-of-memory',
	'cancelled',
	'worker-lost',
	'internal',
]);
export type ErrorCode = v.InferOutput<typeof ErrorCode>;

/** From a page. Ids are the page's own; one that is running is not used twice. */
export const ToEngine = v.variant('type', [
	v.object({
		type: v.literal('request'),
		id: Count,
		method: v.picklist(Object.keys(METHODS) as Method[]),
		params: v.unknown(),
	}),
	v.object({type: v.literal('cancel'), id: Count}),
]);
export type ToEngine = v.InferOutput<typeof ToEngine>;

/** To a page: events while it runs, and in the end one answer or error. */
export const FromEngine = v.variant('type', [
	v.object({type: v.literal('event'), id: Count, event: v.unknown()}),
	v.object({type: v.literal('answer'), id: Count, answer: v.unknown()}),
	v.object({type: v.literal('error'), id: Count, code: ErrorCode, message: v.string()}),
	/** The port is not served, and is closed after this. */
	v.object({type: v.literal('refused'), message: v.string()}),
]);
export type FromEngine = v.InferOutput<typeof FromEngine>;

/** Names of the ports the offscreen document listens on. */
export const ENGINE_PORT = 'engine';
/** The one content scripts use: it takes `score` alone, since a page's process is less trusted than ours. */
export const PASSAGE_PORT = 'passage';

/** First thing wrong with a value that failed a schema, in words. */
export const firstIssue = (issues: readonly v.BaseIssue<unknown>[]) => issues[0].message;
