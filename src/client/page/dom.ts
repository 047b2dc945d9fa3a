/**
 * The DOM read through the prototypes' own getters and methods. On a form, and on a document, a page's markup can put
 * its own element in the place of any property (`<form><input name=parentNode></form>`), for content scripts too.
 * Code that walks a page must not trust `node.parentNode` and its like.
 */

const getters = new Map<string, (this: unknown) => unknown>();

/** A getter of a prototype as a function. Looked up when first called: nothing of the DOM is needed to load this file. */
const reads =
	<T extends object, K extends keyof T & string>(type: string, name: K) =>
	(of: T): T[K] => {
		const key = `${type}.${name}`;
		let getter = getters.get(key);
		if (!getter) {
			const {prototype} = (globalThis as unknown as Record<string, {prototype: object}>)[type];
			getter = Object.getOwnPropertyDescriptor(prototype, name)?.get;
			if (!getter) throw new Error(`${key} has no getter.`);
			getters.set(key, getter);
		}
		return getter.call(of) as T[K];
	};

const nodeType = reads<Node, 'nodeType'>('Node', 'nodeType');
export const parentNode = reads<Node, 'parentNode'>('Node', 'parentNode');
export const parentElement = reads<Node, 'parentElement'>('Node', 'parentElement');
export const childNodes = reads<Node, 'childNodes'>('Node', 'childNodes');
export const nextSibling = reads<Node, 'nextSibling'>('Node', 'nextSibling');
export const ownerDocument = reads<Node, 'ownerDocument'>('Node', 'ownerDocument') as (of: Node) => Document;
export const isConnected = reads<Node, 'isConnected'>('Node', 'isConnected');
export const localName = reads<Element, 'localName'>('Element', 'localName');
const namespace = reads<Element, 'namespaceURI'>('Element', 'namespaceURI');
export const shadowRoot = reads<Element, 'shadowRoot'>('Element', 'shadowRoot');
export const childrenOf = reads<Element, 'children'>('Element', 'children');
export const nextElementSibling = reads<Element, 'nextElementSibling'>('Element', 'nextElementSibling');
export const isContentEditable = reads<HTMLElement, 'isContentEditable'>('HTMLElement', 'isContentEditable');
export const viewOf = reads<Document, 'defaultView'>('Document', 'defaultView') as (
	of: Document,
) => (Window & typeof globalThis) | null;
export const rootElement = reads<Document, 'documentElement'>('Document', 'documentElement');
export const bodyOf = reads<Document, 'body'>('Document', 'body');
export const activeElement = reads<Document, 'activeElement'>('Document', 'activeElement');

export const rootOf = (node: Node): Node => Node.prototype.getRootNode.call(node);
export const containsNode = (node: Node, other: Node): boolean => Node.prototype.contains.call(node, other);
export const hasAttribute = (element: Element, name: string): boolean =>
	Element.prototype.hasAttribute.call(element, name);
export const getAttribute = (element: Element, name: string): string | null =>
	Element.prototype.getAttribute.call(element, name);
export const isVisible = (element: Element): boolean => Element.prototype.checkVisibility.call(element);
export const closest = (element: Element, selector: string): Element | null =>
	Element.prototype.closest.call(element, selector);
export const boundingBox = (element: Element): DOMRect => Element.prototype.getBoundingClientRect.call(element);
export const createRange = (document: Document): Range => Document.prototype.createRange.call(document);
export const selectionOf = (document: Document): Selection | null => Document.prototype.getSelection.call(document);
export const hasFocus = (document: Document): boolean => Document.prototype.hasFocus.call(document);
/** A copy that no window shows: none of its scripts runs, and nothing is loaded. */
export const cloneDocument = (document: Document): Document =>
	Document.prototype.cloneNode.call(document, true) as Document;
export const findAll = (root: Document | ShadowRoot, selector: string): NodeListOf<Element> =>
	(isDocument(root) ? Document.prototype : DocumentFragment.prototype).querySelectorAll.call(root, selector);

export const isDocument = (node: Node): node is Document => nodeType(node) === 9;
export const isText = (node: Node): node is Text => nodeType(node) === 3 || nodeType(node) === 4;
export const isElement = (node: Node): node is Element => nodeType(node) === 1;
export const isShadowRoot = (node: Node): node is ShadowRoot => nodeType(node) === 11 && 'host' in node;
/** Not by `instanceof`: a node may belong to another frame's document. */
export const isHtmlElement = (node: Node | null): node is HTMLElement =>
	node !== null && isElement(node) && namespace(node) === 'http://www.w3.org/1999/xhtml';
export const computedStyle = (element: Element): CSSStyleDeclaration =>
	(viewOf(ownerDocument(element)) ?? window).getComputedStyle(element);
