import {computePosition, flip, offset, shift, size} from '@floating-ui/dom';

/** A rectangle in CSS pixels of the viewport. */
export interface Box {
	left: number;
	top: number;
	right: number;
	bottom: number;
}

/** The smallest box around some boxes; there must be one. */
export const union = (boxes: readonly Box[]): Box => ({
	left: Math.min(...boxes.map(box => box.left)),
	top: Math.min(...boxes.map(box => box.top)),
	right: Math.max(...boxes.map(box => box.right)),
	bottom: Math.max(...boxes.map(box => box.bottom)),
});

const GAP = 6;
const MARGIN = 8;

/**
 * Places a card (`position: fixed`) beside a stretch of text: under it, else above, else at a side, wherever it fits
 * whole; where it fits nowhere, on the roomiest side, cut to the room there. It never covers the text, and is never wider
 * than its own `--widest`.
 * @param boxes the lines of the text, at least one.
 */
export async function placeBeside(card: HTMLElement, boxes: readonly Box[]): Promise<void> {
	const {left, top, right, bottom} = union(boxes);
	const box = {x: left, y: top, left, top, right, bottom, width: right - left, height: bottom - top};
	card.style.maxWidth = '';
	card.style.maxHeight = '';
	const {x, y} = await computePosition({getBoundingClientRect: () => box}, card, {
		strategy: 'fixed',
		placement: 'bottom-start',
		middleware: [
			offset(GAP),
			flip({padding: MARGIN, fallbackPlacements: ['top-start', 'right-start', 'left-start']}),
			shift({padding: MARGIN}),
			size({
				padding: MARGIN,
				apply({availableWidth, availableHeight}) {
					card.style.maxWidth = `min(${Math.max(0, availableWidth)}px, var(--widest, 100vw))`;
					card.style.maxHeight = `${Math.max(0, availableHeight)}px`;
				},
			}),
		],
	});
	card.style.left = `${x}px`;
	card.style.top = `${y}px`;
}
