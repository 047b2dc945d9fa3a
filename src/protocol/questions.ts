import * as v from 'valibot';
import {type AblatedEvent, type PartsAnswer, PartsParams} from './questions/ablations.ts';
import {type AttentionAnswer, AttentionParams, type HeadsAnswer, HeadsParams} from './questions/attention.ts';
import {type AttributionAnswer, AttributionParams} from './questions/attribution.ts';
import {type BiasStepAnswer, BiasStepParams} from './questions/bias-step.ts';
import {type TurnAnswer, TurnParams} from './questions/chat.ts';
import {type ClassesAnswer, ClassesParams, type FindAnswer, FindParams} from './questions/classes.ts';
import {type CompareAnswer, CompareParams} from './questions/compare.ts';
import {type DrawAnswer, DrawParams} from './questions/draw.ts';
import {type ExplainAnswer, ExplainParams} from './questions/explain.ts';
import {type GenerateAnswer, type GenerateEvent, GenerateParams} from './questions/generate.ts';
import {type MixAnswer, MixParams} from './questions/head-at-work.ts';
import {type HeadLabelsAnswer, HeadLabelsParams} from './questions/head-labels.ts';
import {type InfluenceAnswer, InfluenceParams, type OccludedEvent} from './questions/influence.ts';
import {type ChangedAnswer, ChangedParams} from './questions/intervene.ts';
import {type LabelAnswer, type LabelledEvent, LabelParams} from './questions/label.ts';
import {type LensAnswer, LensParams} from './questions/lens.ts';
import {LIBRARY_METHODS, type LibraryMethod, type LibraryReplies} from './questions/library.ts';
import {type HeadAnswer, HeadParams} from './questions/lm-head.ts';
import {type MeasureAnswer, type MeasuredEvent, MeasureParams} from './questions/measure.ts';
import type {ModelInfo} from './questions/model.ts';
import {type PatchedEvent, type PatchesAnswer, PatchesParams, type PatchingEvent} from './questions/patching.ts';
import {type ScoreAnswer, type ScoredEvent, ScoreParams} from './questions/score.ts';
import {type StepCostAnswer, StepCostParams} from './questions/step-cost.ts';
import {type StreamsAnswer, StreamsParams} from './questions/streams.ts';
import {type ReplayAnswer, ReplayParams, type TokenizeAnswer, TokenizeParams} from './questions/tokenize.ts';
import type {Progress} from './values/prompt.ts';

/**
 * Everything a page can ask of the engine, over a `runtime` port: requests with an id, streamed events, one answer or
 * error each. Values are JSON (ports carry nothing else): no infinities, no typed arrays. Requests are validated with
 * these schemas where they arrive; answers come from our own worker, so there are only types for them.
 */

/** The methods and the parameters of each; `Replies` says what each streams and answers. */
export const METHODS = {
	model: v.object({}),
	classes: ClassesParams,
	find: FindParams,
	generate: GenerateParams,
	explain: ExplainParams,
	score: ScoreParams,
	measure: MeasureParams,
	turn: TurnParams,
	draw: DrawParams,
	compare: CompareParams,
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
	changed: ChangedParams,
	parts: PartsParams,
	attribution: AttributionParams,
	patches: PatchesParams,
	headLabels: HeadLabelsParams,
	...LIBRARY_METHODS,
} as const;

/** The name of a method. */
export type Method = keyof typeof METHODS;
export type Params<M extends Method> = v.InferOutput<(typeof METHODS)[M]>;

/** The methods that the open model answers; the library answers the others. */
export type ModelMethod = Exclude<Method, LibraryMethod>;

/**
 * How each method takes turns with the others. `short`: a person waits for it, and it goes first. `steps`: a person watches it
 * grow, step by step. `passage`: a text of a page, run by run. `bulk`: many texts of one person, part by part; everything else
 * goes before it.
 */
export const TURNS = {
	model: 'short',
	classes: 'short',
	find: 'short',
	generate: 'steps',
	explain: 'short',
	score: 'passage',
	measure: 'bulk',
	turn: 'short',
	draw: 'short',
	compare: 'short',
	tokenize: 'short',
	replay: 'short',
	head: 'short',
	label: 'bulk',
	influence: 'bulk',
	biasStep: 'short',
	stepCost: 'short',
	lens: 'short',
	attention: 'short',
	mix: 'short',
	streams: 'short',
	heads: 'short',
	changed: 'short',
	parts: 'bulk',
	attribution: 'short',
	patches: 'bulk',
	headLabels: 'short',
} as const satisfies Record<ModelMethod, 'short' | 'steps' | 'passage' | 'bulk'>;

/** Each method's events, besides progress, and its answer. */
interface Replies extends LibraryReplies {
	model: {event: never; answer: ModelInfo};
	classes: {event: never; answer: ClassesAnswer};
	find: {event: never; answer: FindAnswer};
	generate: {event: GenerateEvent; answer: GenerateAnswer};
	explain: {event: never; answer: ExplainAnswer};
	score: {event: ScoredEvent; answer: ScoreAnswer};
	measure: {event: MeasuredEvent; answer: MeasureAnswer};
	turn: {event: never; answer: TurnAnswer};
	changed: {event: never; answer: ChangedAnswer};
	parts: {event: AblatedEvent; answer: PartsAnswer};
	attribution: {event: never; answer: AttributionAnswer};
	patches: {event: PatchingEvent | PatchedEvent; answer: PatchesAnswer};
	headLabels: {event: never; answer: HeadLabelsAnswer};
	draw: {event: never; answer: DrawAnswer};
	compare: {event: never; answer: CompareAnswer};
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
export type EventOf<M extends keyof Replies> = Progress | Replies[M]['event'];
export type Answer<M extends keyof Replies> = Replies[M]['answer'];

/** The methods that answer with changes where they are told some. */
export const CHANGEABLE = [
	'classes',
	'find',
	'generate',
	'draw',
	'lens',
	'attention',
	'mix',
	'streams',
	'heads',
	'headLabels',
] as const;
