import * as v from 'valibot';
import {type ClassesAnswer, MAX_TEXT_LENGTH, type Params} from './engine.ts';
import {choice} from './fields.ts';

/** One-shot messages between the extension's parts, outside the engine's ports. */

/** Where a text came from, so that a continuation can be inserted there. */
export const Source = v.object({
	tabId: v.number(),
	frameId: v.number(),
	/** Whether the selection was in a field that text can be inserted into. */
	editable: v.boolean(),
	/** The page's name for that field, known to its own document alone. */
	field: v.optional(v.string()),
});
export type Source = v.InferOutput<typeof Source>;

/** What a selection leaves of the words that it begins and ends in: "…about tw" leaves "o". */
export const CutWord = v.object({
	before: v.pipe(v.string(), v.maxLength(40)),
	after: v.pipe(v.string(), v.maxLength(40)),
});
export type CutWord = v.InferOutput<typeof CutWord>;

/** A text waiting for the popup, put into `storage.session` under INBOX_KEY by the service worker. */
export const Inbox = v.object({
	text: v.string(),
	source: v.nullable(Source),
	cut: v.optional(CutWord),
	/** Which view should open on it. */
	view: v.picklist(['classes', 'passage']),
	/** A notice for the person, such as why there is no text: the key of a message. */
	notice: v.optional(v.string()),
	/** `Date.now()` of the click. */
	at: v.number(),
	/** The window that was clicked in, whose panel may take it. */
	windowId: v.optional(v.number()),
});
export type Inbox = v.InferOutput<typeof Inbox>;
/** The key of the waiting text in the session's storage. */
export const INBOX_KEY = 'inbox';

/**
 * A request about a waiting text that the service worker made before the page that shows the text had opened, and its answer.
 * Kept in the session's storage, where only the extension writes.
 */
export interface Ahead {
	/** The inbox's, whose text it is about. */
	at: number;
	/** Id of the model that answers, as it was when it was asked. */
	model: string;
	params: Params<'classes'>;
	answer: ClassesAnswer;
}
/** The key of that answer in the session's storage. */
export const AHEAD_KEY = 'ahead';

/** Where the id of the model that answers is in `storage.local`, for pages that show its answers. */
export const ACTIVE_MODEL_KEY = 'active-model';

/** The key in the session's storage of a text that waits for the desk. */
export const DESK_TEXT_KEY = 'desk-text';

/** The key in the session's storage of the text that the walk opens on. */
export const WALK_TEXT_KEY = 'walk-text';
/** How much of the end of a text is handed over, and how much an address carries, in UTF-16 units: more than GPT-2 reads. */
export const WALK_CHARACTERS = 10_000;
export const WalkText = v.pipe(v.string(), v.maxLength(MAX_TEXT_LENGTH));
/** The key of the tab that the text came from; null where it came from none. */
export const WALK_PAGE_KEY = 'walk-page';
export const WalkTab = v.nullable(v.number());

/** The scale of a passage's colours: each token's rank, or its surprisal. */
export const PassageScale = choice('passageScale', ['rank', 'surprisal']);
export type PassageScale = v.InferOutput<typeof PassageScale>;

/** Held by the engine's document as long as it lives, so that the service worker learns of its end however it comes. */
export const DOCUMENT_LOCK = 'engine-document';

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
