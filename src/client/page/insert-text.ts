import {containsNode, isConnected, isContentEditable, isHtmlElement, ownerDocument, selectionOf} from './dom.ts';
import {deepActiveElement, elementNamed, isEditable, isSecret, isTextField} from './fields.ts';

/**
 * Insert text after the selection of the field it came from, which `readFrame` has named. The page sees an ordinary edit,
 * which it may refuse and its undo takes back. Whatever else has the focus by now is never written into.
 * @returns whether the text is there.
 */
export function insertText(text: string, name: string): boolean {
	const field = elementNamed(name);
	if (!field || !isHtmlElement(field) || !isConnected(field) || isSecret(field)) return false;
	if (isTextField(field)) {
		// Null where the type tells nothing of the caret, such as an email's.
		const end = field.selectionEnd;
		if (!isEditable(field) || end === null) return false;
		if (!takesFocus(field)) return false;
		field.setSelectionRange(end, end);
		return edit(field, text, () => field.value);
	}
	if (!isContentEditable(field) || !takesFocus(field)) return false;
	const selection = selectionOf(ownerDocument(field));
	if (!selection?.focusNode || !containsNode(field, selection.focusNode)) return false;
	selection.collapseToEnd();
	return edit(field, text, () => field.textContent ?? '');
}

/** Focus an element; the page may have other plans. */
function takesFocus(element: HTMLElement): boolean {
	if (!hasFocus(element)) HTMLElement.prototype.focus.call(element, {preventScroll: true});
	return hasFocus(element);
}

function hasFocus(element: HTMLElement): boolean {
	const active = deepActiveElement(ownerDocument(element));
	return active === element || (active !== null && isContentEditable(element) && containsNode(element, active));
}

function edit(field: HTMLElement, text: string, content: () => string): boolean {
	const before = content();
	// Chromium does not ask the page before an edit by a command, so it is asked here, as before an edit by a key.
	const details = {inputType: 'insertText', data: text, bubbles: true, cancelable: true, composed: true};
	if (!EventTarget.prototype.dispatchEvent.call(field, new InputEvent('beforeinput', details)))
		return content() !== before;
	// Asked, the page may have moved the focus, and a command writes to wherever that is.
	if (!hasFocus(field)) return content() !== before;
	// The one way to edit that keeps the field's undo; no standard has replaced it.
	Document.prototype.execCommand.call(ownerDocument(field), 'insertText', false, text);
	return content() !== before;
}
