import {type Box, union} from '../../../../ui/placement.ts';
import type {Overlay} from './overlay.tsx';

/** The corners of the window, the usual place first. */
const CORNERS = ['bottom right', 'bottom left', 'top right', 'top left'] as const;
type CornerName = (typeof CORNERS)[number];

const MARGIN = 12;
/** Points that are looked at across the legend, each way. */
const PROBES = 4;

const touches = (a: Box, b: Box) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

/**
 * Keeps the legend out of the reader's way: in a corner where it is on no painted text and off the token whose card
 * is open. It stays where it is while that is so, and moves to the corner with the least text under it otherwise.
 */
export class Corner {
	readonly #overlay: Overlay;
	readonly #isText: (x: number, y: number) => boolean;
	#corner: CornerName = CORNERS[0];

	constructor(overlay: Overlay, isText: (x: number, y: number) => boolean) {
		this.#overlay = overlay;
		this.#isText = isText;
	}

	/** @param current the boxes of the token that is read. */
	choose(current: readonly Box[]) {
		const legend = this.#overlay.find('.legend-box');
		if (!legend) return;
		const viewport = this.#overlay.viewport();
		const {width, height} = legend.getBoundingClientRect();
		const boxIn = (corner: CornerName): Box => {
			const left = corner.endsWith('left') ? MARGIN : viewport.width - width - MARGIN;
			const top = corner.startsWith('top') ? MARGIN : viewport.height - height - MARGIN;
			return {left, top, right: left + width, bottom: top + height};
		};
		const read = current.length > 0 ? union(current) : null;
		const cost = (corner: CornerName) => {
			const box = boxIn(corner);
			return (read && touches(box, read) ? PROBES ** 2 : 0) + this.#textIn(box);
		};
		// Without it the points under the legend would all be the legend.
		legend.style.visibility = 'hidden';
		if (cost(this.#corner) > 0) {
			const costs = CORNERS.map(cost);
			const best = CORNERS[costs.indexOf(Math.min(...costs))];
			if (cost(best) < cost(this.#corner)) this.#corner = best;
		}
		legend.style.visibility = '';
		const {left, top} = boxIn(this.#corner);
		legend.style.left = `${left}px`;
		legend.style.top = `${top}px`;
	}

	/** How many of the points across a box are on painted text. */
	#textIn({left, top, right, bottom}: Box) {
		let count = 0;
		for (let row = 0; row < PROBES; row++) {
			for (let column = 0; column < PROBES; column++) {
				const x = left + ((right - left) * (column + 0.5)) / PROBES;
				const y = top + ((bottom - top) * (row + 0.5)) / PROBES;
				if (this.#isText(x, y)) count += 1;
			}
		}
		return count;
	}
}
