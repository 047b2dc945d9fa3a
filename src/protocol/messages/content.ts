import * as v from 'valibot';
import {PassageScale} from '../values/passage-scale.ts';

/** One-shot messages to the content script of a frame, and its answer. */

/** To the content script of a frame. */
export const ToContent = v.variant('type', [
	/** Score the selection, or the text of the page, and paint it; answered with a `PaintAnswer`. */
	v.object({type: v.literal('passage.paint'), what: v.picklist(['selection', 'page']), scale: PassageScale}),
	v.object({type: v.literal('passage.rescale'), scale: PassageScale}),
	v.object({type: v.literal('passage.clear')}),
	/** Is there anything painted? Answered with the number of passages. */
	v.object({type: v.literal('passage.count')}),
]);
export type ToContent = v.InferOutput<typeof ToContent>;

/** `painted`: on the page; `field`: the selection is in a field, where text cannot be painted; `none`: no selection. */
export const PaintAnswer = v.variant('outcome', [
	v.object({outcome: v.literal('painted'), text: v.string()}),
	v.object({outcome: v.literal('field'), text: v.string()}),
	v.object({outcome: v.literal('none')}),
]);
export type PaintAnswer = v.InferOutput<typeof PaintAnswer>;
