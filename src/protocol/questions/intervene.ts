import * as v from 'valibot';
import {Changes} from '../values/changes.ts';
import {ClassRef, Count, Prompt, type Token} from '../values/prompt.ts';

/** Which class comes next, with the changes and without them? */
export const ChangedParams = v.object({
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
