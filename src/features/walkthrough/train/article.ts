import {type ReadonlySignal, signal} from '@preact/signals';
import browser from 'webextension-polyfill';
import {MAX_TEXT_LENGTH} from '../../../protocol/values/prompt.ts';
import type {Walk} from '../state/walk.ts';
import type {ArticleScript} from './article.iife.ts';
import articleScript from './article.iife.ts?script';

/** The article of the page that the reader came from, read when it is asked for: the text handed over is its selection. */
export interface PageArticle {
	/** Its text, once it has been read. */
	readonly text: ReadonlySignal<string | null>;
	readonly state: ReadonlySignal<'unread' | 'reading' | 'read' | 'failed'>;
	read(): Promise<void>;
}

/** The browser's access to a page ends when the person leaves it; then this fails. */
async function readTab(tabId: number): Promise<string> {
	const target = {tabId};
	await browser.scripting.executeScript({target, files: [articleScript]});
	const func = () =>
		(globalThis as typeof globalThis & {nextTokenLensArticle?: ArticleScript}).nextTokenLensArticle?.();
	const [answer] = await browser.scripting.executeScript({target, func});
	return typeof answer?.result === 'string' ? answer.result.slice(0, MAX_TEXT_LENGTH).toWellFormed() : '';
}

function createArticle(tabId: number, read: (tabId: number) => Promise<string> = readTab): PageArticle {
	const text = signal<string | null>(null);
	const state = signal<'unread' | 'reading' | 'read' | 'failed'>('unread');
	return {
		text,
		state,
		async read() {
			if (state.peek() === 'reading') return;
			state.value = 'reading';
			try {
				const found = await read(tabId);
				if (found.trim() === '') throw new Error('The page has no text.');
				text.value = found;
				state.value = 'read';
			} catch (error) {
				console.info('The article could not be read.', error);
				state.value = 'failed';
			}
		},
	};
}

const articles = new WeakMap<Walk, PageArticle>();

/** The article of a walk, which outlives the chapter; null where the walk was opened from no page. */
export function articleOf(walk: Walk): PageArticle | null {
	if (walk.page === null) return null;
	const article = articles.get(walk) ?? createArticle(walk.page);
	articles.set(walk, article);
	return article;
}
