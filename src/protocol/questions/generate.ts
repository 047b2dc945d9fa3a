import * as v from 'valibot';
import type {Continuation as EngineContinuation, TokenChoice} from '../../engine/generation/continuation.ts';
import type {Drafting, Candidate as EngineCandidate} from '../../engine/generation/trace.ts';
import {Changes} from '../values/changes.ts';
import {Generation} from '../values/generation.ts';
import {Prompt, type Token} from '../values/prompt.ts';
import type {FormPlace, LikelyClass, Named} from '../values/token.ts';

/** Continue a prompt. */
export const GenerateParams = v.object({prompt: Prompt, generation: Generation, changes: v.optional(Changes)});

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
export type GenerateEvent =
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
