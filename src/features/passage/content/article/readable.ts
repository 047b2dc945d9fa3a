import {isProbablyReaderable, Readability} from '@mozilla/readability';
import {cloneDocument, findAll, parentElement} from '../../../../client/page/dom.ts';
import type {LeftOut} from '../../../../client/page/text-map/text-walk.ts';

/** A longer page is not judged: it would keep the page's own scripts waiting. */
const MOST_ELEMENTS = 30_000;

/** Begins the names of the attributes by which an element of the copy is known. In no page's markup; the page is not touched. */
const MARK = 'next-token-lens-';

/** By these names a page's markup can put an element in the place of a property that Readability reads. */
const NAMED = 'form, input, button, select, textarea, fieldset, output, object, embed, img, image, iframe, frame';

/**
 * What Firefox's reader view leaves out of a page: navigation, side bars, comments, lists of links. Judged by Readability on
 * a copy, since it takes the document apart.
 * @returns null where the page is no article in its judgement.
 */
export function leftOutByReadability(document: Document): LeftOut | null {
	const originals = findAll(document, '*');
	if (originals.length > MOST_ELEMENTS) return null;
	const copy = cloneDocument(document);
	for (const [i, element] of [...findAll(copy, '*')].entries()) element.setAttribute(`${MARK}${i}`, '');
	for (const element of findAll(copy, 'script, style, noscript, template')) element.remove();
	for (const element of findAll(copy, NAMED)) {
		element.removeAttribute('name');
		element.removeAttribute('id');
	}
	try {
		if (!isProbablyReaderable(copy)) return null;
		// Without a least length, what is found first is taken, and nothing is parsed again from markup.
		const reader = new Readability<Element>(copy, {
			charThreshold: 0,
			disableJSONLD: true,
			keepClasses: true,
			serializer: node => node as Element,
		});
		const content = reader.parse()?.content;
		return content ? leftOutOf(content, originals) : null;
	} catch {
		// A page that is built to confuse it is read as any other.
		return null;
	}
}

/** Everything is left out but what the article is made of, and what is around it. */
function leftOutOf(content: Element, originals: ArrayLike<Element>): LeftOut {
	const kept = new Set<Element>();
	// An element that took the place of several has the marks of all of them.
	for (const element of [content, ...content.querySelectorAll('*')]) {
		for (const name of element.getAttributeNames()) {
			if (name.startsWith(MARK)) kept.add(originals[Number(name.slice(MARK.length))]);
		}
	}
	const around = new Set<Element>();
	for (const element of kept) {
		for (let at = parentElement(element); at && !around.has(at); at = parentElement(at)) around.add(at);
	}
	return (element, isInline) => {
		if (kept.has(element) || around.has(element)) return false;
		// Links and the like are replaced by others in the copy, and are in the article with the text around them.
		const parent = parentElement(element);
		if (isInline && parent && kept.has(parent)) {
			kept.add(element);
			return false;
		}
		return true;
	};
}
