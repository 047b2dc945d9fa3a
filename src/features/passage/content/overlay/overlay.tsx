import {type ComponentChildren, render} from 'preact';
import {language} from '../../../../client/browser/i18n.ts';
import {
	activeElement,
	bodyOf,
	closest,
	isConnected,
	parentElement,
	rootElement,
	rootOf,
	viewOf,
} from '../../../../client/page/dom.ts';
import components from '../../../../ui/components.css?inline';
import {type Box, placeBeside} from '../../../../ui/placement.ts';
import theme from '../../../../ui/theme.css?inline';
import type {Tone} from '../../../../ui/tokens/surprisal-scale.ts';
import {toneAt} from '../highlights/tone.ts';
import card from './card.css?inline';
import {drawText} from './drawn-text.ts';
import legend from './legend.css?inline';
import overlay from './overlay.css?inline';

// The pages' root is an element of ours here, whose properties no style of the page can name.
const STYLES = `${theme.replaceAll(':root', '.lens')}\n${components}\n${overlay}\n${legend}\n${card}`;

const XHTML = 'http://www.w3.org/1999/xhtml';

/** Prefix of the names of our hosts, in every version. */
export const HOST_PREFIX = 'next-token-lens-';

interface Surroundings {
	/** A node that the overlay must be usable beside: behind an open modal dialog it could not be. */
	near: Node | null;
	/** The kinds of background that the passage is on. */
	tones: ReadonlySet<Tone>;
}

/**
 * The one element that is added to a page while a legend or card is shown: a host with a closed shadow tree, in the top
 * layer where the browser allows. The page can remove the host. It cannot reach into the shadow tree, whose text is drawn in a
 * way that its selection and `window.find()` do not read (`drawn-text.ts`). It can find out where the legend and the card
 * are, by asking which element is at a point.
 */
export class Overlay {
	readonly document: Document;
	#host: HTMLElement | null = null;
	#layer: HTMLElement | null = null;
	/** The element that had the focus before the overlay took it. */
	#before: Element | null = null;

	constructor(document: Document) {
		this.document = document;
	}

	/** Whether an event's target is the overlay, as listeners outside see it. */
	isHost(target: EventTarget | null) {
		return target !== null && target === this.#host;
	}

	viewport() {
		const {clientWidth: width} = rootElement(this.document);
		return {width, height: viewOf(this.document)?.innerHeight ?? 0};
	}

	/** Show these elements in the overlay. */
	render(children: ComponentChildren, {near, tones}: Surroundings) {
		if (!this.#layer || !this.#host) this.#create();
		const host = this.#host as HTMLElement;
		const layer = this.#layer as HTMLElement;
		if (!isConnected(host)) {
			// Before all else in it: pages' styles ask for a `:last-child` far more often than for a first one.
			Element.prototype.prepend.call(parentFor(this.document, near), host);
			try {
				layer.showPopover();
			} catch {
				// Without the top layer it is still fixed, above all that has a z-index.
			}
		}
		const body = bodyOf(this.document);
		const tone = tones.size === 1 ? [...tones][0] : body ? toneAt(body) : 'light';
		render(
			<div class="lens" style={`color-scheme: ${tone}`}>
				{children}
			</div>,
			layer,
		);
	}

	/** Whether the keyboard's focus is in the overlay, on an element that matches. */
	focusIsOn(selector: string) {
		return this.#root?.activeElement?.matches(selector) ?? false;
	}

	/** Focus an element of the overlay. The element that had the focus gets it back when the overlay goes. */
	takeFocus(selector: string) {
		const active = activeElement(this.document);
		if (!this.isHost(active)) this.#before = active;
		this.find(selector)?.focus({preventScroll: true});
	}

	/** The element in the overlay that a selector finds. */
	find(selector: string) {
		return this.#layer?.querySelector<HTMLElement>(selector) ?? null;
	}

	/** Whether a pointer is on an element of the overlay, or in the gap beside it. */
	isUnder(selector: string, {clientX, clientY}: MouseEvent) {
		return this.#root?.elementFromPoint(clientX, clientY)?.closest(selector) != null;
	}

	/** Put an element of the overlay beside a stretch of text, or hide it while that is out of sight. */
	placeBeside(selector: string, boxes: readonly Box[]) {
		const element = this.find(selector);
		if (!element) return;
		const {width, height} = this.viewport();
		const seen = boxes.some(({left, top, right, bottom}) => bottom > 0 && right > 0 && top < height && left < width);
		if (!seen) element.style.visibility = 'hidden';
		else {
			void placeBeside(element, boxes).then(() => {
				element.style.visibility = 'visible';
			});
		}
	}

	remove() {
		const hadFocus = this.#host !== null && activeElement(this.document) === this.#host;
		if (this.#layer) render(null, this.#layer);
		if (this.#host) {
			// A page may have made copies of it.
			const copies = Document.prototype.getElementsByTagName.call(this.document, this.#host.localName);
			for (const copy of [...copies]) Element.prototype.remove.call(copy);
			this.#host.remove();
		}
		this.#host = null;
		this.#layer = null;
		const before = this.#before;
		this.#before = null;
		if (hadFocus && before && isConnected(before)) HTMLElement.prototype.focus.call(before, {preventScroll: true});
	}

	get #root() {
		return this.#layer?.getRootNode() as ShadowRoot | undefined;
	}

	#create() {
		// Named in full: in a document of another kind (an SVG image) it would be no HTML element.
		const create = (name: string) => Document.prototype.createElementNS.call(this.document, XHTML, name) as HTMLElement;
		this.#host = create(`${HOST_PREFIX}${crypto.getRandomValues(new Uint32Array(1))[0].toString(36)}`);
		const root = this.#host.attachShadow({mode: 'closed'});
		const sheet = new CSSStyleSheet();
		sheet.replaceSync(STYLES);
		root.adoptedStyleSheets = [sheet];
		this.#layer = create('div');
		this.#layer.className = 'layer';
		this.#layer.lang = language();
		// In here, where no `:has([popover])` of the page sees it.
		this.#layer.popover = 'manual';
		root.append(this.#layer);
		// Keys that are typed here must not reach the page's own shortcuts.
		for (const type of ['keydown', 'keyup', 'keypress'] as const) {
			this.#host.addEventListener(type, event => event.stopPropagation());
		}
	}
}

drawText();

/** The modal dialog or full-screen element around a node, or else the document's root element. */
function parentFor(document: Document, near: Node | null): Element {
	let element: Element | null = near && parentElement(near);
	while (element) {
		const around = closest(element, ':modal, :fullscreen');
		if (around) return around;
		const root = rootOf(element);
		element = 'host' in root ? (root as ShadowRoot).host : null;
	}
	return rootElement(document);
}
