import type {ScoreAnswer, ScoredToken} from '../protocol/engine.ts';
import type {PassageScale} from '../protocol/messages.ts';
import {bandOf} from '../ui/tokens/rank-bands.ts';
import {bitsStep} from '../ui/tokens/surprisal-scale.ts';
import type {Canvas, Colour, Mark} from './highlights/paint.ts';
import {frameElementOf} from './text-map/flat-tree.ts';
import type {TextMap} from './text-map/text-map.ts';

/** A token's surprisal in bits. */
export const surprisalBits = (token: ScoredToken) => -token.logProb / Math.LN2;

/** The colour of a token on a scale. */
export const colourOf = (token: ScoredToken, scale: PassageScale): Colour =>
	scale === 'rank' ? `r${bandOf(token.rank)}` : `b${bitsStep(surprisalBits(token))}`;

/** What is painted in one colour: a token, or tokens that share a character, painted as the most surprising of them. */
export interface Spot {
	/** Indices of its tokens: [first, last]. */
	first: number;
	last: number;
	/** UTF-16 offsets into the text: [start, end). */
	start: number;
	end: number;
	marks: Mark[];
}

export type Status = 'scoring' | 'done' | 'cancelled' | 'failed';

interface Parts {
	map: TextMap;
	scale: PassageScale;
	canvasOf(document: Document): Canvas;
	/** Called once, when the page has taken away all that was painted. */
	onGone(): void;
}

/** One passage on the page: its text, its tokens as they arrive, and their paint, which follows what becomes of the page. */
export class Passage {
	readonly map: TextMap;
	readonly tokens: ScoredToken[] = [];
	readonly spots: Spot[] = [];
	vocabSize = 0;
	status: Status = 'scoring';
	progress = {done: 0, total: 0};
	totals: ScoreAnswer | null = null;
	error: string | null = null;

	#scale: PassageScale;
	readonly #canvasOf: Parts['canvasOf'];
	readonly #onGone: () => void;
	/** What each node's text was when it was read. */
	readonly #dataOf = new Map<Text, string>();
	readonly #spotsOf = new Map<Text, Set<Spot>>();
	/** The shadow trees it stands in. */
	readonly shadowRoots: readonly ShadowRoot[];
	readonly #observer: MutationObserver;
	#sweep = 0;

	constructor({map, scale, canvasOf, onGone}: Parts) {
		this.map = map;
		this.#scale = scale;
		this.#canvasOf = canvasOf;
		this.#onGone = onGone;
		this.#observer = new MutationObserver(records => this.#follow(records));
		const roots = new Set<Node>();
		for (const node of map.nodes()) {
			this.#dataOf.set(node, node.data);
			addRoots(node, roots);
		}
		this.shadowRoots = [...roots].filter(root => 'host' in root) as ShadowRoot[];
		for (const root of roots) this.#observer.observe(root, {subtree: true, childList: true, characterData: true});
	}

	/** The documents that show it: more than one where it goes on into frames. */
	get documents(): Set<Document> {
		return new Set([...this.map.nodes()].map(node => node.ownerDocument));
	}

	/** The next tokens, in order. */
	add(tokens: readonly ScoredToken[]) {
		for (const token of tokens) {
			const index = this.tokens.push(token) - 1;
			const spot = this.spots.at(-1);
			if (spot && token.start < spot.end) this.#extend(spot, index, token.end);
			else this.#addSpot({first: index, last: index, start: token.start, end: token.end, marks: []});
		}
	}

	rescale(scale: PassageScale) {
		this.#scale = scale;
		for (const spot of this.spots) this.#paint(spot);
	}

	/** The spot at a character of the text; null when there is none yet, or its paint is gone. */
	spotAtOffset(offset: number): Spot | null {
		const spot = this.#firstSpot(({end}) => end > offset);
		return spot && spot.start <= offset && spot.marks.length > 0 ? spot : null;
	}

	spotOf(token: number): Spot | null {
		const spot = this.#firstSpot(({last}) => last >= token);
		return spot && spot.first <= token && token < this.tokens.length ? spot : null;
	}

	/** The first spot that lies behind some place; spots are in the order of the text. */
	#firstSpot(isBehind: (spot: Spot) => boolean): Spot | undefined {
		let low = 0;
		let high = this.spots.length;
		while (low < high) {
			const middle = (low + high) >> 1;
			if (isBehind(this.spots[middle])) high = middle;
			else low = middle + 1;
		}
		return this.spots[low];
	}

	/**
	 * The token `by` tokens further than `from` (null: outside, before the first or after the last), or an end of the
	 * passage for an infinite `by`. Tokens whose paint is gone are passed over; null when none is left that way.
	 */
	paintedFrom(from: number | null, by: number): {token: number; spot: Spot} | null {
		const last = this.tokens.length - 1;
		const toEnd = !Number.isFinite(by);
		let token = (from ?? (by > 0 ? -1 : last + 1)) + by;
		if (toEnd) token = by > 0 ? last : 0;
		// From an end one looks back into the passage, else onwards.
		const onwards = toEnd ? -Math.sign(by) : Math.sign(by);
		for (; token >= 0 && token <= last; token += onwards) {
			const spot = this.spotOf(token);
			if (spot && spot.marks.length > 0) return {token, spot};
		}
		return null;
	}

	/** The passage up to and including a token: what the model would continue. */
	textThrough(token: number) {
		return this.map.text.slice(0, this.tokens[token].end);
	}

	/** Forget what has been scored, to score it anew. */
	restart() {
		for (const spot of this.spots) this.#unpaint(spot);
		this.#spotsOf.clear();
		this.tokens.length = 0;
		this.spots.length = 0;
		this.totals = null;
		this.error = null;
		this.progress = {done: 0, total: 0};
		this.status = 'scoring';
	}

	dispose() {
		this.#observer.disconnect();
		cancelAnimationFrame(this.#sweep);
		for (const spot of this.spots) this.#unpaint(spot);
		this.#spotsOf.clear();
		this.#dataOf.clear();
	}

	#addSpot(spot: Spot) {
		this.spots.push(spot);
		this.#mark(spot);
		this.#paint(spot);
	}

	/** One more token that shares a character with the spot's last. */
	#extend(spot: Spot, token: number, end: number) {
		spot.last = token;
		if (end > spot.end) {
			spot.end = end;
			this.#unpaint(spot);
			this.#mark(spot);
		}
		this.#paint(spot);
	}

	/** A text of which any part has changed meanwhile is not painted. */
	#mark(spot: Spot) {
		const spans = this.map.spans(spot.start, spot.end);
		if (!spans.every(({node}) => this.#dataOf.has(node))) return;
		spot.marks = spans.map(span => this.#canvasOf(span.node.ownerDocument).mark(span));
		for (const {node} of spans) {
			const of = this.#spotsOf.get(node);
			if (of) of.add(spot);
			else this.#spotsOf.set(node, new Set([spot]));
		}
	}

	#paint(spot: Spot) {
		const sharing = this.tokens.slice(spot.first, spot.last + 1);
		const most = sharing.reduce((a, b) => (b.logProb < a.logProb ? b : a));
		const colour = colourOf(most, this.#scale);
		for (const mark of spot.marks) this.#canvasOf(mark.span.node.ownerDocument).paint(mark, colour);
	}

	#unpaint(spot: Spot) {
		for (const mark of spot.marks) this.#canvasOf(mark.span.node.ownerDocument).paint(mark, null);
		spot.marks = [];
	}

	/** The page changed. Only what is gone is touched, so there is nothing here for a page to fight with. */
	#follow(records: readonly MutationRecord[]) {
		for (const {target} of records) if (this.#dataOf.has(target as Text)) this.#check(target as Text);
		if (records.some(({removedNodes}) => removedNodes.length > 0)) {
			// Once a frame, however busy the page is: nodes that only moved are back by then.
			this.#sweep ||= requestAnimationFrame(() => {
				this.#sweep = 0;
				for (const node of [...this.#dataOf.keys()]) this.#check(node);
			});
		}
		this.#tellIfGone();
	}

	#check(node: Text) {
		if (node.data === this.#dataOf.get(node) && node.isConnected && node.ownerDocument.defaultView) return;
		this.#dataOf.delete(node);
		for (const spot of this.#spotsOf.get(node) ?? []) this.#unpaint(spot);
		this.#spotsOf.delete(node);
		this.#tellIfGone();
	}

	#tellIfGone() {
		if (this.#dataOf.size > 0) return;
		this.#observer.disconnect();
		this.#onGone();
	}
}

/** Every root in which a removal could take the node away: its own, and those that its hosts and frames stand in. */
function addRoots(node: Node, roots: Set<Node>) {
	let next: Node | null = node;
	while (next) {
		const root: Node = next.getRootNode();
		if (roots.has(root)) return;
		roots.add(root);
		next = 'host' in root ? (root as ShadowRoot).host : root.nodeType === 9 ? frameElementOf(root as Document) : null;
	}
}
