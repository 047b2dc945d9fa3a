/** The content script over a stub of the browser, and what its tests ask of the page it runs in. */
import {changeScale, closedRoots, model, send, sent, switchModel} from './chrome-stub.ts';
import '../../src/features/passage/content/passage.iife.ts';

/** An element of the legend or card that is shown now. */
const inOverlay = (selector: string) => closedRoots.at(-1)?.querySelector<HTMLElement>(selector) ?? null;

/** What a person reads in an element, line by line: all text of the overlay is generated content. */
function textOf(element: Element): string {
	const drawn = element.getAttribute('data-text') ?? '';
	const inner = [...element.childNodes].map(node => (node instanceof Element ? textOf(node) : (node.nodeValue ?? '')));
	const text = drawn + inner.join('');
	return /^(inline|contents)/.test(getComputedStyle(element).display) ? text : `\n${text}\n`;
}

/** Whether any text of the overlay is written in it, where a page could find it. */
export const writtenText = () => closedRoots.map(root => root.textContent).join('');

/** The fonts that the overlay asks for. */
export const fonts = () => [
	...new Set(closedRoots.flatMap(root => [...root.querySelectorAll('*')].map(one => getComputedStyle(one).fontFamily))),
];

/** The boxes of all elements of the overlay that match. */
export const boxes = (selector: string) =>
	[...(closedRoots.at(-1)?.querySelectorAll(selector) ?? [])].map(one => one.getBoundingClientRect().toJSON());

/** Press a button of the overlay. */
export const press = (selector: string) => inOverlay(selector)?.click();

let asked = 0;

/** Counts from now on how often the script asks the browser for the box of a range. */
export function countBoxes() {
	const {getBoundingClientRect} = Range.prototype;
	Range.prototype.getBoundingClientRect = function () {
		asked++;
		return getBoundingClientRect.call(this);
	};
}

export const boxesAsked = () => asked;

/** Whether the overlay is for light or for dark pages. */
export const colorScheme = () => getComputedStyle(inOverlay('.lens')!).colorScheme;

/** By name, background, ink and underline: of the legend's swatches, and of the rules that paint the page. */
export function colours() {
	const partsOf = (style: CSSStyleDeclaration) => [
		style.backgroundColor,
		style.color,
		style.textDecorationColor,
		style.textDecorationLine,
	];
	const swatches: Record<string, string[]> = {};
	for (const swatch of closedRoots.at(-1)?.querySelectorAll<HTMLElement>('[data-colour]') ?? []) {
		swatches[swatch.dataset.colour!] = partsOf(swatch.style);
	}
	const rules: Record<string, string[]> = {};
	for (const rule of document.adoptedStyleSheets.flatMap(sheet => [...sheet.cssRules])) {
		const name = /^::highlight\(next-token-lens-\w+-\d+-(.+)\)/.exec((rule as CSSStyleRule).selectorText)?.[1];
		if (name) rules[name] = partsOf((rule as CSSStyleRule).style);
	}
	return {swatches, rules};
}

/** Text of an element of the overlay, and its box in the viewport; null when it is not shown. */
export function overlay(selector: string) {
	const element = inOverlay(selector);
	if (!element?.isConnected || getComputedStyle(element).visibility === 'hidden') return null;
	const {left, top, right, bottom} = element.getBoundingClientRect();
	return {
		text: textOf(element).replace(/\n+/g, '\n').trim(),
		box: {left, top, right, bottom},
		focused: inOverlay(':focus') === element,
	};
}

/** Box of the first painted stretch that spells `text`; null where there is none. */
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

export {changeScale, model, send, sent, switchModel};

/** Every painted stretch of a document, in the order of the text: its highlight's name, its text, its node. */
export function painted(inside: Document = document) {
	const view = inside.defaultView as Window & typeof globalThis;
	const found: {name: string; text: string; node: string; order: number}[] = [];
	for (const [name, highlight] of view.CSS.highlights) {
		for (const range of highlight) {
			const node = range.startContainer as Text;
			if (!name.endsWith('current')) {
				found.push({
					name: name.replace(/^next-token-lens-\w+-\d+-/, ''),
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
	hosts: [...inside.querySelectorAll('*')].filter(({localName}) => localName.startsWith('next-token-lens-')).length,
	html: inside.documentElement.outerHTML,
});
