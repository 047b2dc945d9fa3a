/** The content script over a stub of the browser, and what its tests ask of the page it runs in. */
import {changeScale, closedRoots, model, send, sent} from './chrome-stub.ts';
import '../../src/content/passage.iife.ts';

/** An element of the legend or card that is shown now. */
const inOverlay = (selector: string) => closedRoots.at(-1)?.querySelector<HTMLElement>(selector) ?? null;

/** Text of an element of the overlay, and where it stands in the viewport; null when it is not there. */
export function overlay(selector: string) {
	const element = inOverlay(selector);
	if (!element?.isConnected || getComputedStyle(element).visibility === 'hidden') return null;
	const {left, top, right, bottom} = element.getBoundingClientRect();
	return {text: element.innerText, box: {left, top, right, bottom}, focused: inOverlay(':focus') === element};
}

/** Where the first painted stretch that spells `text` stands. */
export function boxOf(text: string, inside: Document = document) {
	const view = inside.defaultView as Window & typeof globalThis;
	for (const highlight of view.CSS.highlights.values()) {
		for (const range of highlight) {
			const node = range.startContainer as Text;
			if (node.data.slice(range.startOffset, range.endOffset) !== text) continue;
			const live = inside.createRange();
			live.setStart(node, range.startOffset);
			live.setEnd(node, range.endOffset);
			const {left, top, right, bottom} = live.getBoundingClientRect();
			return {left, top, right, bottom};
		}
	}
	return null;
}

export {changeScale, model, send, sent};

/** Every painted stretch of a document: where it is registered, what it spells, where it stands. */
export function painted(inside: Document = document) {
	const view = inside.defaultView as Window & typeof globalThis;
	const found: {name: string; text: string; node: string; order: number}[] = [];
	for (const [name, highlight] of view.CSS.highlights) {
		for (const range of highlight) {
			const node = range.startContainer as Text;
			if (!name.endsWith('current')) {
				found.push({
					name: name.replace(/^next-token-lens-\w+-/, ''),
					text: node.data.slice(range.startOffset, range.endOffset),
					node: node.parentElement?.localName ?? 'shadow',
					order: orderOf(node) * 1_000_000 + range.startOffset,
				});
			}
		}
	}
	return found.sort((a, b) => a.order - b.order);
}

/** The document with its text nodes numbered, so that stretches can be read in order. */
function orderOf(node: Text) {
	const walker = node.ownerDocument.createTreeWalker(node.getRootNode(), 4);
	let order = 0;
	while (walker.nextNode() && walker.currentNode !== node) order++;
	return order;
}

/** What is left of us in a document. */
export const traces = (inside: Document = document) => ({
	highlights: (inside.defaultView as Window & typeof globalThis).CSS.highlights.size,
	sheets: inside.adoptedStyleSheets.length,
	hosts: [...inside.querySelectorAll('[popover]')].length,
	html: inside.documentElement.outerHTML,
});
