/**
 * The tree a person sees: shadow trees in place of their hosts' children, slotted nodes where their slots are, and the
 * body of a same-origin iframe as the child of the iframe. (The flat tree of CSS Scoping, carried on into iframes.)
 * Nodes may belong to other documents, so a node's kind is known by its type and name, never by `instanceof`.
 */
import {
	bodyOf,
	childNodes,
	isDocument,
	isElement,
	isShadowRoot,
	isText,
	localName,
	nextSibling,
	ownerDocument,
	parentNode,
	rootElement,
	rootOf,
	shadowRoot,
	viewOf,
} from '../dom.ts';

export const isFrame = (node: Node): node is HTMLIFrameElement =>
	isElement(node) && (localName(node) === 'iframe' || localName(node) === 'frame');

/** The document in a frame; null when it belongs to another origin or is not loaded. */
export function frameDocument(frame: HTMLIFrameElement): Document | null {
	try {
		return frame.contentDocument;
	} catch {
		return null;
	}
}

export function flatChildren(node: Node): readonly Node[] {
	if (isFrame(node)) {
		const inner = frameDocument(node);
		const body = inner && bodyOf(inner);
		return body ? [body] : [];
	}
	if (isElement(node)) {
		const shadow = shadowRoot(node);
		if (shadow) return [...shadow.childNodes];
		if (localName(node) === 'slot' && isShadowRoot(rootOf(node))) {
			const assigned = (node as HTMLSlotElement).assignedNodes();
			if (assigned.length > 0) return assigned;
		}
	}
	return [...childNodes(node)];
}

/** The node whose flat child this one is; null for a document, a body in a foreign frame, or a node that is not slotted. */
export function flatParent(node: Node): Node | null {
	const parent = parentNode(node);
	if (!parent) return null;
	if (isShadowRoot(parent)) return parent.host;
	if (isElement(parent)) {
		if (shadowRoot(parent)) return assignedSlot(node);
		if (localName(parent) === 'slot' && isShadowRoot(rootOf(parent))) {
			if ((parent as HTMLSlotElement).assignedNodes().length > 0) return null;
		}
		if (localName(parent) === 'html' && isElement(node) && localName(node) === 'body') {
			const frame = frameElementOf(ownerDocument(node));
			if (frame) return frame;
		}
	}
	return parent;
}

/** The slot that shows a child of a host; null where none does. */
function assignedSlot(node: Node): HTMLSlotElement | null {
	const {prototype} = isElement(node) ? Element : Text;
	const getter = Object.getOwnPropertyDescriptor(prototype, 'assignedSlot')?.get;
	return isElement(node) || isText(node) ? (getter?.call(node) ?? null) : null;
}

/** The iframe that shows a document, when it is of the same origin. */
export function frameElementOf(document: Document): HTMLIFrameElement | null {
	try {
		return (viewOf(document)?.frameElement as HTMLIFrameElement | null | undefined) ?? null;
	} catch {
		return null;
	}
}

/** A place between two nodes or inside a text, in a form in which a walk of the flat tree meets it. */
export type FlatBoundary =
	| {at: 'text'; node: Text; offset: number}
	| {at: 'before'; node: Node}
	| {at: 'end'; node: Node};

/** A DOM boundary point as a place in the flat tree; a point among nodes that are not shown moves to what is. */
export function flatBoundary(container: Node, offset: number): FlatBoundary {
	if (isText(container)) return {at: 'text', node: container, offset: Math.min(offset, container.length)};
	for (let child: Node | null = childNodes(container)[offset] ?? null; child; child = nextSibling(child)) {
		if (flatParent(child)) return {at: 'before', node: child};
	}
	if (isShadowRoot(container)) return {at: 'end', node: container.host};
	if (isDocument(container)) return {at: 'end', node: rootElement(container)};
	return {at: 'end', node: container};
}

/** The lowest node that has both in its flat subtree (either may be the answer itself). */
export function commonFlatAncestor(a: Node, b: Node): Node | null {
	const ancestors = new Set<Node>();
	for (let node: Node | null = a; node; node = flatParent(node)) ancestors.add(node);
	for (let node: Node | null = b; node; node = flatParent(node)) if (ancestors.has(node)) return node;
	return null;
}

/** The root whose style sheets reach a node: its shadow root or its document. */
export const styleRootOf = (node: Node) => rootOf(node) as Document | ShadowRoot;
