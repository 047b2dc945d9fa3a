import browser from 'webextension-polyfill';
import {t} from '../../client/browser/i18n.ts';
import {NumbersTable, numbersOf} from '../../ui/figures/figure.tsx';
import {svgCopy} from '../../ui/figures/svg-file.ts';
import {savePage} from '../../ui/saved-page.ts';
import {visibleToken} from '../../ui/tokens/token-text.ts';
import type {Chapter} from './chapter.ts';
import type {Walk} from './state/walk.ts';

/** The chapter in front as one HTML file: the reader's text, what it was drawn with, and every figure as it is now, with its numbers. */
export function saveChapter(walk: Walk, {title, drawnWith}: Chapter, main: HTMLElement): void {
	const figures = [...main.querySelectorAll<HTMLElement>('.fig')].flatMap(figure => {
		const svg = figure.querySelector('svg');
		const caption = figure.querySelector('figcaption')?.textContent ?? '';
		return svg ? [{caption, copy: svgCopy(svg, caption), numbers: numbersOf(figure)}] : [];
	});
	const page = (
		<>
			<h1>{t(title)}</h1>
			<p class="prompt mono">{visibleToken({text: walk.text.peek()})}</p>
			<p class="quiet">
				{t('saved_page_model', {model: walk.model.peek()?.id ?? ''})} {drawnWith?.(walk)}
			</p>
			{figures.map(({caption, copy, numbers}) => (
				<figure key={caption}>
					<figcaption>{caption}</figcaption>
					<div ref={place => place?.append(copy)} />
					{numbers && (
						<details>
							<summary>{t('walk_numbers')}</summary>
							<NumbersTable {...numbers} />
						</details>
					)}
				</figure>
			))}
		</>
	);
	savePage('chapter', t(title), page, browser.runtime.getManifest().version);
}
