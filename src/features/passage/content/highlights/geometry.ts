import {boundingBox, createRange, ownerDocument, parentElement, viewOf} from '../../../../client/page/dom.ts';
import {frameElementOf} from '../../../../client/page/text-map/flat-tree.ts';
import type {NodeSpan} from '../../../../client/page/text-map/text-map.ts';
import {type Box, union} from '../../../../ui/placement.ts';

/** Where the viewport of a document begins in the viewport of one around it. */
function originIn(document: Document, outer: Document): {x: number; y: number} {
	let x = 0;
	let y = 0;
	for (let inner = document; inner !== outer; ) {
		const frame = frameElementOf(inner);
		if (!frame) break;
		const {left, top} = boundingBox(frame);
		x += left + frame.clientLeft;
		y += top + frame.clientTop;
		inner = ownerDocument(frame);
	}
	return {x, y};
}

/** The boxes of stretches of text, in the viewport of `outer`; the one they are in, or one around it. */
export function boxesOf(spans: readonly NodeSpan[], outer: Document): Box[] {
	return spans.flatMap(({node, start, end}) => {
		if (!node.isConnected || end > node.length) return [];
		const range = createRange(ownerDocument(node));
		range.setStart(node, start);
		range.setEnd(node, end);
		const {x, y} = originIn(ownerDocument(node), outer);
		return [...range.getClientRects()].map(({left, top, right, bottom}) => ({
			left: left + x,
			top: top + y,
			right: right + x,
			bottom: bottom + y,
		}));
	});
}

export const contains = ({left, top, right, bottom}: Box, x: number, y: number) =>
	x >= left && x <= right && y >= top && y <= bottom;

/** Bring a stretch of text into view, with as little movement as it takes. */
export function bringIntoView(spans: readonly NodeSpan[], document: Document) {
	const view = viewOf(document);
	const whereabouts = () => {
		const boxes = boxesOf(spans, document);
		return boxes.length > 0 ? union(boxes) : null;
	};
	const isHidden = (box: Box | null) => box !== null && view !== null && (box.top < 0 || box.bottom > view.innerHeight);
	if (!isHidden(whereabouts())) return;
	// First the elements that scroll around it, then the page: the element may be taller than the window.
	const parent = parentElement(spans[0].node);
	if (parent) Element.prototype.scrollIntoView.call(parent, {block: 'nearest', inline: 'nearest'});
	const box = whereabouts();
	if (box && isHidden(box)) view?.scrollBy({top: box.top - view.innerHeight / 2});
}
