import type {Segment} from './text-builder.ts';

/** A stretch of one text node's data: UTF-16 offsets [start, end). */
export interface NodeSpan {
	node: Text;
	start: number;
	end: number;
}

/**
 * A text as a person sees it on a page, and where each of its characters is in the DOM. `text-builder.ts` says how
 * white space changes. Every other character of the text is exactly the one at the place it maps to.
 */
export class TextMap {
	readonly text: string;
	readonly #segments: readonly Segment<Text>[];
	readonly #byNode = new Map<Text, Segment<Text>[]>();

	constructor(text: string, segments: readonly Segment<Text>[]) {
		this.text = text;
		this.#segments = segments;
		for (const segment of segments) {
			const of = this.#byNode.get(segment.node);
			if (of) of.push(segment);
			else this.#byNode.set(segment.node, [segment]);
		}
	}

	/** The text nodes that show the text, in order. */
	nodes() {
		return this.#byNode.keys();
	}

	/**
	 * Where the characters [start, end) of the text are: one span for each stretch of one node. Line breaks and tabs
	 * that come from blocks and cells are nowhere in the DOM, so there may be none.
	 */
	spans(start: number, end: number): NodeSpan[] {
		const spans: NodeSpan[] = [];
		for (let i = this.#indexAt(start); i < this.#segments.length; i++) {
			const s = this.#segments[i];
			if (s.start >= end) break;
			const from = Math.max(start, s.start) - s.start;
			const to = Math.min(end, s.start + s.length) - s.start;
			if (from >= to) continue;
			const copy = s.length === s.domLength;
			const domStart = copy ? s.domStart + from : s.domStart;
			const domEnd = copy ? s.domStart + to : s.domStart + s.domLength;
			const last = spans.at(-1);
			if (last && last.node === s.node && last.end === domStart) last.end = domEnd;
			else spans.push({node: s.node, start: domStart, end: domEnd});
		}
		return spans;
	}

	/** The offset in the text of the character at `offset` in the node's data; null when it is not in the text. */
	offsetAt(node: Node, offset: number): number | null {
		for (const s of this.#byNode.get(node as Text) ?? []) {
			if (offset < s.domStart || offset >= s.domStart + s.domLength) continue;
			return s.length === s.domLength ? s.start + offset - s.domStart : s.start;
		}
		return null;
	}

	/** Whether there is a node in which the characters of the two texts overlap or interleave. */
	overlaps(other: TextMap): boolean {
		return [...this.nodes()].some(node => {
			const [a, b] = [this.#extentIn(node), other.#extentIn(node)];
			return a !== null && b !== null && a.start < b.end && b.start < a.end;
		});
	}

	/** From the first to the last of a node's characters that are in the text. */
	#extentIn(node: Text): NodeSpan | null {
		const segments = this.#byNode.get(node);
		if (!segments) return null;
		const last = segments[segments.length - 1];
		return {node, start: segments[0].domStart, end: last.domStart + last.domLength};
	}

	/** Index of the first segment that ends after `offset`. */
	#indexAt(offset: number) {
		let low = 0;
		let high = this.#segments.length;
		while (low < high) {
			const mid = (low + high) >> 1;
			if (this.#segments[mid].start + this.#segments[mid].length <= offset) low = mid + 1;
			else high = mid;
		}
		return low;
	}
}
