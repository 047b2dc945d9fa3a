/**
 * The tree a person sees: shadow trees in place of their hosts' children, slotted nodes where their slots are, and the
 * body of a same-origin iframe as the child of the iframe. (The flat tree of CSS Scoping, carried on into iframes.)
 * Nodes may belong to other documents, so kinds are told by `nodeType` and names, never by `instanceof`.
 */

export const isText = (node: Node): node is Text => node.nodeType === 3 || node.nodeType === 4;
export const isElement = (node: Node): node is Element => node.nodeType === 1;
const isShadowRoot = (node: Node): node is ShadowRoot => node.nodeType === 11 && 'host' in node;
export const isFrame = (node: Node): node is HTMLIFrameElement =>
	isElement(node) && (node.localName === 'iframe' || node.localName === 'frame');

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
		const body = frameDocument(node)?.body;
		return body ? [body] : [];
	}
	if (isElement(node)) {
		if (node.shadowRoot) return [...node.shadowRoot.childNodes];
		if (node.localName === 'slot' && isShadowRoot(node.getRootNode())) {
			const assigned = (node as HTMLSlotElement).assignedNodes();
			if (assigned.length > 0) return assigned;
		}
	}
	return [...node.childNodes];
}

/** The node whose flat child this one is; null for a document, a body in a foreign frame, or a node that is not slotted. */
export function flatParent(node: Node): Node | null {
	const parent = node.parentNode;
	if (!parent) return null;
	if (isShadowRoot(parent)) return parent.host;
	if (isElement(parent)) {
		if (parent.shadowRoot) return 'assignedSlot' in node ? (node as Element | Text).assignedSlot : null;
		if (parent.localName === 'slot' && isShadowRoot(parent.getRootNode())) {
			if ((parent as HTMLSlotElement).assignedNodes().length > 0) return null;
		}
		if (parent.localName === 'html' && isElement(node) && node.localName === 'body') {
			const frame = frameElementOf(node.ownerDocument);
			if (frame) return frame;
		}
	}
	return parent;
}

/** The iframe that shows a document, when it is of the same origin. */
export function frameElementOf(document: Document): HTMLIFrameElement | null {
	try {
		return (document.defaultView?.frameElement as HTMLIFrameElement | null | undefined) ?? null;
	} catch {
		return null;
	}
}

/** A place between two nodes or inside a text, told so that a walk of the flat tree meets it. */
export type FlatBoundary =
	| {at: 'text'; node: Text; offset: number}
	| {at: 'before'; node: Node}
	| {at: 'end'; node: Node};

/** A DOM boundary point as a place in the flat tree; a point among nodes that are not shown moves to what is. */
export function flatBoundary(container: Node, offset: number): FlatBoundary {
	if (isText(container)) return {at: 'text', node: container, offset: Math.min(offset, container.length)};
	for (let child: Node | null = container.childNodes[offset] ?? null; child; child = child.nextSibling) {
		if (flatParent(child)) return {at: 'before', node: child};
	}
	if (isShadowRoot(container)) return {at: 'end', node: container.host};
	if (container.nodeType === 9) return {at: 'end', node: (container as Document).documentElement};
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
export const styleRootOf = (node: Node) => node.getRootNode() as Document | ShadowRoot;
