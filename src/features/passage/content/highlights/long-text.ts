import {createRange, ownerDocument, viewOf} from '../../../../client/page/dom.ts';
import type {NodeSpan} from '../../../../client/page/text-map/text-map.ts';

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

	/** Call it once a frame: to ask for boxes of a long text takes the browser milliseconds. */
	refresh() {
		this.#refreshBetween(0, this.#stretches.length);
	}

	/** Shows or hides the stretches [from, to). Where the box around all of them is far away, none is near; else each half is looked at. */
	#refreshBetween(from: number, to: number) {
		const near = isNear(this.#stretches[from].span, this.#stretches[to - 1].span);
		if (near && to - from > BLOCK) {
			const middle = from + BLOCK * Math.ceil((to - from) / BLOCK / 2);
			this.#refreshBetween(from, middle);
			this.#refreshBetween(middle, to);
		} else {
			for (let at = from; at < to; at++) this.#show(this.#stretches[at], near);
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
