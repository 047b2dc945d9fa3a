/**
 * Inserts text after the selection of the frame it runs in: into a text field, or where the person edits the page. The
 * page sees an ordinary edit, and its undo takes it back. Returns whether there was a place for it.
 *
 * It is injected as it stands (`scripting.executeScript({func})`), so it must not use anything from outside its own body.
 */
export function insertText(text: string): boolean {
	let active = document.activeElement;
	while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;

	if (active instanceof HTMLTextAreaElement || active instanceof HTMLInputElement) {
		// Null for inputs that hold no text, such as numbers and dates.
		if (active.readOnly || active.disabled || active.selectionEnd === null) return false;
		const end = active.selectionEnd;
		active.focus();
		active.setSelectionRange(end, end);
		// The one way to edit that keeps the field's undo; no standard has replaced it.
		if (!document.execCommand('insertText', false, text)) {
			active.setRangeText(text, end, end, 'end');
			active.dispatchEvent(new InputEvent('input', {bubbles: true, data: text, inputType: 'insertText'}));
		}
		return true;
	}

	if (!(active instanceof HTMLElement && active.isContentEditable) && document.designMode !== 'on') return false;
	const selection = document.getSelection();
	if (!selection || selection.rangeCount === 0) return false;
	selection.collapseToEnd();
	return document.execCommand('insertText', false, text);
}
