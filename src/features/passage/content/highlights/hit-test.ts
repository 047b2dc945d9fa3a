import type {PaintedToken, Passage} from '../passage.ts';
import {boxesOf, contains} from './geometry.ts';

export interface Hit {
	passage: Passage;
	painted: PaintedToken;
}

/** The painted token under a point of a document's viewport; null where there is none. */
export function tokenAtPoint(passages: readonly Passage[], document: Document, x: number, y: number): Hit | null {
	const shadowRoots = passages.flatMap(passage => passage.shadowRoots);
	const caret = caretAt(document, x, y, shadowRoots);
	if (!caret) return null;
	// The caret is between two characters; the point may be on either, or on neither.
	for (const offset of [caret.offset, caret.offset - 1]) {
		for (const passage of passages) {
			const at = passage.map.offsetAt(caret.offsetNode, offset);
			const painted = at === null ? null : passage.paintedAt(at);
			if (painted && boxesOf(spansOf(painted), document).some(box => contains(box, x, y))) return {passage, painted};
		}
	}
	return null;
}

export const spansOf = (painted: PaintedToken) => painted.stretches.map(({span}) => span);

/** The place between two characters that is nearest to a point. */
function caretAt(document: Document, x: number, y: number, shadowRoots: ShadowRoot[]) {
	const {prototype} = Document;
	if ('caretPositionFromPoint' in prototype)
		return prototype.caretPositionFromPoint.call(document, x, y, {shadowRoots});
	// Chrome 127 has only the older way, which does not look into shadow trees.
	const range = (prototype as Document).caretRangeFromPoint.call(document, x, y);
	return range && {offsetNode: range.startContainer, offset: range.startOffset};
}
