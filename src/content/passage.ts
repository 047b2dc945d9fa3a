import {isConnected, isDocument, isShadowRoot, ownerDocument, rootOf, viewOf} from '../page-access/dom.ts';
import {frameElementOf} from '../page-access/text-map/flat-tree.ts';
import type {TextMap} from '../page-access/text-map/text-map.ts';
import type {ScoredToken} from '../protocol/engine.ts';
import type {PassageScale} from '../protocol/messages.ts';
import type {Query} from '../ui/client/query.ts';
import {bandOf} from '../ui/tokens/rank-bands.ts';
import type {Tone} from '../ui/tokens/surprisal-scale.ts';
import {bitsStep} from '../ui/tokens/surprisal-scale.ts';
import {Canvas, type Colour, type Stretch} from './highlights/paint.ts';

/** A token's surprisal in bits. */
export const surprisalBits = (token: ScoredToken) => -token.logProb / Math.LN2;

/** The colour of a token on a scale. */
const colourOf = (token: ScoredToken, scale: PassageScale): Colour =>
	scale === 'rank' ? `r${bandOf(token.rank)}` : `b${bitsStep(surprisalBits(token))}`;

/** What is painted in one colour: a token, or tokens that share a character, painted as the most surprising of them. */
export interface PaintedToken {
	/** Indices of its tokens: [first, last]. */
	first: number;
	last: number;
	/** UTF-16 offsets into the text: [start, end). */
	start: number;
	end: number;
	/** Empty where the page has changed since it was read. */
	stretches: Stretch[];
}

interface Parts {
	map: TextMap;
	/** Scores it. */
	query: Query<'score'>;
	scale: PassageScale;
	/** What the names of its highlights start with. */
	prefix: string;
	/** Called once, when the page has taken away all that was painted. */
	onGone(): void;
}

/** One passage on the page: its text, its tokens as they arrive, and their paint, which follows what becomes of the page. */
export class Passage {
	readonly map: TextMap;
	readonly tokens: ScoredToken[] = [];
	readonly painted: PaintedToken[] = [];
	readonly query: Query<'score'>;
	vocabSize = 0;
	/** How many tokens it has, once that is known. */
	total = 0;

	#scale: PassageScale;
	readonly #prefix: string;
	readonly #onGone: () => void;
	readonly #canvases = new Map<Document, Canvas>();
	/** What each node's text was when it was read. */
	readonly #dataOf = new Map<Text, string>();
	readonly #paintedOf = new Map<Text, Set<PaintedToken>>();
	/** The shadow trees that it is in. */
	readonly shadowRoots: readonly ShadowRoot[];
	/** The kinds of background it is on. */
	readonly tones = new Set<Tone>();
	readonly #observer: MutationObserver;
	#sweep = 0;

	constructor({map, query, scale, prefix, onGone}: Parts) {
		this.map = map;
		this.query = query;
		this.#scale = scale;
		this.#prefix = prefix;
		this.#onGone = onGone;
		this.#observer = new MutationObserver(records => this.#follow(records));
		const roots = new Set<Node>();
		for (const node of map.nodes()) {
			this.#dataOf.set(node, node.data);
			addRoots(node, roots);
		}
		this.shadowRoots = [...roots].filter(isShadowRoot);
		for (const root of roots) this.#observer.observe(root, {subtree: true, childList: true, characterData: true});
	}

	/** The documents that show it: more than one where it goes on into frames. */
	get documents(): Set<Document> {
		return new Set([...this.map.nodes()].map(ownerDocument));
	}

	/** Score it, and paint its tokens as they come; what was scored before is forgotten. */
	score() {
		this.#clearPaint();
		this.tokens.length = 0;
		this.painted.length = 0;
		return this.query.ask(
			{text: this.map.text},
			{
				onEvent: ({tokens, vocabSize}) => {
					this.vocabSize = vocabSize;
					this.#add(tokens);
				},
			},
		);
	}

	/** The next tokens, in order. */
	#add(tokens: readonly ScoredToken[]) {
		for (const token of tokens) {
			const index = this.tokens.push(token) - 1;
			const last = this.painted.at(-1);
			if (last && token.start < last.end) this.#extend(last, index, token.end);
			else this.#append({first: index, last: index, start: token.start, end: token.end, stretches: []});
		}
		this.refresh();
	}

	rescale(scale: PassageScale) {
		this.#scale = scale;
		for (const painted of this.painted) this.#paint(painted);
	}

	/** Show what is near the viewport now. */
	refresh() {
		for (const canvas of this.#canvases.values()) canvas.refresh();
	}

	/** Put back paint that the page took away. @returns false when it has done so too often. */
	restore(): boolean {
		return [...this.#canvases.values()].map(canvas => canvas.restore()).every(Boolean);
	}

	/** Underline a token, and no other; null for none. */
	setCurrent(painted: PaintedToken | null) {
		for (const [document, canvas] of this.#canvases) {
			const stretches = painted?.stretches ?? [];
			canvas.setCurrent(stretches.filter(({span}) => ownerDocument(span.node) === document));
		}
	}

	/** What is painted at a character of the text; null when nothing is yet, or its paint is gone. */
	paintedAt(offset: number): PaintedToken | null {
		const painted = this.#firstPainted(({end}) => end > offset);
		return painted && painted.start <= offset && painted.stretches.length > 0 ? painted : null;
	}

	paintedOf(token: number): PaintedToken | null {
		const painted = this.#firstPainted(({last}) => last >= token);
		return painted && painted.first <= token && token < this.tokens.length ? painted : null;
	}

	/** The first that is behind some place; they are in the order of the text. */
	#firstPainted(isBehind: (painted: PaintedToken) => boolean): PaintedToken | undefined {
		let low = 0;
		let high = this.painted.length;
		while (low < high) {
			const middle = (low + high) >> 1;
			if (isBehind(this.painted[middle])) high = middle;
			else low = middle + 1;
		}
		return this.painted[low];
	}

	/**
	 * The token `by` tokens further than `from` (null: outside, before the first or after the last), or an end of the
	 * passage for an infinite `by`. Tokens whose paint is gone are passed over; null when none is left that way.
	 */
	paintedFrom(from: number | null, by: number): {token: number; painted: PaintedToken} | null {
		const last = this.tokens.length - 1;
		const toEnd = !Number.isFinite(by);
		let token = (from ?? (by > 0 ? -1 : last + 1)) + by;
		if (toEnd) token = by > 0 ? last : 0;
		// From an end one looks back into the passage, else onwards.
		const onwards = toEnd ? -Math.sign(by) : Math.sign(by);
		for (; token >= 0 && token <= last; token += onwards) {
			const painted = this.paintedOf(token);
			if (painted && painted.stretches.length > 0) return {token, painted};
		}
		return null;
	}

	/** The passage up to and including a token: what the model would continue. */
	textThrough(token: number) {
		return this.map.text.slice(0, this.tokens[token].end);
	}

	dispose() {
		this.query.reset();
		this.#observer.disconnect();
		cancelAnimationFrame(this.#sweep);
		this.#clearPaint();
		this.#dataOf.clear();
	}

	#clearPaint() {
		for (const canvas of this.#canvases.values()) canvas.dispose();
		this.#canvases.clear();
		this.#paintedOf.clear();
	}

	#append(painted: PaintedToken) {
		this.painted.push(painted);
		this.#place(painted);
		this.#paint(painted);
	}

	/** One more token that shares a character with the last. */
	#extend(painted: PaintedToken, token: number, end: number) {
		painted.last = token;
		if (end > painted.end) {
			painted.end = end;
			this.#unpaint(painted);
			this.#place(painted);
		}
		this.#paint(painted);
	}

	/** Find where it is on the page. A text of which any part has changed meanwhile is not painted. */
	#place(painted: PaintedToken) {
		const spans = this.map.spans(painted.start, painted.end);
		if (!spans.every(({node}) => this.#dataOf.has(node))) return;
		painted.stretches = spans.map(span => this.#canvasOf(span.node).stretch(span));
		for (const {tone} of painted.stretches) this.tones.add(tone);
		for (const {node} of spans) {
			const of = this.#paintedOf.get(node);
			if (of) of.add(painted);
			else this.#paintedOf.set(node, new Set([painted]));
		}
	}

	#paint(painted: PaintedToken) {
		const sharing = this.tokens.slice(painted.first, painted.last + 1);
		const most = sharing.reduce((a, b) => (b.logProb < a.logProb ? b : a));
		const colour = colourOf(most, this.#scale);
		for (const stretch of painted.stretches) this.#canvasOf(stretch.span.node).paint(stretch, colour);
	}

	#unpaint(painted: PaintedToken) {
		for (const stretch of painted.stretches) this.#canvasOf(stretch.span.node).paint(stretch, null);
		painted.stretches = [];
	}

	#canvasOf(node: Node) {
		const document = ownerDocument(node);
		let canvas = this.#canvases.get(document);
		if (!canvas) {
			canvas = new Canvas(document, this.#prefix);
			this.#canvases.set(document, canvas);
		}
		return canvas;
	}

	/** The page changed. Only what is gone is touched, so there is nothing here for a page to fight with. */
	#follow(records: readonly MutationRecord[]) {
		for (const {target} of records) if (this.#dataOf.has(target as Text)) this.#check(target as Text);
		if (records.some(({type}) => type === 'childList')) {
			for (const canvas of this.#canvases.values()) canvas.checkDropCaps();
		}
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
		if (node.data === this.#dataOf.get(node) && isConnected(node) && viewOf(ownerDocument(node))) return;
		this.#dataOf.delete(node);
		for (const painted of this.#paintedOf.get(node) ?? []) this.#unpaint(painted);
		this.#paintedOf.delete(node);
		this.#tellIfGone();
	}

	#tellIfGone() {
		if (this.#dataOf.size > 0) return;
		this.#observer.disconnect();
		this.#onGone();
	}
}

/** Every root in which a removal could take the node away: its own, and those that its hosts and frames are in. */
function addRoots(node: Node, roots: Set<Node>) {
	let next: Node | null = node;
	while (next) {
		const root: Node = rootOf(next);
		if (roots.has(root)) return;
		roots.add(root);
		next = isShadowRoot(root) ? root.host : isDocument(root) ? frameElementOf(root) : null;
	}
}
