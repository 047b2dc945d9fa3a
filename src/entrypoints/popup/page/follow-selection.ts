import type {PageReading, PageSelection} from './selection.ts';

interface Following {
	read(): Promise<PageReading>;
	/** A text has been selected, and the selection has come to rest. */
	onSelection(selection: PageSelection): void;
	/** Whether the page in front can be read at all. */
	onReadable(readable: boolean): void;
}

/** How often to look; a selection is taken when two looks in a row have seen the same. */
export const LOOK_INTERVAL = 500;

/**
 * Read the selection of the page in front at intervals, while this page is visible. Looking leaves nothing on
 * the page, and ends with access to it. Returns a function that stops it.
 */
export function followSelection({read, onSelection, onReadable}: Following): () => void {
	let seen: string | null = null;
	let taken: string | null = null;
	let timer: ReturnType<typeof setTimeout> | undefined;
	let stopped = false;

	async function look() {
		if (document.visibilityState === 'visible') {
			const {readable, selection} = await read();
			if (stopped) return;
			onReadable(readable);
			// Text before a caret was not selected: it would change with every key.
			const text = selection && !selection.caret ? selection.text : null;
			if (selection && text !== null && text === seen && text !== taken) {
				taken = text;
				onSelection(selection);
			}
			seen = text;
		}
		timer = setTimeout(look, LOOK_INTERVAL);
	}
	void look();
	return () => {
		stopped = true;
		clearTimeout(timer);
	};
}
