import {isElement, viewOf} from '../../../../client/page/dom.ts';
import {flatParent, styleRootOf} from '../../../../client/page/text-map/flat-tree.ts';
import type {NodeSpan} from '../../../../client/page/text-map/text-map.ts';
import type {Tone} from '../../../../ui/tokens/surprisal-scale.ts';
import {DropCaps} from './drop-caps.ts';
import {LongText} from './long-text.ts';
import {type Colour, highlightRules, paintDeclarations} from './rules.ts';
import {toneAt} from './tone.ts';

/**
 * Paint on a page's text by the CSS Custom Highlight API: ranges in a registry of the document, coloured by rules in
 * constructed style sheets. The page's DOM stays as it is, and no policy for styles or markup forbids it. The page
 * can read the registry: which stretches of its own text are in which colour.
 */

/** Above the page's own highlights, such as those of a search. */
const PRIORITY = 1_000_000;

/** How often paint that a page's script took away is put back. A page that insists has the last word. */
const MAX_RESTORES = 20;

/** A text node with more painted stretches than this is painted near the viewport only: the browser redoes them all. */
const LONG = 400;

/** A stretch of one text node, in the colour it is to have. */
export interface Stretch {
	readonly span: NodeSpan;
	readonly range: StaticRange;
	readonly tone: Tone;
	/** The tree whose style sheets reached the node when it was read. */
	readonly root: Document | ShadowRoot;
	colour: Colour | null;
	/** The name it is registered under; null where it is not shown. */
	shownAs: string | null;
	/** The block whose drop cap it holds. */
	readonly dropCapOf: Element | null;
}

/** The paint of one passage in one document. All names it registers start with `prefix`. */
export class Painter {
	readonly #window: Window & typeof globalThis;
	readonly #prefix: string;
	readonly #highlights = new Map<string, Highlight>();
	readonly #roots = new Map<Document | ShadowRoot, {sheet: CSSStyleSheet; dropCaps: DropCaps}>();
	readonly #tones = new WeakMap<Element, Tone>();
	readonly #stretchesOf = new Map<Text, Stretch[]>();
	readonly #longTexts = new Map<Text, LongText<Stretch>>();
	#restores = 0;

	constructor(document: Document, prefix: string) {
		this.#window = viewOf(document) ?? window;
		this.#prefix = prefix;
	}

	/** A stretch that can be painted. Those of one node must come in the order of its text. */
	stretch(span: NodeSpan): Stretch {
		const {node, start, end} = span;
		const range = new this.#window.StaticRange({
			startContainer: node,
			startOffset: start,
			endContainer: node,
			endOffset: end,
		});
		const root = styleRootOf(node);
		const stretch: Stretch = {
			span,
			range,
			tone: this.#toneOf(flatParent(node)),
			root,
			colour: null,
			shownAs: null,
			dropCapOf: this.#adopt(root).dropCaps.blockOf(span),
		};
		let all = this.#stretchesOf.get(node);
		if (!all) {
			all = [];
			this.#stretchesOf.set(node, all);
		}
		all.push(stretch);
		if (all.length === LONG) this.#longTexts.set(node, new LongText(all, (one, near) => this.#show(one, near)));
		return stretch;
	}

	/** In a long text it shows with the next `refresh`, if it is near the viewport. */
	paint(stretch: Stretch, colour: Colour | null) {
		stretch.colour = colour;
		this.#show(stretch, stretch.shownAs !== null || !this.#longTexts.has(stretch.span.node));
		const {dropCapOf, root, tone} = stretch;
		if (dropCapOf) this.#roots.get(root)?.dropCaps.paint(dropCapOf, colour && paintDeclarations(colour, tone));
	}

	/** The page's elements have changed. */
	checkDropCaps() {
		for (const {dropCaps} of this.#roots.values()) dropCaps.check();
	}

	/** Show the stretches of long texts that are near the viewport. */
	refresh() {
		for (const text of this.#longTexts.values()) text.refresh();
	}

	/** Underline these stretches, and no others. */
	setCurrent(stretches: readonly Stretch[]) {
		for (const range of [...(this.#highlights.get('current') ?? [])]) this.#remove('current', range as StaticRange);
		for (const {range} of stretches) this.#add('current', range);
	}

	/** Put back the highlights and style sheets that a script of the page removed. @returns false when it has done so too often. */
	restore(): boolean {
		const {highlights} = this.#window.CSS;
		const gone = [...this.#highlights].filter(([name, highlight]) => highlights.get(this.#prefix + name) !== highlight);
		const bare = [...this.#roots].filter(([root, {sheet}]) => !sheetsOf(root).includes(sheet));
		if (gone.length + bare.length === 0) return true;
		if (this.#restores >= MAX_RESTORES) return false;
		this.#restores += 1;
		for (const [name, highlight] of gone) highlights.set(this.#prefix + name, highlight);
		for (const [root, {sheet}] of bare) sheetsOf(root).push(sheet);
		return true;
	}

	/** Take everything off the document, name by name: range by range would take seconds on a long text. */
	dispose() {
		for (const name of this.#highlights.keys()) this.#window.CSS?.highlights.delete(this.#prefix + name);
		this.#highlights.clear();
		for (const [root, {sheet}] of this.#roots) unadopt(root, sheet);
		this.#roots.clear();
		this.#stretchesOf.clear();
		this.#longTexts.clear();
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

	#show(stretch: Stretch, shown: boolean) {
		const name = shown && stretch.colour ? `${stretch.colour}-${stretch.tone}` : null;
		if (name === stretch.shownAs) return;
		if (stretch.shownAs) this.#remove(stretch.shownAs, stretch.range);
		if (name) this.#add(name, stretch.range);
		stretch.shownAs = name;
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

	#adopt(root: Document | ShadowRoot) {
		let adopted = this.#roots.get(root);
		if (!adopted) {
			const sheet = new this.#window.CSSStyleSheet();
			sheet.replaceSync(highlightRules(this.#prefix));
			sheetsOf(root).push(sheet);
			adopted = {sheet, dropCaps: new DropCaps(sheet)};
			this.#roots.set(root, adopted);
		}
		return adopted;
	}
}

/** Through the prototype's getter: on a document, markup can put an element in the place of any property. */
const sheetsOf = (root: Document | ShadowRoot): CSSStyleSheet[] => {
	const {prototype} = 'host' in root ? ShadowRoot : Document;
	return Object.getOwnPropertyDescriptor(prototype, 'adoptedStyleSheets')!.get!.call(root);
};

function unadopt(root: Document | ShadowRoot, sheet: CSSStyleSheet) {
	const sheets = sheetsOf(root);
	const at = sheets.indexOf(sheet);
	if (at >= 0) sheets.splice(at, 1);
}
