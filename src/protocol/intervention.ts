import * as v from 'valibot';
import type {Part} from '../engine/interventions/intervention.ts';
import {refuse} from '../refusals/refusal.ts';
import {ClassRef, Count, Prompt, shortText, type Token} from './parts.ts';
import {saying} from './refused.ts';

/** What can be changed about the body, and the questions about it. Blocks, heads and positions are counted from 0. */

export type {Part} from '../engine/interventions/intervention.ts';

/** The most parts that are off at once: more than any model has. */
const MAX_OFF = 10_000;
/** The most tokens of a text whose parts are switched off one at a time: its residual streams are kept, 4 D bytes a block and token. */
export const MAX_PARTS_TOKENS = 256;
/** The most tokens of two prompts that are patched: the grid has as many columns. */
export const MAX_PATCH_TOKENS = 64;
/** The largest weight of a vector that steers. */
export const MAX_STEER_WEIGHT = 100;

/** A part of a block: a head by its number, all of its attention, or its feed-forward. */
const BodyPart = v.object({
	block: Count,
	part: v.union([Count, v.picklist(['attention', 'mlp'])]),
}) satisfies v.GenericSchema<Part>;

/** What a part that is off gives instead of its output: zero, or the mean of it over the positions of the prompt's text. */
const Fill = v.picklist(['zero', 'mean']);
export type Fill = v.InferOutput<typeof Fill>;

/** After some blocks; 0 is before the first one. */
const Cell = v.object({block: Count, position: Count});

const steering = () => shortText('steer-long', 200);
const weight = saying(() => refuse('steer-weight', {most: MAX_STEER_WEIGHT}));
/**
 * Activation addition (Turner et al. 2023): the residual stream of one short text less that of another, after some blocks, is added
 * with a weight. `beginning`: position by position, from the first on, the shorter one filled up with spaces, as in the paper; `every`:
 * the difference at their last tokens, at all positions.
 */
const Steer = v.object({
	toward: steering(),
	from: steering(),
	block: Count,
	weight: v.pipe(v.number(weight), v.minValue(-MAX_STEER_WEIGHT, weight), v.maxValue(MAX_STEER_WEIGHT, weight)),
	at: v.picklist(['beginning', 'every']),
});
export type Steer = v.InferOutput<typeof Steer>;

/** Changes of the body that hold for any text. */
const BODY_CHANGES = {
	off: v.optional(v.pipe(v.array(BodyPart), v.maxLength(MAX_OFF))),
	/** `zero` when left out. */
	fill: v.optional(Fill),
	steer: v.optional(Steer),
};
export const BodyChanges = v.object(BODY_CHANGES);

/** What is changed about the forward pass that reads a prompt. */
export const Changes = v.object({
	...BODY_CHANGES,
	/** Activation patching: the residual stream in these places comes from another prompt, of as many tokens. */
	patch: v.optional(v.object({prompt: Prompt, cells: v.pipe(v.array(Cell), v.maxLength(4096))})),
});
export type Changes = v.InferOutput<typeof Changes>;

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

/** Which class comes next, with the changes and without them? */
const ChangedParams = v.object({
	prompt: Prompt,
	changes: Changes,
	/** How many of the most probable classes of either are wanted. */
	limit: v.pipe(Count, v.minValue(1), v.maxValue(50)),
	/** Classes that are wanted besides. */
	classes: v.pipe(v.array(ClassRef), v.maxLength(8)),
});
interface Standing {
	rank: number;
	logit: number;
	probability: number;
}
/** A class in the whole body, and with the changes. */
export interface ChangedClass extends Token {
	before: Standing;
	after: Standing;
}
export interface ChangedAnswer {
	/** The tokens that are read, a position each. */
	tokens: Token[];
	/** The classes that were asked for, in their order. */
	asked: ChangedClass[];
	/** The most probable ones before, and after. */
	first: [before: ChangedClass[], after: ChangedClass[]];
	/** How much probability moves between classes in all: 0 for none, 1 when nothing is in common (total variation). */
	moved: number;
	/** The length of the (longest) vector that steers, with its weight, beside that of the residual stream there at the last position. */
	steered: {vector: number; stream: number} | null;
}

/** Two classes, or one: what the effects of parts are measured by, a difference of logits or a logit. */
const MEASURE = {chosen: ClassRef, against: v.nullable(ClassRef)};
interface Measured {
	chosen: Token;
	against: Token | null;
}

/** How does the measure change when every head and every feed-forward is switched off, one at a time? */
const PartsParams = v.object({prompt: Prompt, ...MEASURE, fill: Fill});
/** A part, and the measure with it off. */
export interface AblatedPart extends Part {
	value: number;
}
/** What a part adds to the measure: how much lower it is without it. */
export const addsOf = ({value}: AblatedPart, whole: number): number => whole - value;
/** One more part has been switched off. */
interface AblatedEvent {
	kind: 'ablated';
	done: number;
	total: number;
	/** The measure of the whole body. */
	whole: number;
	part: AblatedPart;
}
export interface PartsAnswer extends Measured {
	whole: number;
	/** Block after block: its heads, its feed-forward. */
	parts: AblatedPart[];
}

/** What does every part add to the measure directly, past all later blocks (Elhage et al. 2021)? */
const AttributionParams = v.object({prompt: Prompt, ...MEASURE});
/**
 * With the scale of the final norm taken as it is, the measure is the sum of `embedding`, everything in `blocks`, `constant` and
 * `rounding`.
 */
export interface AttributionAnswer extends Measured {
	/** The measure: a logit, or a difference of logits. */
	logit: number;
	/** Token and position. */
	embedding: number;
	/** Of each block: its heads, the bias of attention that is of no head, the feed-forward. */
	blocks: readonly {heads: readonly number[]; bias: number; mlp: number}[];
	/** The final norm's own bias. */
	constant: number;
	/** What is left: the kernels compute in float32, with int8 weights also from rounded activations. */
	rounding: number;
}

/** How does the measure after the first prompt move when one position of the residual stream comes from the second one? */
const PatchesParams = v.object({prompts: v.tuple([Prompt, Prompt]), ...MEASURE});
interface PatchedCell {
	/** How many blocks the residual stream has gone through. */
	block: number;
	position: number;
	/** The measure with it. */
	value: number;
}
/** What the prompts are, and the measure after either; cells come next, block after block, in each every position. */
interface PatchingEvent extends Omit<PatchesAnswer, 'blocks'> {
	kind: 'patching';
	/** How many cells will come. */
	total: number;
}
/** One more cell has been computed. */
interface PatchedEvent {
	kind: 'patched';
	cell: PatchedCell;
}
export interface PatchesAnswer extends Measured {
	tokens: [Token[], Token[]];
	/** The measure after either prompt. */
	whole: [number, number];
	/** The measure by block, before the first and after every one, and position. */
	blocks: number[][];
}

/** Where does every head look, on the prompt and on random tokens that come twice? */
const HeadLabelsParams = v.object({prompt: Prompt, changes: v.optional(Changes)});
/**
 * Mean shares of a head's attention, 0 to 1, over the positions where it could go there; null where it nowhere could. On the token
 * before, the first one, the same position, the same token earlier, what followed the same token (induction: Olsson et al. 2022).
 */
export type HeadShares = Record<'previous' | 'first' | 'self' | 'same' | 'induction', number | null>;
export interface HeadLabelsAnswer {
	/** How many tokens of the prompt were read. */
	read: number;
	/** The random tokens, once. */
	random: Token[];
	/** Blocks in order, and in each its heads. */
	blocks: {text: HeadShares; repeated: HeadShares}[][];
}

/** The methods and the parameters of each. */
export const INTERVENTION_METHODS = {
	changed: ChangedParams,
	parts: PartsParams,
	attribution: AttributionParams,
	patches: PatchesParams,
	headLabels: HeadLabelsParams,
} as const;

/** Each method's events, besides progress, and its answer. */
export interface InterventionReplies {
	changed: {event: never; answer: ChangedAnswer};
	parts: {event: AblatedEvent; answer: PartsAnswer};
	attribution: {event: never; answer: AttributionAnswer};
	patches: {event: PatchingEvent | PatchedEvent; answer: PatchesAnswer};
	headLabels: {event: never; answer: HeadLabelsAnswer};
}
