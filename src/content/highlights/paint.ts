import {BANDS} from '../../ui/tokens/rank-bands.ts';
import {BITS_STEPS, bandPaint, bitsPaint, type Paint, TONES, type Tone} from '../../ui/tokens/surprisal-scale.ts';
import {flatParent, isElement, styleRootOf} from '../text-map/flat-tree.ts';
import type {Span} from '../text-map/text-map.ts';

/**
 * Paint on a page's text by the CSS Custom Highlight API: ranges in a registry of the document, coloured by rules in
 * constructed style sheets. The page's DOM stays as it is, and no policy for styles or markup stands in the way.
 */

/** A colour of the scale: `r2` for a rank band, `b7` for a step of bits. */
export type Colour = `r${number}` | `b${number}`;

/** Painted above whatever the page itself highlights (a search, say). */
const PRIORITY = 1_000_000;

/** How often paint that a page's script took away is put back. A page that insists has the last word. */
const MAX_RESTORES = 20;

const rule = (name: string, {background, ink}: Paint) =>
	`::highlight(${name}) { background-color: ${background} !important; color: ${ink} !important; ` +
	`-webkit-text-fill-color: ${ink} !important; text-shadow: none !important; }`;

/** All rules, for names that start with `prefix`. */
function styleSheetText(prefix: string) {
	const rules = TONES.flatMap(tone => [
		...BANDS.map(band => rule(`${prefix}r${band}-${tone}`, bandPaint(band, tone))),
		...Array.from({length: BITS_STEPS}, (_, step) => rule(`${prefix}b${step}-${tone}`, bitsPaint(step, tone))),
	]);
	const current = `::highlight(${prefix}current) { text-decoration: underline 2px solid currentColor !important; text-underline-offset: 2px !important; }`;
	return [...rules, current].join('\n');
}

/** A painted stretch of one text node. */
export interface Mark {
	readonly span: Span;
	readonly range: StaticRange;
	readonly tone: Tone;
	/** Where the node stood when it was marked. */
	readonly root: Document | ShadowRoot;
	colour: Colour | null;
}

/** The paint of one document. All names it registers start with `prefix`. */
export class Canvas {
	readonly #window: Window & typeof globalThis;
	readonly #prefix: string;
	readonly #highlights = new Map<string, Highlight>();
	readonly #roots = new Map<Document | ShadowRoot, {sheet: CSSStyleSheet; marks: number}>();
	readonly #tones = new WeakMap<Element, Tone>();
	#restores = 0;

	constructor(document: Document, prefix: string) {
		this.#window = (document.defaultView ?? window) as Window & typeof globalThis;
		this.#prefix = prefix;
	}

	/** A stretch that can be painted. */
	mark(span: Span): Mark {
		const {node, start, end} = span;
		const range = new this.#window.StaticRange({
			startContainer: node,
			startOffset: start,
			endContainer: node,
			endOffset: end,
		});
		return {span, range, tone: this.#toneOf(flatParent(node)), root: styleRootOf(node), colour: null};
	}

	paint(mark: Mark, colour: Colour | null) {
		if (mark.colour === colour) return;
		if (mark.colour) this.#remove(`${mark.colour}-${mark.tone}`, mark.range);
		if (colour) this.#add(`${colour}-${mark.tone}`, mark.range);
		if (!mark.colour) this.#enter(mark.root);
		if (!colour) this.#leave(mark.root);
		mark.colour = colour;
	}

	/** Underline these stretches, and no others. */
	setCurrent(marks: readonly Mark[]) {
		for (const range of [...(this.#highlights.get('current') ?? [])]) this.#remove('current', range as StaticRange);
		for (const {range} of marks) this.#add('current', range);
	}

	/** Put back what a script of the page took away. @returns false when it has done so too often. */
	restore(): boolean {
		const {highlights} = this.#window.CSS;
		const gone = [...this.#highlights].filter(([name, highlight]) => highlights.get(this.#prefix + name) !== highlight);
		const bare = [...this.#roots].filter(([root, {sheet}]) => !root.adoptedStyleSheets.includes(sheet));
		if (gone.length + bare.length === 0) return true;
		if (this.#restores >= MAX_RESTORES) return false;
		this.#restores += 1;
		for (const [name, highlight] of gone) highlights.set(this.#prefix + name, highlight);
		for (const [root, {sheet}] of bare) root.adoptedStyleSheets.push(sheet);
		return true;
	}

	/** Take everything off the document. */
	dispose() {
		for (const name of this.#highlights.keys()) this.#window.CSS?.highlights.delete(this.#prefix + name);
		this.#highlights.clear();
		for (const [root, {sheet}] of this.#roots) unadopt(root, sheet);
		this.#roots.clear();
	}

	#toneOf(parent: Node | null): Tone {
		if (!parent || !isElement(parent)) return 'light';
		let tone = this.#tones.get(parent);
		if (!tone) {
			tone = toneAt(parent);
			this.#tones.set(parent, tone);
		}
		return tone;
	}

	#add(name: string, range: StaticRange) {
		let highlight = this.#highlights.get(name);
		if (!highlight) {
			highlight = new this.#window.Highlight();
			highlight.priority = name === 'current' ? PRIORITY + 1 : PRIORITY;
			this.#highlights.set(name, highlight);
			this.#window.CSS.highlights.set(this.#prefix + name, highlight);
		}
		highlight.add(range);
	}

	#remove(name: string, range: StaticRange) {
		const highlight = this.#highlights.get(name);
		highlight?.delete(range);
		if (highlight?.size !== 0) return;
		this.#highlights.delete(name);
		this.#window.CSS?.highlights.delete(this.#prefix + name);
	}

	#enter(root: Document | ShadowRoot) {
		const known = this.#roots.get(root);
		if (known) {
			known.marks += 1;
			return;
		}
		const sheet = new this.#window.CSSStyleSheet();
		sheet.replaceSync(styleSheetText(this.#prefix));
		root.adoptedStyleSheets.push(sheet);
		this.#roots.set(root, {sheet, marks: 1});
	}

	#leave(root: Document | ShadowRoot) {
		const known = this.#roots.get(root);
		if (!known || --known.marks > 0) return;
		unadopt(root, known.sheet);
		this.#roots.delete(root);
	}
}

function unadopt(root: Document | ShadowRoot, sheet: CSSStyleSheet) {
	const at = root.adoptedStyleSheets.indexOf(sheet);
	if (at >= 0) root.adoptedStyleSheets.splice(at, 1);
}

/** Which colours go with what an element's text stands on: the nearest ground, or else what its own colour implies. */
function toneAt(element: Element): Tone {
	const style = (at: Element) => (at.ownerDocument.defaultView ?? window).getComputedStyle(at);
	for (let at: Node | null = element; at; at = flatParent(at)) {
		if (!isElement(at)) continue;
		const {backgroundColor, backgroundImage} = style(at);
		if (backgroundImage !== 'none') break;
		if (isOpaque(backgroundColor)) return isLight(backgroundColor) ? 'light' : 'dark';
	}
	return isLight(style(element).color) ? 'dark' : 'light';
}

/** Whether a computed colour hides most of what is behind it. */
export function isOpaque(color: string): boolean {
	const alpha = /^rgba\(.*, ([\d.]+)\)$|\/ ([\d.]+)\)$/.exec(color);
	return !alpha || Number(alpha[1] ?? alpha[2]) > 0.5;
}

/** Whether a computed colour is nearer to white than to black, for the eye. */
export function isLight(color: string): boolean {
	const [, notation = '', values = ''] = /^(?:color\()?([\w-]+)[ (](.*)\)$/.exec(color) ?? [];
	const numbers = values.split(/[ ,/]+/).map(Number.parseFloat);
	if (notation.startsWith('ok')) return numbers[0] > 0.68;
	if (notation.startsWith('l')) return numbers[0] > 60;
	const [red, green, blue] = numbers.map(value => (notation.startsWith('rgb') ? value / 255 : value) ** 2.2);
	return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.3;
}
