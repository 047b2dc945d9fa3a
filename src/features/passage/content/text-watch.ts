import {isConnected, isDocument, isShadowRoot, ownerDocument, rootOf, viewOf} from '../../../client/page/dom.ts';
import {frameElementOf} from '../../../client/page/text-map/flat-tree.ts';

interface Handlers {
	/** A text node has changed or is gone. */
	onLost(node: Text): void;
	/** The last one has. Called once. */
	onAllLost(): void;
	/** Elements came or went. */
	onElements(): void;
}

/** Watches the text nodes of a passage, and every tree from which they could be removed. */
export class TextWatch {
	/** The shadow trees that the nodes are in. */
	readonly shadowRoots: readonly ShadowRoot[];
	/** The text of each node that has not changed since it was read. */
	readonly #dataOf = new Map<Text, string>();
	readonly #handlers: Handlers;
	readonly #observer: MutationObserver;
	#sweep = 0;

	constructor(nodes: Iterable<Text>, handlers: Handlers) {
		this.#handlers = handlers;
		this.#observer = new MutationObserver(records => this.#follow(records));
		const roots = new Set<Node>();
		for (const node of nodes) {
			this.#dataOf.set(node, node.data);
			addRoots(node, roots);
		}
		this.shadowRoots = [...roots].filter(isShadowRoot);
		for (const root of roots) this.#observer.observe(root, {subtree: true, childList: true, characterData: true});
	}

	/** Whether a node is as it was when it was read, as far as the observer has reported. */
	isIntact(node: Text): boolean {
		return this.#dataOf.has(node);
	}

	dispose() {
		this.#observer.disconnect();
		cancelAnimationFrame(this.#sweep);
		this.#dataOf.clear();
	}

	/** Only lost nodes are reported, so a page that keeps changing others starts no fight. */
	#follow(records: readonly MutationRecord[]) {
		for (const {target} of records) if (this.#dataOf.has(target as Text)) this.#check(target as Text);
		if (records.some(({type}) => type === 'childList')) this.#handlers.onElements();
		if (records.some(({removedNodes}) => removedNodes.length > 0)) {
			// Once a frame, however busy the page is: nodes that only moved are connected again by then.
			this.#sweep ||= requestAnimationFrame(() => {
				this.#sweep = 0;
				for (const node of [...this.#dataOf.keys()]) this.#check(node);
			});
		}
	}

	#check(node: Text) {
		if (node.data === this.#dataOf.get(node) && isConnected(node) && viewOf(ownerDocument(node))) return;
		this.#dataOf.delete(node);
		this.#handlers.onLost(node);
		if (this.#dataOf.size > 0) return;
		this.#observer.disconnect();
		this.#handlers.onAllLost();
	}
}

/** Add every root in which a removal could take the node away: its own, and those around its hosts and frames. */
function addRoots(node: Node, roots: Set<Node>) {
	let next: Node | null = node;
	while (next) {
		const root: Node = rootOf(next);
		if (roots.has(root)) return;
		roots.add(root);
		next = isShadowRoot(root) ? root.host : isDocument(root) ? frameElementOf(root) : null;
	}
}
