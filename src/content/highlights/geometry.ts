import {frameElementOf} from '../text-map/flat-tree.ts';
import type {Span} from '../text-map/text-map.ts';

/** A rectangle in CSS pixels of a viewport. */
export interface Box {
	left: number;
	top: number;
	right: number;
	bottom: number;
}

interface Size {
	width: number;
	height: number;
}

/** Where the viewport of a document begins in the viewport of one around it. */
function originIn(document: Document, outer: Document): {x: number; y: number} {
	let x = 0;
	let y = 0;
	for (let inner = document; inner !== outer; ) {
		const frame = frameElementOf(inner);
		if (!frame) break;
		const {left, top} = frame.getBoundingClientRect();
		x += left + frame.clientLeft;
		y += top + frame.clientTop;
		inner = frame.ownerDocument;
	}
	return {x, y};
}

/** The boxes of stretches of text, in the viewport of `outer`; the one they are in, or one around it. */
export function boxesOf(spans: readonly Span[], outer: Document): Box[] {
	return spans.flatMap(({node, start, end}) => {
		if (!node.isConnected || end > node.length) return [];
		const range = node.ownerDocument.createRange();
		range.setStart(node, start);
		range.setEnd(node, end);
		const {x, y} = originIn(node.ownerDocument, outer);
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

export const union = (boxes: readonly Box[]): Box => ({
	left: Math.min(...boxes.map(box => box.left)),
	top: Math.min(...boxes.map(box => box.top)),
	right: Math.max(...boxes.map(box => box.right)),
	bottom: Math.max(...boxes.map(box => box.bottom)),
});

const GAP = 6;
const MARGIN = 8;

export interface Placement {
	left: number;
	top: number;
	maxWidth: number;
	maxHeight: number;
}

/**
 * Where the card of a token goes: under it, else above, else beside it, wherever it fits whole; where it fits nowhere,
 * the roomiest side, cut to the room there. It never covers the token.
 */
export function placeCard(token: Box, card: Size, viewport: Size): Placement {
	const wide = viewport.width - 2 * MARGIN;
	const tall = viewport.height - 2 * MARGIN;
	const clamp = (value: number, size: number, room: number) => Math.max(MARGIN, Math.min(value, room - size - MARGIN));
	const place = (side: 'below' | 'above' | 'right' | 'left'): Placement & {fits: boolean; room: number} => {
		const upright = side === 'below' || side === 'above';
		const room = {
			below: viewport.height - MARGIN - GAP - token.bottom,
			above: token.top - GAP - MARGIN,
			right: viewport.width - MARGIN - GAP - token.right,
			left: token.left - GAP - MARGIN,
		}[side];
		const maxWidth = Math.max(0, upright ? wide : room);
		const maxHeight = Math.max(0, upright ? room : tall);
		const width = Math.min(card.width, maxWidth);
		const height = Math.min(card.height, maxHeight);
		return {
			left: upright
				? clamp(token.left, width, viewport.width)
				: side === 'right'
					? token.right + GAP
					: token.left - GAP - width,
			top: upright
				? side === 'below'
					? token.bottom + GAP
					: token.top - GAP - height
				: clamp(token.top, height, viewport.height),
			maxWidth,
			maxHeight,
			fits: card.width <= maxWidth && card.height <= maxHeight,
			room: maxWidth * maxHeight,
		};
	};
	const sides = (['below', 'above', 'right', 'left'] as const).map(place);
	const {left, top, maxWidth, maxHeight} =
		sides.find(({fits}) => fits) ?? sides.reduce((a, b) => (b.room > a.room ? b : a));
	return {left, top, maxWidth, maxHeight};
}

/** Bring a stretch of text into view, with as little movement as it takes. */
export function bringIntoView(spans: readonly Span[], document: Document) {
	const view = document.defaultView;
	const whereabouts = () => {
		const boxes = boxesOf(spans, document);
		return boxes.length > 0 ? union(boxes) : null;
	};
	const isHidden = (box: Box | null) => box !== null && view !== null && (box.top < 0 || box.bottom > view.innerHeight);
	if (!isHidden(whereabouts())) return;
	// First whatever scrolls around it, then the page: the element may be taller than the window.
	spans[0].node.parentElement?.scrollIntoView({block: 'nearest', inline: 'nearest'});
	const box = whereabouts();
	if (box && isHidden(box)) view?.scrollBy({top: box.top - view.innerHeight / 2});
}
