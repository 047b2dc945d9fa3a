import * as v from 'valibot';
import type {Refusal} from '../refusals/refusal.ts';
import {Generation} from './generation.ts';
import {BodyChanges, Changes, INTERVENTION_METHODS} from './intervention.ts';
import {LIBRARY_METHODS, type LibraryMethod} from './library.ts';
import {LOOP_METHODS} from './loop.ts';
import {MeasureParams} from './measure.ts';
import {ClassRef, Count, MAX_TOKENS, ModelRef, Prompt, Text} from './parts.ts';
import {WALK_METHODS} from './walk.ts';

export type * from './answers.ts';
export type {
	AttributionAnswer,
	ChangedAnswer,
	Changes,
	HeadLabelsAnswer,
	PartsAnswer,
	PatchesAnswer,
} from './intervention.ts';
export type {LabelAnswer, Labelled} from './label.ts';
export type {CompareAnswer, DrawAnswer} from './loop.ts';
export type {MeasureAnswer, MeasuredEvent, MeasuredToken} from './measure.ts';
export {MAX_TEXT_LENGTH, MAX_TOKENS, type ModelRef, type Progress, Prompt, SpelledToken, type Token} from './parts.ts';
export type {
	AttentionAnswer,
	BiasStepAnswer,
	HeadAnswer,
	HeadsAnswer,
	InfluenceAnswer,
	LensAnswer,
	MixAnswer,
	OccludedPart,
	ReplayAnswer,
	StepCostAnswer,
	StreamsAnswer,
	TokenizeAnswer,
} from './walk.ts';

/**
 * Everything a page can ask of the engine, over a `runtime` port: requests with an id, streamed events, one answer or
 * error each. Values are JSON (ports carry nothing else): no infinities, no typed arrays. Requests are validated with
 * these schemas where they arrive.
 */

/** Which class comes next? */
const ClassesParams = v.object({
	prompt: Prompt,
	generation: Generation,
	limit: v.pipe(Count, v.minValue(1), v.maxValue(1000)),
	changes: v.optional(Changes),
});

/** Where does a class rank? */
const FindParams = v.object({
	prompt: Prompt,
	generation: Generation,
	query: v.pipe(v.string(), v.maxLength(200)),
	limit: v.pipe(Count, v.minValue(1), v.maxValue(200)),
	changes: v.optional(Changes),
});

/** Continue a prompt. */
const GenerateParams = v.object({prompt: Prompt, generation: Generation, changes: v.optional(Changes)});

/** Why was `chosen` the class after the prompt and the tokens `generated` before it? */
const ExplainParams = v.object({
	prompt: Prompt,
	generation: Generation,
	generated: v.pipe(v.array(ClassRef), v.maxLength(MAX_TOKENS)),
	chosen: ClassRef,
});

/** A text as a user's turn, by the model's own chat template. */
const TurnParams = v.object({text: Text});

/** Classify every token of a text. */
const ScoreParams = v.object({
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
	...LOOP_METHODS,
	...WALK_METHODS,
	...INTERVENTION_METHODS,
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

/** `network`: the Hub or the way to it; `no-room`: the storage; `cancelled`: the asker took it back; `worker-lost`: the worker died and is being restarted; ask again. */
export type ErrorCode =
	| 'bad-request'
	| 'bad-parameter'
	| 'bad-model'
	| 'not-supported'
	| 'too-long'
	| 'out-of-memory'
	| 'cancelled'
	| 'worker-lost'
	| 'network'
	| 'no-room'
	| 'internal';

/** From a page. Ids are the page's own; one that is running is not used twice. */
export const ToEngine = v.variant('type', [
	v.object({
		type: v.literal('request'),
		id: Count,
		method: v.picklist(Object.keys(METHODS) as Method[]),
		params: v.unknown(),
	}),
	v.object({type: v.literal('cancel'), id: Count}),
	/** Whether the page shows something of the engine, so that its next question must not wait for a model. */
	v.object({type: v.literal('hold'), holds: v.boolean()}),
]);
export type ToEngine = v.InferOutput<typeof ToEngine>;

/** To a page: events while it runs, and in the end one answer or error. */
export type FromEngine =
	| {type: 'event'; id: number; event: unknown}
	| {type: 'answer'; id: number; answer: unknown}
	| {type: 'error'; id: number; code: ErrorCode; message: string; refusals?: readonly Refusal[]}
	/**
	 * To pages that hold the engine, at once and whenever another model answers. `choice` is another after every choice, so
	 * that a page whose port was lost knows whether it missed one.
	 */
	| {type: 'model'; choice: string}
	/** The port is not served, and is closed after this. */
	| {type: 'refused'; message: string; refusals?: readonly Refusal[]};

/** Names of the ports the offscreen document listens on. */
export const ENGINE_PORT = 'engine';
/** The one content scripts use: it takes `score` alone, since a page's process is less trusted than ours. */
export const PASSAGE_PORT = 'passage';

/** First thing wrong with a value that failed a schema, in words. */
export const firstIssue = (issues: readonly v.BaseIssue<unknown>[]) => issues[0].message;
