import type {Continuation as EngineContinuation, TokenChoice} from '../engine/generation/continuation.ts';
import type {ClassProbability, ExplainedStage} from '../engine/generation/explain.ts';
import type {Drafting, Candidate as EngineCandidate} from '../engine/generation/trace.ts';
import type {InterventionReplies} from './intervention.ts';
import type {LibraryReplies} from './library.ts';
import type {LoopReplies} from './loop.ts';
import type {MeasureAnswer, MeasuredEvent} from './measure.ts';
import type {Progress, Token} from './parts.ts';
import type {WalkReplies} from './walk.ts';

export type {FinishReason} from '../engine/generation/stopping.ts';

/**
 * The engine's events and answers: its own types, with the text of each token beside its id. They come from our own worker,
 * so there are only types for them, and nothing is validated.
 */

/** A value of the engine with the texts of the tokens it is about. */
type Named<T extends {id: number}> = T & Token;
/** A class with its probability, 0 to 1. */
type LikelyClass = Named<ClassProbability>;

/** The model that answers. */
export interface ModelInfo {
	/** The folder's name: `gpt2-mini`. */
	id: string;
	/** The commit of the Hub that its files are of; left out for other models. */
	revision?: string;
	/** How the weights are kept: `int8` or `fp32`; of an ONNX export also `q8`, `fp16`, `q4`. */
	dtype: string;
	/** Null where an ONNX export does not tell. */
	parameters: number | null;
	vocabSize: number;
	contextLength: number;
	layers: number;
	heads: number;
	hiddenSize: number;
	/** Bytes that each token leaves in the key/value cache. */
	cacheBytesPerToken: number;
	/** Bytes the weights take in memory. */
	weightBytes: number;
	/** WASM threads; 1 where the document is not cross-origin isolated. */
	threads: number;
	/** The model card, as Markdown text; shown as text. */
	card: string;
	/** Whether continuations share their prompt's cache; an ONNX export's carry a copy each, and take longer. */
	sharesPrefix: boolean;
	/** Whether the model gives hidden states, which the walk shows; ONNX exports do not. */
	hiddenStates: boolean;
	/** Whether it has a chat template, so that a text can be read as a user's turn. */
	hasChat: boolean;
	/** The tokens that its tokenizer puts before a text; often none. */
	beginning: Token[];
}

/** A text as a user's turn, and the beginning of the answer. The template writes its own special tokens: none is added before it. */
export interface TurnAnswer {
	text: string;
	/** What of it is before and after the words that were given; null for a template that does more to them than to trim them. */
	around: {before: string; after: string} | null;
}

/** A class of the LM head at one position, in the model's own distribution and after the sampling settings. */
export interface ClassRow extends Token {
	/** 1 is the most probable class of the model's own distribution; ties go to the lower id. */
	rank: number;
	/** The LM head's raw score. */
	logit: number;
	/** Softmax of the logits. */
	probability: number;
	/** Rank after the sampling settings, among all classes. */
	samplingRank: number;
	/** Probability after the sampling settings; 0 when they cut the class. */
	samplingProbability: number;
	/** Whether the sampling settings keep the class. */
	kept: boolean;
	/** Whether it ends a text: the model's end-of-text token. */
	end: boolean;
	/** False where it cannot lead to the form that the text is held to. */
	fits?: false;
	/** With guidance, its probability after the other prompt. */
	against?: number;
	/** What biases add to its logit here, and its probability with the settings without any bias; left out where none acts. */
	push?: {bias: number; before: number};
}

/** Shares of the probability, 0 to 1, by bands of ranks. */
type BandShares = [number, number, number, number];

/** Where in the form that it is held to a text stands. */
export interface FormPlace {
	isComplete: boolean;
	/** What must come next, as far as there is no choice. */
	forced: string;
	/** What may come after that, in words; empty where nothing may. */
	next: string;
}

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
	/** The query's tokens. */
	tokens: Token[];
	/** Classes whose text contains the query, most probable first. */
	rows: ClassRow[];
	/** How many classes contain it. */
	total: number;
}

/** A generated token with the classes it was chosen from. */
export interface GeneratedToken extends Omit<TokenChoice, 'top'>, Token {
	/** The six most probable classes of the model's own distribution: whichever was chosen, five others are among them. */
	top: LikelyClass[];
}

/** A continuation that has ended. */
export interface Continuation extends Omit<EngineContinuation, 'ids' | 'tokens'> {
	tokens: GeneratedToken[];
	/** Where in its form it ended; left out where it is held to none. */
	form?: FormPlace;
}

/** A class that a strategy weighed as the next one, what became of it, and why. */
export type Candidate = Named<EngineCandidate>;

/** How a strategy came to its continuations: the candidates at every place of the text. */
export interface Trace {
	steps: Candidate[][];
	/** Speculative decoding: what drafting saved, and which model drafted; null where the text itself did. */
	drafting?: Drafting & {draft: string | null};
}

/** Streamed by `generate`: tokens that continuations gained, in order; a continuation's end; a step of beam search. */
type GenerateEvent =
	| {kind: 'tokens'; tokens: {branch: number; token: GeneratedToken; form?: FormPlace}[]}
	| {kind: 'finished'; branch: number; reason: EngineContinuation['finishReason']}
	/** The hypotheses alive after a step, best first; they replace those of the step before. */
	| {kind: 'hypotheses'; step: number; hypotheses: {text: string; score: number}[]};

/** All continuations; their tokens have been streamed before. */
export interface GenerateAnswer {
	continuations: Continuation[];
	/** How many of the prompt's oldest tokens were dropped. */
	dropped: number;
	/** Null for greedy search and sampling: each of their tokens comes with the classes that it was chosen from. */
	trace: Trace | null;
	/** Milliseconds spent decoding, the prompt's prefill left out. */
	decodeMilliseconds: number;
}

/** The distribution after one processor or warper. */
export interface ExplainStage extends Omit<ExplainedStage, 'removed' | 'top'> {
	removed: LikelyClass[];
	top: LikelyClass[];
}
/** The way from the model's own distribution, which comes first, to the one that the class was chosen from. */
export interface ExplainAnswer {
	chosen: Token;
	stages: ExplainStage[];
}

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
interface ScoredEvent {
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

/** Each method's events, besides progress, and its answer. */
interface Replies extends InterventionReplies, LibraryReplies, LoopReplies, WalkReplies {
	model: {event: never; answer: ModelInfo};
	classes: {event: never; answer: ClassesAnswer};
	find: {event: never; answer: FindAnswer};
	generate: {event: GenerateEvent; answer: GenerateAnswer};
	explain: {event: never; answer: ExplainAnswer};
	score: {event: ScoredEvent; answer: ScoreAnswer};
	measure: {event: MeasuredEvent; answer: MeasureAnswer};
	turn: {event: never; answer: TurnAnswer};
}
export type EventOf<M extends keyof Replies> = Progress | Replies[M]['event'];
export type Answer<M extends keyof Replies> = Replies[M]['answer'];
