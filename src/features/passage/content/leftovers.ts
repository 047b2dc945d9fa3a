import {findAll, viewOf} from '../../../client/page/dom.ts';
import {HOST_PREFIX} from './overlay/overlay.tsx';
import {HIGHLIGHT_PREFIX} from './painted-page.tsx';

/**
 * Remove the element and the highlights that the extension left on a page before it was updated or reloaded: its earlier
 * script is cut off, and notices only when the person does something.
 */
export function clearLeftovers(document: Document) {
	for (const element of findAll(document, '*')) {
		if (element.localName?.startsWith?.(HOST_PREFIX)) Element.prototype.remove.call(element);
	}
	const highlights = viewOf(document)?.CSS?.highlights;
	try {
		for (const name of [...(highlights?.keys() ?? [])]) if (name.startsWith(HIGHLIGHT_PREFIX)) highlights?.delete(name);
	} catch {
		// Firefox lets no content script walk the page's registry. Highlights left there go with the earlier script's rules.
	}
}
