/**
 * The moments between a click on "Predict what comes next" and the first class on the screen, in the order they come.
 * They are marks in the timeline of the page or worker where they happen; nothing reads them but `npm run bench`.
 */
const CLICK_MARKS = [
	/** Service worker: it has received the click. */
	'received',
	/** Service worker: it has the selection of the page. */
	'selected',
	/** Service worker: the engine is there, and is asked ahead of the popup. */
	'asked',
	/** Service worker: the engine has answered ahead of the popup. */
	'ahead',
	/** Popup: its script runs. */
	'script',
	/** Popup: the contents of the storage have been read. */
	'restored',
	/** Popup: it asks the engine itself, since no answer has come ahead of it. */
	'requested',
	/** Popup: the classes are there. */
	'answered',
	/** Popup: they are on the screen. */
	'painted',
] as const;
export type ClickMark = (typeof CLICK_MARKS)[number];

/** Prefix of the marks' names. */
export const CLICK_MARK_PREFIX = 'click:';

export const markClick = (mark: ClickMark) => void performance.mark(CLICK_MARK_PREFIX + mark);
