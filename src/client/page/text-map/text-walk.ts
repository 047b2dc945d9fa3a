import {
	computedStyle,
	containsNode,
	createRange,
	hasAttribute,
	isElement,
	isText,
	isVisible,
	localName,
	nextElementSibling,
	ownerDocument,
} from '../dom.ts';
import {commonFlatAncestor, type FlatBoundary, flatBoundary, flatChildren, flatParent, isFrame} from './flat-tree.ts';
import {TextBuilder, type WhiteSpace} from './text-builder.ts';
import {TextMap} from './text-map.ts';

/** Two DOM boundary points, start before end, perhaps in different trees (as `StaticRange` allows). */
export interface Boundaries {
	startContainer: Node;
	startOffset: number;
	endContainer: Node;
	endOffset: number;
}

/** Elements whose content is not text of the page, or is shown by other means than its text nodes. */
const LEFT_OUT = new Set(
	(
		'script style noscript template textarea input select option optgroup datalist canvas audio video object ' +
		'meter progress title desc metadata head'
	).split(' '),
);

const ATOMIC = /^(inline-(block|flex|grid|table)|-webkit-inline-box)$/;
const INLINE = /^(inline|contents|ruby.*|.*math|none|)$/;
/** Boxes whose children are boxes only: white space alone makes none in them. */
const BOXES_ONLY =
	/^((inline-)?(flex|grid|table)|table-(row|row-group|header-group|footer-group|column|column-group))$/;

/** Whether an element is no part of the text that is read. */
export type LeftOut = (element: Element, isInline: boolean) => boolean;

/** The text between two boundary points, as a person sees it, without what is left out. Reads layout; changes nothing. */
export function mapText(
	{startContainer, startOffset, endContainer, endOffset}: Boundaries,
	leftOut: LeftOut = () => false,
): TextMap {
	const start = flatBoundary(startContainer, startOffset);
	const end = flatBoundary(endContainer, endOffset);
	const common = commonFlatAncestor(start.node, end.node);
	// The text before the passage in its block decides whether a space at its start shows.
	const root = common && blockAround(common);
	const builder = new TextBuilder<Text>();
	if (root) new TextWalker(builder, start, end, leftOut).run(root);
	return new TextMap(builder.text(), builder.segments);
}

/** The block that a node is in, or is; the outermost node where no block is around it. */
export function blockAround(node: Node): Node {
	let block = node;
	while (!(isElement(block) && isBlock(block))) {
		const parent = flatParent(block);
		if (!parent) break;
		block = parent;
	}
	return block;
}

interface Style {
	display: string;
	whiteSpace: WhiteSpace;
	/** Whether the element has a box. */
	boxed: boolean;
	/** Whether its content has boxes. */
	rendered: boolean;
	/** Whether text directly in the element can be seen and selected. */
	shown: boolean;
}

class TextWalker {
	#inside = false;
	#done = false;
	readonly #builder: TextBuilder<Text>;
	readonly #start: FlatBoundary;
	readonly #end: FlatBoundary;
	readonly #leftOut: LeftOut;
	#range: Range | null = null;

	constructor(builder: TextBuilder<Text>, start: FlatBoundary, end: FlatBoundary, leftOut: LeftOut) {
		this.#builder = builder;
		this.#start = start;
		this.#end = end;
		this.#leftOut = leftOut;
	}

	/** The root's own box is around the whole passage, so only its content matters. */
	run(root: Node) {
		this.#meet('before', root);
		this.#children(root, isElement(root) ? styleOf(root) : null);
	}

	#open() {
		this.#inside = true;
		this.#builder.open();
	}

	#meet(at: 'before' | 'end', node: Node) {
		if (this.#start.at === at && this.#start.node === node) this.#open();
		if (this.#end.at === at && this.#end.node === node) this.#done = true;
	}

	#children(node: Node, style: Style | null) {
		for (const child of flatChildren(node)) {
			if (this.#done) return;
			this.#meet('before', child);
			if (this.#done) return;
			if (isText(child)) {
				if (style) this.#text(child, style);
			} else if (isElement(child)) this.#element(child, style);
		}
		this.#meet('end', node);
	}

	#element(element: Element, parent: Style | null) {
		const style = styleOf(element, parent);
		const builder = this.#builder;
		const {display} = style;
		const isLeftOut = () => LEFT_OUT.has(localName(element)) || this.#leftOut(element, INLINE.test(display));
		if (!style.boxed || isLeftOut()) this.#skip(element);
		else if (localName(element) === 'br') {
			if (style.shown) builder.lineBreak();
		} else if (ATOMIC.test(display)) {
			builder.enterAtomic();
			this.#children(element, style);
			builder.leaveAtomic();
		} else if (display === 'table-cell') {
			builder.enterCell();
			this.#children(element, style);
			builder.leaveCell(!hasNextCell(element));
		} else if (INLINE.test(display) && !isFrame(element)) this.#children(element, style);
		else {
			const lines = localName(element) === 'p' ? 2 : 1;
			builder.block(lines);
			this.#children(element, style);
			builder.block(lines);
		}
	}

	/** Nothing of the element shows, but the passage may begin or end in it. */
	#skip(element: Element) {
		if (!this.#inside && containsNode(element, this.#start.node)) this.#open();
		if (containsNode(element, this.#end.node)) this.#done = true;
	}

	#text(node: Text, style: Style) {
		const starts = this.#start.at === 'text' && this.#start.node === node;
		const ends = this.#end.at === 'text' && this.#end.node === node;
		const from = starts ? (this.#start as {offset: number}).offset : 0;
		const to = ends ? (this.#end as {offset: number}).offset : node.length;
		if (this.#shows(node, style)) {
			const {data} = node;
			if (starts) {
				this.#builder.add(node, data, 0, from, style.whiteSpace);
				this.#open();
			}
			this.#builder.add(node, data, from, to, style.whiteSpace);
		} else if (starts) this.#open();
		if (ends) this.#done = true;
	}

	#shows(node: Text, style: Style) {
		if (!style.shown) return false;
		if (/^[ \t\n\r\f]*$/.test(node.data)) return !BOXES_ONLY.test(style.display);
		// Fallback content and the like has no boxes. One range does for all nodes, since live ranges cost the page.
		const document = ownerDocument(node);
		if (this.#range === null || ownerDocument(this.#range.startContainer) !== document) {
			this.#range = createRange(document);
		}
		this.#range.selectNodeContents(node);
		return this.#range.getClientRects().length > 0;
	}
}

const isBlock = (element: Element) => !INLINE.test(computedStyle(element).display);

function hasNextCell(cell: Element) {
	for (let next = nextElementSibling(cell); next; next = nextElementSibling(next)) {
		if (computedStyle(next).display === 'table-cell') return true;
	}
	return false;
}

function styleOf(element: Element, parent: Style | null = null): Style {
	const style = computedStyle(element);
	const collapse = style.getPropertyValue('white-space-collapse');
	const boxed = style.display === 'contents' ? hasBoxAround(element, parent) : isVisible(element);
	const rendered = boxed && !hidesContent(element, style);
	return {
		display: style.display,
		whiteSpace: collapse === 'collapse' || collapse === 'preserve-breaks' ? collapse : 'preserve',
		boxed,
		rendered,
		shown: rendered && style.visibility === 'visible' && style.userSelect !== 'none' && !isMasked(style),
	};
}

/** Whether text is shown as dots: then only its owner knows it. */
export const isMasked = (style: CSSStyleDeclaration) =>
	!['', 'none'].includes(style.getPropertyValue('-webkit-text-security'));

/** `display: contents` makes no box; its children are in the box around it. */
function hasBoxAround(element: Element, parent: Style | null): boolean {
	if (parent) return parent.boxed;
	const around = flatParent(element);
	return !around || !isElement(around) || styleOf(around).boxed;
}

/** Closed details show only their summary. */
const hidesContent = (element: Element, style: CSSStyleDeclaration) =>
	style.getPropertyValue('content-visibility') === 'hidden' ||
	(localName(element) === 'details' && !hasAttribute(element, 'open'));
