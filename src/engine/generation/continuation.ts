import {logSumExp, rankOf, topClasses} from '../math/math.ts';
import type {CausalLM, Prefix, Step} from '../model/causal-lm.ts';
import type {GenerationConfig} from './config.ts';
import type {ClassProbability} from './explain.ts';
import type {Memory} from './logits-processor.ts';
import type {Pipeline} from './pipeline.ts';
import type {FinishReason, Stopping} from './stopping.ts';

/** A generated token with the classes it was chosen from. */
export interface TokenChoice {
	id: number;
	/** Natural-log probability under the model's own distribution. */
	logProb: number;
	/** Natural-log probability it was drawn with, after processors and warpers; 0 for a choice without sampling. */
	samplingLogProb: number;
	/** The number from [0, 1) that fell on it, where it was drawn by one. */
	number?: number;
	/** Rank in the model's own distribution; 1 is the most probable class. */
	rank: number;
	/** The six most probable classes of the model's own distribution: whichever was chosen, five others are among them. */
	top: ClassProbability[];
	/** What steps with a memory have learnt, this token included; left out where no step has one. */
	memory?: Memory;
}

/** A continuation that has ended. */
export interface Continuation {
	/** A final `<|endoftext|>` included, as in Hugging Face. */
	ids: number[];
	/** One for each id. */
	tokens: TokenChoice[];
	/**
	 * The ids decoded, without a final `<|endoftext|>`. When a stop string ended it, the text ends with the stop string,
	 * and the rest of the last token is cut; `ids` keeps the whole token, as Hugging Face does.
	 */
	text: string;
	finishReason: FinishReason;
	/** Whether it is held to a form that it ended before: cut off by its length, the context, time or a stop string. */
	unfinished?: true;
	/** Sum of the tokens' model log-probabilities, in nats. */
	logProb: number;
	/** Beam search: score / length ** lengthPenalty, as Hugging Face ranks hypotheses; null otherwise. */
	beamScore: number | null;
}

/** Everything that a strategy works with. */
export interface Decoding {
	readonly model: CausalLM;
	readonly prefix: Prefix;
	readonly config: GenerationConfig;
	readonly pipeline: Pipeline;
	readonly stopping: Stopping;
	readonly hooks: GenerateHooks;
}

/** The caller's part in generation: what it provides, and the events it is told of. */
export interface GenerateHooks {
	/** Checked before every step and handed to the model. */
	signal?: AbortSignal;
	/** The text of token ids. Bytes that are no whole character may be left out or replaced. */
	decode(ids: readonly number[]): string;
	/** Tokens that continuations gained, in order. Beam search reports them when it has finished. */
	onTokens?(tokens: {branch: number; token: TokenChoice}[]): void;
	onFinished?(branch: number, reason: FinishReason): void;
	/**
	 * Beam search: the hypotheses alive after a step (from 1), best first; `score` is what `beamScore` would be if they
	 * ended here.
	 */
	onHypotheses?(step: number, hypotheses: {ids: readonly number[]; score: number}[]): void;
	/** Speculative decoding: the model that drafts, with the same prompt read by it. */
	assistant?: {model: CausalLM; prefix: Prefix};
	/** What steps with a memory had learnt before: a branch begins with that of the token it goes on from. */
	memory?: Memory;
	/** A clock in milliseconds, for `maxTime`. */
	now?(): number;
}

/** Reports that all of these have ended. */
export function reportFinished(continuations: readonly Continuation[], hooks: GenerateHooks): void {
	for (const [branch, {finishReason}] of continuations.entries()) hooks.onFinished?.(branch, finishReason);
}

/** How many classes a token's `top` lists. */
const TOP_CLASSES = 6;

/** A class that is chosen is mostly one of the first: their places are its rank, and nothing needs to be counted. */
const RANKED_CLASSES = 64;

/** One row of logits. It describes the classes that are chosen from it; what they share is computed once. */
export class Classification {
	readonly #logits: Float32Array;
	/** The logits' log-sum-exp. */
	readonly total: number;
	readonly #ranked: Uint32Array;
	readonly #top: ClassProbability[];

	constructor({logits, logSumExp: total}: Row) {
		this.#logits = logits;
		this.#ranked = topClasses(logits, RANKED_CLASSES);
		this.total = total ?? logSumExp(logits, logits[this.#ranked[0]]);
		this.#top = Array.from(this.#ranked.subarray(0, TOP_CLASSES), id => ({
			id,
			probability: Math.exp(logits[id] - this.total),
		}));
	}

	choose(id: number, samplingLogProb: number, number?: number): TokenChoice {
		const [logits, total] = [this.#logits, this.total];
		const place = this.#ranked.indexOf(id);
		const rank = place < 0 ? rankOf(logits, id) : place + 1;
		return {id, logProb: logits[id] - total, samplingLogProb, number, rank, top: this.#top};
	}
}

/** The same token, which now carries what was learnt up to it. */
export function withMemory(token: TokenChoice, memory: Memory | undefined): TokenChoice {
	if (memory) token.memory = memory;
	return token;
}

/** One row of logits [B, rows, V]; a view. */
function rowOf(logits: Float32Array, row: number, vocabSize: number): Float32Array {
	return logits.subarray(row * vocabSize, (row + 1) * vocabSize);
}

/** What a class is chosen from: a row of logits, [V], and with guidance the same row after the other prompt. */
export interface Row {
	readonly logits: Float32Array;
	/** The logits' log-sum-exp, where it is known. */
	readonly logSumExp?: number;
	readonly against?: Float32Array;
}

/** A row of a step; views. */
export const rowAt = ({logits, logSumExps, against}: Step, row: number, vocabSize: number): Row => ({
	logits: rowOf(logits, row, vocabSize),
	logSumExp: logSumExps?.[row],
	against: against && rowOf(against, row, vocabSize),
});

/** A finished continuation from its tokens. */
export function continuationOf(
	tokens: readonly TokenChoice[],
	finishReason: FinishReason,
	{stopping, config}: Decoding,
	beamScore: number | null = null,
): Continuation {
	const ids = tokens.map(token => token.id);
	// A class that ends the text is chosen only where the form is complete.
	const isUnfinished = config.heldTo && finishReason !== 'end-of-text' && !config.heldTo.isComplete(ids);
	return {
		...(isUnfinished ? {unfinished: true as const} : {}),
		ids,
		tokens: [...tokens],
		text: stopping.textOf(ids),
		finishReason,
		logProb: tokens.reduce((sum, token) => sum + token.logProb, 0),
		beamScore,
	};
}
