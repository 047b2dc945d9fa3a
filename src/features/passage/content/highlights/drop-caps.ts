import {
	childrenOf,
	computedStyle,
	isElement,
	isText,
	localName,
	ownerDocument,
	parentElement,
	parentNode,
	rootOf,
	viewOf,
} from '../../../../client/page/dom.ts';
import {flatParent} from '../../../../client/page/text-map/flat-tree.ts';
import type {NodeSpan} from '../../../../client/page/text-map/text-map.ts';

/**
 * A first letter that floats (a drop cap) is no part of its line for the browser, which paints no highlight on it. It can
 * be painted by a rule for `::first-letter` alone, and for that its block has to be named by a selector.
 */
export class DropCaps {
	readonly #sheet: CSSStyleSheet;
	readonly #rules = new Map<Element, CSSStyleRule>();
	/** Where the drop cap of a block is; null for a block without one. */
	readonly #letters = new WeakMap<Element, {node: Text; offset: number} | null>();

	constructor(sheet: CSSStyleSheet) {
		this.#sheet = sheet;
	}

	/** The block whose drop cap is in a stretch of text; null where there is none. */
	blockOf({node, start, end}: NodeSpan): Element | null {
		const block = blockAround(node);
		if (!block) return null;
		let letter = this.#letters.get(block);
		if (letter === undefined) {
			const floats = (view: Window) => view.getComputedStyle(block, '::first-letter').float !== 'none';
			const view = viewOf(ownerDocument(block));
			letter = view && floats(view) ? firstLetter(block) : null;
			this.#letters.set(block, letter);
		}
		return letter?.node === node && start <= letter.offset && letter.offset < end ? block : null;
	}

	/** Paint a block's drop cap with these declarations; null takes the paint away. */
	paint(block: Element, declarations: string | null) {
		this.#drop(block);
		const selector = declarations === null ? null : selectorOf(block);
		if (selector === null) return;
		const at = this.#sheet.insertRule(`${selector}::first-letter { ${declarations} }`, this.#sheet.cssRules.length);
		this.#rules.set(block, this.#sheet.cssRules[at] as CSSStyleRule);
	}

	/** The page's elements have changed: a selector may name another one now. */
	check() {
		for (const [block, rule] of this.#rules) {
			const selector = selectorOf(block);
			if (selector === null) this.#drop(block);
			else rule.selectorText = `${selector}::first-letter`;
		}
	}

	#drop(block: Element) {
		const rule = this.#rules.get(block);
		if (!rule) return;
		this.#rules.delete(block);
		this.#sheet.deleteRule([...this.#sheet.cssRules].indexOf(rule));
	}
}

function blockAround(node: Text): Element | null {
	let at = flatParent(node);
	while (at && isElement(at) && computedStyle(at).display.startsWith('inline')) at = flatParent(at);
	return at && isElement(at) ? at : null;
}

/** The first character of a block that is no white space. */
function firstLetter(block: Element): {node: Text; offset: number} | null {
	const walker = Document.prototype.createTreeWalker.call(ownerDocument(block), block, NodeFilter.SHOW_TEXT);
	for (let node = walker.nextNode(); node; node = walker.nextNode()) {
		const offset = isText(node) ? node.data.search(/\S/) : -1;
		if (offset >= 0) return {node: node as Text, offset};
	}
	return null;
}

/** A selector of an element by its place; null in a shadow tree, whose root no selector names, and outside the document. */
function selectorOf(element: Element): string | null {
	if (rootOf(element) !== ownerDocument(element)) return null;
	const steps: string[] = [];
	for (let at: Element | null = element; at; at = parentElement(at)) {
		const parent = parentNode(at);
		const place = parent && isElement(parent) ? `:nth-child(${[...childrenOf(parent)].indexOf(at) + 1})` : ':root';
		steps.unshift(`${CSS.escape(localName(at))}${place}`);
	}
	return steps.join(' > ');
}
