import * as v from 'valibot';
import type {Part} from '../../engine/inspect/intervention.ts';
import {Fill, MEASURE, type Measured} from '../values/changes.ts';
import {Prompt} from '../values/prompt.ts';

/** The most tokens of a text whose parts are switched off one at a time: its residual streams are kept, 4 D bytes a block and token. */
export const MAX_PARTS_TOKENS = 256;

/** How does the measure change when every head and every feed-forward is switched off, one at a time? */
export const PartsParams = v.object({prompt: Prompt, ...MEASURE, fill: Fill});
/** A part, and the measure with it off. */
export interface AblatedPart extends Part {
	value: number;
}
/** What a part adds to the measure: how much lower it is without it. */
export const addsOf = ({value}: AblatedPart, whole: number): number => whole - value;
/** One more part has been switched off. */
export interface AblatedEvent {
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
