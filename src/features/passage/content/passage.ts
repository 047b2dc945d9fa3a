import {ownerDocument} from '../../../client/page/dom.ts';
import type {TextMap} from '../../../client/page/text-map/text-map.ts';
import type {Query} from '../../../client/query.ts';
import type {ScoredToken} from '../../../protocol/questions/score.ts';
import type {PassageScale} from '../../../protocol/values/passage-scale.ts';
import {surprisalBits} from '../../../ui/tokens/log-prob.ts';
import {bandOf} from '../../../ui/tokens/rank-bands.ts';
import type {Tone} from '../../../ui/tokens/surprisal-scale.ts';
import {bitsStep} from '../../../ui/tokens/surprisal-scale.ts';
import {Painter, type Stretch} from './highlights/paint.ts';
import type {Colour} from './highlights/rules.ts';
import {TextWatch} from './text-watch.ts';

/** The colour of a token on a scale. */
const colourOf = (token: ScoredToken, scale: PassageScale): Colour =>
	scale === 'rank' ? `r${bandOf(token.rank)}` : `b${bitsStep(surprisalBits(token))}`;

/** A token, or tokens that share a character, in one colour: that of the most surprising of them. */
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
	/** Reads all of the page, where this passage is its article. */
	all: (() => TextMap) | null;
	/** Scores it. */
	query: Query<'score'>;
	scale: PassageScale;
	/** Prefix of the names of its highlights. */
	prefix: string;
	/** Called once, when the page has changed or removed all of its text. */
	onGone(): void;
}

/** One passage on the page: its text, its tokens as they arrive, and their paint, which goes where the page changes the text. */
export class Passage {
	readonly map: TextMap;
	readonly all: (() => TextMap) | null;
	readonly tokens: ScoredToken[] = [];
	readonly painted: PaintedToken[] = [];
	readonly query: Query<'score'>;
	vocabSize = 0;
	/** How many tokens it has, once that is known. */
	total = 0;

	#scale: PassageScale;
	readonly #prefix: string;
	readonly #painters = new Map<Document, Painter>();
	readonly #paintedOf = new Map<Text, Set<PaintedToken>>();
	/** The kinds of background it is on. */
	readonly tones = new Set<Tone>();
	readonly #watch: TextWatch;

	constructor({map, all, query, scale, prefix, onGone}: Parts) {
		this.map = map;
		this.all = all;
		this.query = query;
		this.#scale = scale;
		this.#prefix = prefix;
		this.#watch = new TextWatch(map.nodes(), {
			onLost: node => this.#unpaintNode(node),
			onAllLost: onGone,
			onElements: () => {
				for (const painter of this.#painters.values()) painter.checkDropCaps();
			},
		});
	}

	/** The shadow trees that it is in. */
	get shadowRoots(): readonly ShadowRoot[] {
		return this.#watch.shadowRoots;
	}

	/** The documents that show it: more than one where it goes on into frames. */
	get documents(): Set<Document> {
		return new Set([...this.map.nodes()].map(ownerDocument));
	}

	/** Score it, and paint its tokens as they come; earlier scores are dropped. */
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

	/** The next tokens, in order. In a long text they show with the next `refresh`. */
	#add(tokens: readonly ScoredToken[]) {
		for (const token of tokens) {
			const index = this.tokens.push(token) - 1;
			const last = this.painted.at(-1);
			if (last && token.start < last.end) this.#extend(last, index, token.end);
			else this.#append({first: index, last: index, start: token.start, end: token.end, stretches: []});
		}
	}

	rescale(scale: PassageScale) {
		this.#scale = scale;
		for (const painted of this.painted) this.#paint(painted);
	}

	/** Show the paint near the viewport. */
	refresh() {
		for (const painter of this.#painters.values()) painter.refresh();
	}

	/** Put back paint that the page took away. @returns false when it has done so too often. */
	restore(): boolean {
		return [...this.#painters.values()].map(painter => painter.restore()).every(Boolean);
	}

	/** Underline a token, and no other; null for none. */
	setCurrent(painted: PaintedToken | null) {
		for (const [document, painter] of this.#painters) {
			const stretches = painted?.stretches ?? [];
			painter.setCurrent(stretches.filter(({span}) => ownerDocument(span.node) === document));
		}
	}

	/** The painted token at a character of the text; null when there is none yet, or its paint is gone. */
	paintedAt(offset: number): PaintedToken | null {
		const painted = this.#firstPainted(({end}) => end > offset);
		return painted && painted.start <= offset && painted.stretches.length > 0 ? painted : null;
	}

	paintedOf(token: number): PaintedToken | null {
		const painted = this.#firstPainted(({last}) => last >= token);
		return painted && painted.first <= token && token < this.tokens.length ? painted : null;
	}

	/** The first painted token behind a place in the text, by binary search. */
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
		// From an end the search goes back into the passage.
		const direction = toEnd ? -Math.sign(by) : Math.sign(by);
		for (; token >= 0 && token <= last; token += direction) {
			const painted = this.paintedOf(token);
			if (painted && painted.stretches.length > 0) return {token, painted};
		}
		return null;
	}

	/** The passage up to and including a token, as a prompt to continue. */
	textThrough(token: number) {
		return this.map.text.slice(0, this.tokens[token].end);
	}

	dispose() {
		this.query.reset();
		this.#watch.dispose();
		this.#clearPaint();
	}

	#clearPaint() {
		for (const painter of this.#painters.values()) painter.dispose();
		this.#painters.clear();
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

	/** Find its stretches on the page. It is not painted if any of its text nodes has changed meanwhile. */
	#place(painted: PaintedToken) {
		const spans = this.map.spans(painted.start, painted.end);
		if (!spans.every(({node}) => this.#watch.isIntact(node))) return;
		painted.stretches = spans.map(span => this.#painterOf(span.node).stretch(span));
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
		for (const stretch of painted.stretches) this.#painterOf(stretch.span.node).paint(stretch, colour);
	}

	#unpaint(painted: PaintedToken) {
		for (const stretch of painted.stretches) this.#painterOf(stretch.span.node).paint(stretch, null);
		painted.stretches = [];
	}

	/** The page has changed or removed the node. */
	#unpaintNode(node: Text) {
		for (const painted of this.#paintedOf.get(node) ?? []) this.#unpaint(painted);
		this.#paintedOf.delete(node);
	}

	#painterOf(node: Node) {
		const document = ownerDocument(node);
		let painter = this.#painters.get(document);
		if (!painter) {
			painter = new Painter(document, this.#prefix);
			this.#painters.set(document, painter);
		}
		return painter;
	}
}
