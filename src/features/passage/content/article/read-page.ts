import {bodyOf, childNodes, findAll} from '../../../../client/page/dom.ts';
import type {TextMap} from '../../../../client/page/text-map/text-map.ts';
import {type LeftOut, mapText} from '../../../../client/page/text-map/text-walk.ts';
import {leftOutByReadability} from './readable.ts';

/** The text of a page. */
interface PageText {
	/** Its article, or all of it where there is none. */
	map: TextMap;
	/** Reads all of the page; null where `map` is all of it. */
	all: (() => TextMap) | null;
}

/** The share of a page's text that its main text has at least. */
const MAIN_SHARE = 0.4;
/** The share that an article has at least: a page of comments may have a short one. */
const ARTICLE_SHARE = 0.05;

/** Where a page has its main text, by the names of HTML, ARIA and schema.org. */
const MAIN_TEXT = 'article, main, [role=main], [role=article], [itemprop=articleBody]';

/**
 * The text of a page that is read as a whole: the article that Readability finds, else the smallest element that is
 * named as the main text, else all text. Null where there is none.
 */
export function readPage(document: Document): PageText | null {
	const body = bodyOf(document);
	if (!body) return null;
	const all = mapOf(body);
	if (all.text.trim() === '') return null;
	const map = articleOf(document, body, all) ?? mainOf(document, all);
	return {map, all: map.text.length < all.text.length ? () => mapOf(body) : null};
}

function articleOf(document: Document, body: Element, all: TextMap): TextMap | null {
	const leftOut = leftOutByReadability(document);
	const article = leftOut && mapOf(body, leftOut);
	return article && article.text.length >= all.text.length * ARTICLE_SHARE ? article : null;
}

const mainOf = (document: Document, all: TextMap) =>
	[...findAll(document, MAIN_TEXT)]
		.map(element => mapOf(element))
		.filter(({text}) => text.length >= all.text.length * MAIN_SHARE)
		.reduce((least, map) => (map.text.length < least.text.length ? map : least), all);

const mapOf = (element: Element, leftOut?: LeftOut) =>
	mapText(
		{startContainer: element, startOffset: 0, endContainer: element, endOffset: childNodes(element).length},
		leftOut,
	);
