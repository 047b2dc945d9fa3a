import {createRange, ownerDocument, viewOf} from '../../page-access/dom.ts';
import type {NodeSpan} from '../../page-access/text-map/text-map.ts';

/** Stretches that are shown or hidden together. */
const BLOCK = 64;

/**
 * A text node with so many painted stretches that the browser, which goes through all of them at each change and each
 * paint, would freeze for seconds. Only blocks of stretches within a viewport's height of the window are shown.
 */
export class LongText<S extends {readonly span: NodeSpan}> {
	/** In the order of the text; grows as tokens arrive. */
	readonly #stretches: readonly S[];
	readonly #show: (stretch: S, near: boolean) => void;

	constructor(stretches: readonly S[], show: (stretch: S, near: boolean) => void) {
		this.#stretches = stretches;
		this.#show = show;
	}

	refresh() {
		for (let at = 0; at < this.#stretches.length; at += BLOCK) {
			const block = this.#stretches.slice(at, at + BLOCK);
			const near = isNear(block[0].span, block[block.length - 1].span);
			for (const stretch of block) this.#show(stretch, near);
		}
	}
}

function isNear({node, start}: NodeSpan, {end}: NodeSpan): boolean {
	const view = viewOf(ownerDocument(node));
	if (!view || !node.isConnected || end > node.length) return false;
	const range = createRange(ownerDocument(node));
	range.setStart(node, start);
	range.setEnd(node, end);
	const {left, top, right, bottom} = range.getBoundingClientRect();
	const {innerWidth: width, innerHeight: height} = view;
	return bottom > -height && top < 2 * height && right > -width && left < 2 * width;
}
