/** What `readSelection` found in one frame. */
export interface FrameSelection {
	text: string;
	/** Whether the selection stands where text can be inserted. */
	editable: boolean;
	/** Whether the keyboard's focus is in this very frame, not in one inside it. */
	focused: boolean;
	/** Whether the focus is in a password field, of which nothing is read, not even the dots it shows. */
	secret?: boolean;
	/** Whether nothing is selected, and `text` is what stands before the caret. */
	caret?: boolean;
}

/**
 * Reads the selection of the frame it runs in: of the page, a text field, an editable element, or an open shadow root. With
 * no selection in a text field, the text before the caret: that is what would be continued.
 *
 * It is injected as it stands (`scripting.executeScript({func})`), so it must not use anything from outside its own body.
 */
export function readSelection(): FrameSelection {
	let active = document.activeElement;
	while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
	const focused = document.hasFocus() && !(active instanceof HTMLIFrameElement);

	if (active instanceof HTMLInputElement && active.type === 'password') {
		return {text: '', editable: false, focused, secret: true};
	}
	const isTextInput =
		active instanceof HTMLInputElement && ['text', 'search', 'url', 'tel'].includes(active.type) && !active.hidden;
	if (active instanceof HTMLTextAreaElement || isTextInput) {
		const field = active as HTMLInputElement | HTMLTextAreaElement;
		const start = field.selectionStart ?? 0;
		const end = field.selectionEnd ?? 0;
		return {
			text: start === end ? field.value.slice(0, start) : field.value.slice(start, end),
			editable: !field.readOnly && !field.disabled,
			focused,
			caret: start === end,
		};
	}

	const isEditable = (node: Node | null | undefined): boolean => {
		const element = node instanceof Element ? node : node?.parentElement;
		return element instanceof HTMLElement && element.isContentEditable;
	};
	const selection = document.getSelection();
	const text = selection?.toString() ?? '';
	if (text !== '') return {text, editable: isEditable(selection?.anchorNode), focused};

	// A selection inside a shadow root is hidden from the document. Chromium gives it to whoever asks the root itself.
	const roots: (Document | ShadowRoot)[] = [document];
	for (let root = roots.pop(); root; root = roots.pop()) {
		for (const {shadowRoot} of root.querySelectorAll('*')) {
			if (!shadowRoot) continue;
			const inner = (shadowRoot as ShadowRoot & {getSelection?(): Selection | null}).getSelection?.();
			const innerText = inner?.toString() ?? '';
			if (innerText !== '') return {text: innerText, editable: isEditable(inner?.anchorNode), focused};
			roots.push(shadowRoot);
		}
	}
	return {text: '', editable: false, focused};
}
