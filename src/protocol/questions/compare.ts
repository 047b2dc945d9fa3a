import * as v from 'valibot';
import {Generation} from '../values/generation.ts';
import {Count, ModelRef, Prompt, type Token} from '../values/prompt.ts';

/** What does another prompt, or another model, change? In the models' own distributions, or in those of some settings. */
export const CompareParams = v.object({
	prompts: v.tuple([Prompt, Prompt]),
	limit: v.pipe(Count, v.minValue(1), v.maxValue(50)),
	/** How many tokens a continuation would have: what of a long prompt is read leaves them room. 0 when left out. */
	maxNewTokens: v.optional(Count),
	/** Which model reads the second prompt; `main` when left out. */
	model: v.optional(ModelRef),
	/** The settings whose distributions are compared; the models' own when left out. */
	generation: v.optional(Generation),
});
/** A class under one prompt. The rank is null, and the probability 0, where the model has no such class or the settings cut it. */
interface Standing {
	rank: number | null;
	probability: number;
}
/** A class under both prompts. */
interface Compared extends Token {
	standings: [Standing, Standing];
}
export interface CompareAnswer {
	/** The classes whose probability differs most, the largest difference first. */
	changes: Compared[];
	/** The most probable classes of either prompt. */
	first: [Compared[], Compared[]];
	/** How much probability moves between classes in all: 0 for none, 1 when nothing is in common (total variation). */
	moved: number;
	/** Whether both were read with the same classes; classes of two vocabularies are matched by their text. */
	sameClasses: boolean;
}
