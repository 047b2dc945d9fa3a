import * as v from 'valibot';
import type {ClassesAnswer} from '../questions/classes.ts';
import type {Params} from '../questions.ts';

/** A text that waits for a page of ours to open. */

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
