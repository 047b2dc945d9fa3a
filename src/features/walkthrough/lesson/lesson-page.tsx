import {t} from '../../../client/browser/i18n.ts';
import type {Step} from './lesson.ts';

/** A lesson as a page of links. @param page the walk's address in this browser. */
export const LessonPage = ({steps, page}: {steps: readonly Step[]; page: string}) => (
	<>
		<h1>{t('walk_lesson')}</h1>
		<ol>
			{steps.map(({title, hash}, i) => (
				<li key={i}>
					<a href={page + hash}>{title}</a>
				</li>
			))}
		</ol>
		<p class="quiet">{t('walk_lesson_note')}</p>
	</>
);
