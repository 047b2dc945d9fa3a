import * as v from 'valibot';
import {MEASURE, type Measured} from '../values/changes.ts';
import {Prompt, type Token} from '../values/prompt.ts';

/** The most tokens of two prompts that are patched: the grid has as many columns. */
export const MAX_PATCH_TOKENS = 64;

/** How does the measure after the first prompt move when one position of the residual stream comes from the second one? */
export const PatchesParams = v.object({prompts: v.tuple([Prompt, Prompt]), ...MEASURE});
interface PatchedCell {
	/** How many blocks the residual stream has gone through. */
	block: number;
	position: number;
	/** The measure with it. */
	value: number;
}
/** What the prompts are, and the measure after either; cells come next, block after block, in each every position. */
export interface PatchingEvent extends Omit<PatchesAnswer, 'blocks'> {
	kind: 'patching';
	/** How many cells will come. */
	total: number;
}
/** One more cell has been computed. */
export interface PatchedEvent {
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
