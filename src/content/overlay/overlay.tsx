import {type ComponentChildren, render} from 'preact';
import components from '../../ui/components.css?inline';
import theme from '../../ui/theme.css?inline';
import {type Box, placeCard, union} from '../highlights/geometry.ts';
import overlay from './overlay.css?inline';

// The pages' root is an element of ours here, whose properties no style of the page can name.
const STYLES = `${theme.replaceAll(':root', '.lens')}\n${components}\n${overlay}`;

/**
 * The one element that is added to a page while a legend or card is shown: a host with a closed shadow tree, in the top
 * layer where the browser allows. Scripts of the page can take the host away but not see what is in it.
 */
export class Overlay {
	readonly document: Document;
	#host: HTMLElement | null = null;
	#mount: HTMLElement | null = null;

	constructor(document: Document) {
		this.document = document;
	}

	/** Whether an event's target is the overlay, as listeners outside see it. */
	isHost(target: EventTarget | null) {
		return target !== null && target === this.#host;
	}

	/** Whether it is on the page: the page may have taken it away. */
	get shown() {
		return this.#host?.isConnected ?? false;
	}

	/** Show this, beside `near`: what stands behind an open modal dialog could not be used. */
	render(children: ComponentChildren, near: Node | null) {
		const parent = parentFor(this.document, near);
		if (!this.#mount || !this.#host) this.#create();
		if (!this.shown) {
			parent.append(this.#host!);
			try {
				this.#host!.showPopover();
			} catch {
				// Without the top layer it is still fixed, above all that has a z-index.
			}
		}
		render(<div class="lens">{children}</div>, this.#mount!);
	}

	/** Whether the keyboard's focus is in the overlay, on an element that matches. */
	focusIsOn(selector: string) {
		return (this.#mount?.getRootNode() as ShadowRoot | undefined)?.activeElement?.matches(selector) ?? false;
	}

	/** The element in the overlay that a selector finds. */
	find(selector: string) {
		return this.#mount?.querySelector<HTMLElement>(selector) ?? null;
	}

	/** Put an element of the overlay beside a stretch of text, or hide it while that is out of sight. */
	placeBeside(selector: string, boxes: readonly Box[]) {
		const element = this.find(selector);
		if (!element) return;
		const viewport = {
			width: this.document.documentElement.clientWidth,
			height: this.document.defaultView?.innerHeight ?? 0,
		};
		const text = boxes.length > 0 ? union(boxes) : null;
		const seen = text && text.bottom > 0 && text.right > 0 && text.top < viewport.height && text.left < viewport.width;
		element.style.visibility = seen ? 'visible' : 'hidden';
		if (!seen) return;
		element.style.maxHeight = '';
		element.style.maxWidth = '';
		const at = placeCard(text, {width: element.offsetWidth, height: element.offsetHeight}, viewport);
		element.style.left = `${at.left}px`;
		element.style.top = `${at.top}px`;
		element.style.maxWidth = `${at.maxWidth}px`;
		element.style.maxHeight = `${at.maxHeight}px`;
	}

	remove() {
		if (this.#mount) render(null, this.#mount);
		this.#host?.remove();
		this.#host = null;
		this.#mount = null;
	}

	#create() {
		// Named in full: in a document of another kind (an SVG image) it would be no HTML element.
		this.#host = this.document.createElementNS('http://www.w3.org/1999/xhtml', 'div') as HTMLElement;
		this.#host.popover = 'manual';
		const root = this.#host.attachShadow({mode: 'closed'});
		const sheet = new CSSStyleSheet();
		sheet.replaceSync(STYLES);
		root.adoptedStyleSheets = [sheet];
		this.#mount = this.document.createElementNS('http://www.w3.org/1999/xhtml', 'div') as HTMLElement;
		root.append(this.#mount);
		// What is typed here is not for the page's own shortcuts.
		for (const type of ['keydown', 'keyup', 'keypress'] as const) {
			this.#host.addEventListener(type, event => event.stopPropagation());
		}
	}
}

/** The modal dialog or full-screen element around a node, or else the document's root element. */
function parentFor(document: Document, near: Node | null): Element {
	let element: Element | null = near?.parentElement ?? null;
	while (element) {
		const around: Element | null = element.closest(':modal, :fullscreen');
		if (around) return around;
		const root = element.getRootNode();
		element = 'host' in root ? (root as ShadowRoot).host : null;
	}
	return document.documentElement;
}
