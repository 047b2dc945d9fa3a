import {frameDocument, isFrame} from './text-map/flat-tree.ts';
import type {Boundaries} from './text-map/text-walk.ts';

/** What is selected in a frame: text of the page, the value of a field (which can't be painted), or nothing. */
export type Selected =
	| {kind: 'text'; boundaries: Boundaries; selection: Selection}
	| {kind: 'field'; text: string}
	| {kind: 'none'};

/** Types whose value is text that the user typed and may read. Never passwords. */
const TEXT_TYPES = new Set(['text', 'search', 'url', 'tel', 'email']);

/** The selection of a document, wherever in it the user made it: in shadow trees and frames of the same origin too. */
export function readSelected(document: Document): Selected {
	const active = deepActiveElement(document);
	const inFrame = active && isFrame(active) ? frameDocument(active) : null;
	if (inFrame) {
		const selected = readSelected(inFrame);
		if (selected.kind !== 'none') return selected;
	}
	const field = active ? fieldText(active) : null;
	if (field?.selected) return {kind: 'field', text: field.selected};

	const selection = document.getSelection();
	if (selection && selection.rangeCount > 0) {
		const boundaries = composedRange(document, selection);
		if (!isCollapsed(boundaries)) return {kind: 'text', boundaries, selection};
	}
	return field?.value ? {kind: 'field', text: field.value} : {kind: 'none'};
}

/** The focused element, looked for in shadow trees too. */
function deepActiveElement(document: Document): Element | null {
	let active = document.activeElement;
	while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
	return active;
}

/** A text field's value and the selected part of it; null for what is no text field. */
function fieldText(element: Element): {value: string; selected: string} | null {
	const isText =
		element.localName === 'textarea' ||
		(element.localName === 'input' && TEXT_TYPES.has((element as HTMLInputElement).type));
	if (!isText) return null;
	const {value, selectionStart, selectionEnd} = element as HTMLInputElement | HTMLTextAreaElement;
	return {value, selected: value.slice(selectionStart ?? 0, selectionEnd ?? 0)};
}

const isCollapsed = ({startContainer, startOffset, endContainer, endOffset}: Boundaries) =>
	startContainer === endContainer && startOffset === endOffset;

/** The selection's boundaries as they are, not moved out to the hosts of the shadow trees they stand in. */
function composedRange(document: Document, selection: Selection): Boundaries {
	const shadowRoots = openShadowRoots(document);
	// Since Chrome 137; before it, a shadow root gives its own selection.
	if ('getComposedRanges' in selection) {
		return selection.getComposedRanges({shadowRoots})[0] ?? (selection as Selection).getRangeAt(0);
	}
	const own = shadowRoots.map(root => (root as ShadowRoot & {getSelection?(): Selection | null}).getSelection?.());
	return (own.find(inner => inner?.isCollapsed === false) ?? (selection as Selection)).getRangeAt(0);
}

function openShadowRoots(root: Document | ShadowRoot): ShadowRoot[] {
	const inner = [...root.querySelectorAll('*')].flatMap(({shadowRoot}) => shadowRoot ?? []);
	return inner.flatMap(shadowRoot => [shadowRoot, ...openShadowRoots(shadowRoot)]);
}
