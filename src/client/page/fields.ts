import {
	activeElement,
	computedStyle,
	getAttribute,
	isContentEditable,
	isHtmlElement,
	localName,
	parentElement,
	shadowRoot,
} from './dom.ts';
import {isMasked} from './text-map/text-walk.ts';

/** The fields of a page that a person types in, and which of them hold secrets. */

/** A text field whose value can be read: `input` of a type that holds text, or `textarea`. */
export type TextField = HTMLInputElement | HTMLTextAreaElement;

const TEXT_TYPES = new Set(['text', 'search', 'url', 'tel', 'email']);

/** The focused element, looked for in shadow trees too. */
export function deepActiveElement(document: Document): Element | null {
	let active = activeElement(document);
	for (let inner = active; inner; inner = shadowRoot(inner)?.activeElement ?? null) active = inner;
	return active;
}

export const isTextField = (element: Element): element is TextField =>
	isHtmlElement(element) &&
	(localName(element) === 'textarea' ||
		(localName(element) === 'input' && TEXT_TYPES.has((element as HTMLInputElement).type)));

/** The HTML standard's names for secrets in `autocomplete`: passwords, one-time codes, and all data of a payment card. */
const SECRET_AUTOFILL = /(^|\s)(cc-[a-z-]+|one-time-code|current-password|new-password)(\s|$)/i;

/** Whether the text of an element is a secret: passwords, card data, one-time codes, and text shown as dots. */
export function isSecret(element: Element): boolean {
	if (!isHtmlElement(element)) return false;
	if (localName(element) === 'input' && (element as HTMLInputElement).type === 'password') return true;
	if (SECRET_AUTOFILL.test(getAttribute(element, 'autocomplete') ?? '')) return true;
	return (isTextField(element) || isContentEditable(element)) && isMasked(computedStyle(element));
}

/** The outermost element around a node that a person may edit as a whole; null where nothing may be edited. */
export function editingHost(node: Node | null): HTMLElement | null {
	let host: HTMLElement | null = null;
	const start = node && (isHtmlElement(node) ? node : parentElement(node));
	for (let at: Element | null = start; isHtmlElement(at) && isContentEditable(at); at = parentElement(at)) host = at;
	return host;
}

export const isEditable = (field: TextField): boolean => !field.readOnly && !field.disabled;

const names = new WeakMap<Element, string>();
const named = new Map<string, WeakRef<Element>>();

/** A name by which this very element is found again in this document, and in no other. */
export function nameOf(element: Element): string {
	let name = names.get(element);
	if (!name) {
		name = [...crypto.getRandomValues(new Uint32Array(2))].map(part => part.toString(36)).join('-');
		names.set(element, name);
		named.set(name, new WeakRef(element));
	}
	return name;
}

export const elementNamed = (name: string): Element | null => named.get(name)?.deref() ?? null;
