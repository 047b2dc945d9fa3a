import {cutWord} from './cut-word.ts';
import {hasFocus} from './dom.ts';
import {deepActiveElement, isEditable, nameOf} from './fields.ts';
import type {FrameSelection} from './frame-selection.ts';
import {readSelected} from './selected.ts';
import {isFrame} from './text-map/flat-tree.ts';

/** The selection of a frame, in a form that can be sent. */
export function readFrame(document: Document): FrameSelection {
	const active = deepActiveElement(document);
	const focused = hasFocus(document) && !(active && isFrame(active));
	const selected = readSelected(document);
	switch (selected.kind) {
		case 'secret':
			return {text: '', editable: false, focused, secret: true};
		case 'field':
			return {
				text: selected.text,
				editable: isEditable(selected.field),
				focused,
				caret: selected.caret,
				field: nameOf(selected.field),
			};
		case 'text': {
			const {map, host, caret, boundaries} = selected;
			if (host) return {text: map.text, editable: true, focused, caret, field: nameOf(host)};
			// Where text is inserted, it follows what is selected, so a word that was cut there stays cut.
			const cut = cutWord(boundaries);
			return {text: map.text, editable: false, focused, caret, ...(cut && {cut})};
		}
		case 'none':
			return {text: '', editable: false, focused};
	}
}
