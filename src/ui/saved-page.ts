import {type ComponentChild, render} from 'preact';
import {language, t} from '../client/browser/i18n.ts';
import {download} from './download.ts';
import styles from './saved-page.css?inline';

/** Nothing is loaded and no script runs, wherever the page is opened. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

/**
 * One HTML file that needs no other and opens anywhere, also from a mail: what is on screen, for those who have not installed
 * the extension. Made of elements, so that text is only ever text.
 */
export function pageFile(title: string, content: ComponentChild, version: string): string {
	const page = document.implementation.createHTMLDocument(title);
	const add = (parent: Element, name: string, attributes: Record<string, string> = {}, text = '') => {
		const element = page.createElement(name);
		for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
		element.textContent = text;
		parent.append(element);
		return element;
	};
	page.documentElement.lang = language();
	page.head.prepend(
		add(page.head, 'meta', {charset: 'utf-8'}),
		add(page.head, 'meta', {'http-equiv': 'Content-Security-Policy', content: POLICY}),
		add(page.head, 'meta', {name: 'viewport', content: 'width=device-width'}),
	);
	// A child combinator would be escaped here, and not read back: there is none in the sheet.
	add(page.head, 'style', {}, styles);
	const main = document.createElement('main');
	render(content, main);
	page.body.append(main);
	add(page.body, 'footer', {}, t('saved_page_from', {name: t('common_name'), version}));
	return `<!doctype html>\n${new XMLSerializer().serializeToString(page.documentElement)}\n`;
}

/** Offer what is on screen as one HTML file. */
export const savePage = (name: string, title: string, content: ComponentChild, version: string): void =>
	download(`${name}.html`, 'text/html', pageFile(title, content, version));
