/**
 * A page that a person leaves may be kept by the browser, and shown again when they go back: with its scripts as they were,
 * and without its ports.
 */

/** Undoes everything of a page when it ends; not when it may come back. `keep` is called in both cases, and before. */
export function onPageEnd(end: () => void, keep: () => void = () => {}): void {
	addEventListener('pagehide', ({persisted}) => {
		keep();
		if (!persisted) end();
	});
}

/** Calls back when a page that was kept is shown again. @returns stops it; also where there is no page. */
export function onPageBack(back: () => void): () => void {
	const listen = ({persisted}: PageTransitionEvent) => {
		if (persisted) back();
	};
	globalThis.addEventListener?.('pageshow', listen);
	return () => globalThis.removeEventListener?.('pageshow', listen);
}
