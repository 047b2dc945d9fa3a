/**
 * Injected into a page whose article is asked for. It reads nothing until then, and stays in the extension's own world of the
 * frame, which the page cannot see into.
 */
import {readPage} from '../../passage/content/article/read-page.ts';

/** Reads the article of the page, or all of its text where there is none; empty where there is no text. */
export type ArticleScript = () => string;

const here = globalThis as typeof globalThis & {nextTokenLensArticle?: ArticleScript};
here.nextTokenLensArticle ??= () => readPage(document)?.map.text ?? '';
