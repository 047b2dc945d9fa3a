import * as v from 'valibot';
import {PassageScale} from '../values/passage-scale.ts';
import {MAX_TEXT_LENGTH} from '../values/prompt.ts';
import {Source} from './inbox.ts';

/** One-shot messages to the service worker, outside the engine’s ports. */

/** To the service worker. */
export const ToBackground = v.variant('type', [
	/** Make sure the engine's document is there; answered with `true` when it is. */
	v.object({type: v.literal('engine.ensure')}),
	/** From the engine's document: it has not been asked for a while, and can be closed. */
	v.object({type: v.literal('engine.idle')}),
	/** From the engine's document: the settings of the Hub, as they are stored. */
	v.object({type: v.literal('hub.settings')}),
	/** From the engine's document: how far the downloads are, 0 to 1; null when there are none any more. */
	v.object({type: v.literal('library.progress'), share: v.nullable(v.pipe(v.number(), v.minValue(0), v.maxValue(1)))}),
	/** From the engine's document: another model answers from now on. */
	v.object({type: v.literal('model.active'), id: v.string()}),
	/** From the engine's document: were there downloads when the browser was closed? */
	v.object({type: v.literal('library.pending')}),
	/** From the passage card: continue from this text, in the popup. */
	v.object({type: v.literal('prompt.open'), text: v.pipe(v.string(), v.maxLength(MAX_TEXT_LENGTH))}),
	/** From the popup or the panel: paint the selection in the frame that the prompt came from. */
	v.object({type: v.literal('passage.colour'), source: Source}),
	/** From the legend on a page: show the models that read more than English. */
	v.object({type: v.literal('models.open')}),
	/** From the legend on a page: colour by this from now on. */
	v.object({type: v.literal('passage.scale'), scale: PassageScale}),
]);
export type ToBackground = v.InferOutput<typeof ToBackground>;
