import type {Passage, Spot} from '../passage.ts';
import {boxesOf, contains} from './geometry.ts';

export interface Hit {
	passage: Passage;
	spot: Spot;
}

/** The painted token under a point of a document's viewport; null where there is none. */
export function spotAtPoint(passages: readonly Passage[], document: Document, x: number, y: number): Hit | null {
	const shadowRoots = passages.flatMap(passage => passage.shadowRoots);
	const caret = caretAt(document, x, y, shadowRoots);
	if (!caret) return null;
	// The caret stands between two characters; the point may be on either, or on neither.
	for (const offset of [caret.offset, caret.offset - 1]) {
		for (const passage of passages) {
			const at = passage.map.offsetAt(caret.offsetNode, offset);
			const spot = at === null ? null : passage.spotAtOffset(at);
			if (spot && boxesOf(spansOf(spot), document).some(box => contains(box, x, y))) return {passage, spot};
		}
	}
	return null;
}

export const spansOf = (spot: Spot) => spot.marks.map(mark => mark.span);

/** The place between two characters that is nearest to a point. */
function caretAt(document: Document, x: number, y: number, shadowRoots: ShadowRoot[]) {
	if ('caretPositionFromPoint' in document) return document.caretPositionFromPoint(x, y, {shadowRoots});
	// Chrome 127 has only the older way, which does not look into shadow trees.
	const range = (document as Document).caretRangeFromPoint(x, y);
	return range && {offsetNode: range.startContainer, offset: range.startOffset};
}
