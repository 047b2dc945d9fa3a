import * as v from 'valibot';
import {refuse} from '../../engine/errors/refusal.ts';
import type {Part} from '../../engine/inspect/intervention.ts';
import {ClassRef, Count, Prompt, shortText, type Token} from './prompt.ts';
import {saying} from './refused.ts';

/** What can be changed about the body. Blocks, heads and positions are counted from 0. */

export type {Part} from '../../engine/inspect/intervention.ts';

/** The most parts that are off at once: more than any model has. */
const MAX_OFF = 10_000;

/** The largest weight of a vector that steers. */
export const MAX_STEER_WEIGHT = 100;

/** A part of a block: a head by its number, all of its attention, or its feed-forward. */
const BodyPart = v.object({
	block: Count,
	part: v.union([Count, v.picklist(['attention', 'mlp'])]),
}) satisfies v.GenericSchema<Part>;

/** What a part that is off gives instead of its output: zero, or the mean of it over the positions of the prompt's text. */
export const Fill = v.picklist(['zero', 'mean']);
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

/** Two classes, or one: what the effects of parts are measured by, a difference of logits or a logit. */
export const MEASURE = {chosen: ClassRef, against: v.nullable(ClassRef)};
export interface Measured {
	chosen: Token;
	against: Token | null;
}
