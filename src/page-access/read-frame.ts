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
			const {map, host, caret} = selected;
			return {text: map.text, editable: host !== null, focused, caret, ...(host && {field: nameOf(host)})};
		}
		case 'none':
			return {text: '', editable: false, focused};
	}
}
