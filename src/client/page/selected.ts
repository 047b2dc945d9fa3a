import {findAll, selectionOf, shadowRoot} from './dom.ts';
import {deepActiveElement, editingHost, isSecret, isTextField, type TextField} from './fields.ts';
import {frameDocument, isFrame} from './text-map/flat-tree.ts';
import type {TextMap} from './text-map/text-map.ts';
import {type Boundaries, mapText} from './text-map/text-walk.ts';

/**
 * The selection of a frame: text of the page, text of a field, nothing, or a secret that is never read. Where nothing is
 * selected in an editable place, it is the text before the caret, which a person would continue.
 */
export type Selected =
	| {
			kind: 'text';
			map: TextMap;
			selection: Selection;
			boundaries: Boundaries;
			caret: boolean;
			/** The editable element around it; null where there is none. */
			host: HTMLElement | null;
	  }
	| {kind: 'field'; text: string; caret: boolean; field: TextField}
	| {kind: 'secret'}
	| {kind: 'none'};

/** The selection of a document, wherever in it the user made it: in shadow trees and frames of the same origin too. */
export function readSelected(document: Document): Selected {
	const active = deepActiveElement(document);
	const inner = active && isFrame(active) ? frameDocument(active) : null;
	if (inner) {
		const selected = readSelected(inner);
		if (selected.kind !== 'none') return selected;
	}
	if (active && isSecret(active)) return {kind: 'secret'};
	if (active && isTextField(active)) return fieldText(active);

	const selection = selectionOf(document);
	if (!selection || selection.rangeCount === 0) return {kind: 'none'};
	const boundaries = composedRange(document, selection);
	const host = editingHost(boundaries.startContainer);
	if (host && isSecret(host)) return {kind: 'secret'};
	if (!isCollapsed(boundaries)) {
		const map = mapText(boundaries);
		if (map.text !== '') return {kind: 'text', map, selection, boundaries, caret: false, host};
	} else if (host) {
		const {endContainer, endOffset} = boundaries;
		const before = {startContainer: host, startOffset: 0, endContainer, endOffset};
		const map = mapText(before);
		if (map.text !== '') return {kind: 'text', map, selection, boundaries: before, caret: true, host};
	}
	return {kind: 'none'};
}

function fieldText(field: TextField): Selected {
	// An email field does not tell its caret, so all of its text is taken.
	const start = field.selectionStart ?? field.value.length;
	const end = field.selectionEnd ?? field.value.length;
	const caret = start === end;
	const text = caret ? field.value.slice(0, end) : field.value.slice(start, end);
	return {kind: 'field', text, caret, field};
}

const isCollapsed = ({startContainer, startOffset, endContainer, endOffset}: Boundaries) =>
	startContainer === endContainer && startOffset === endOffset;

/** The selection's boundaries as they are, not moved out to the hosts of the shadow trees they are in. */
function composedRange(document: Document, selection: Selection): Boundaries {
	const shadowRoots = openShadowRoots(document);
	// Since Chrome 137 and Firefox 142; before it, a shadow root of Chrome gives its own selection.
	if ('getComposedRanges' in selection) {
		const [range] = selection.getComposedRanges({shadowRoots});
		if (range) return range;
	}
	const own = shadowRoots.map(root => (root as ShadowRoot & {getSelection?(): Selection | null}).getSelection?.());
	return (own.find(inner => inner?.isCollapsed === false) ?? selection).getRangeAt(0);
}

function openShadowRoots(root: Document | ShadowRoot): ShadowRoot[] {
	const inner = [...findAll(root, '*')].flatMap(element => shadowRoot(element) ?? []);
	return inner.flatMap(nested => [nested, ...openShadowRoots(nested)]);
}
