import {useSignal} from '@preact/signals';
import {useRef} from 'preact/hooks';
import browser from 'webextension-polyfill';
import {t} from '../../../client/browser/i18n.ts';
import {ErrorNote} from '../../../ui/components/error-note.tsx';
import {count} from '../../../ui/format.ts';
import {savePage} from '../../../ui/saved-page.ts';
import type {Walk} from '../state/walk.ts';
import {readLesson} from './lesson.ts';
import {LessonPage} from './lesson-page.tsx';
import './lesson.css';

interface Props {
	walk: Walk;
	/** The chapter in front, and the ids of all. */
	title: string;
	chapters: readonly string[];
}

/** A lesson: steps of the walk as links, to add to, to save as a page, and to open again. */
export function LessonView({walk, title, chapters}: Props) {
	const {lesson, address} = walk;
	const steps = lesson.steps.value;
	const input = useRef<HTMLInputElement>(null);
	const unread = useSignal<string | null>(null);
	const add = () => {
		const link = address.link();
		lesson.add({
			title: t('walk_lesson_step', {title, walk: walk.text.peek().slice(0, 60)}),
			hash: link.slice(link.indexOf('#')),
		});
	};
	const open = async (file: File) => {
		const read = readLesson(await file.text().catch(() => ''), chapters);
		unread.value = read.length > 0 ? null : file.name;
		// What is here already may not have been saved, and stays.
		lesson.add(...read.filter(step => !steps.some(({hash}) => hash === step.hash)));
	};
	const save = () => {
		const [page] = address.link().split('#');
		const name = t('walk_lesson');
		savePage('lesson', name, <LessonPage steps={steps} page={page} />, browser.runtime.getManifest().version);
	};
	return (
		<details class="lesson">
			<summary>{steps.length > 0 ? t('walk_lesson_count', {steps: count(steps.length)}) : t('walk_lesson')}</summary>
			{steps.length === 0 && <p class="quiet small">{t('walk_lesson_empty')}</p>}
			<ol>
				{steps.map(({title, hash}, i) => (
					<li key={`${hash} ${i}`}>
						<a href={hash}>{title}</a>
						<button
							type="button"
							class="link"
							disabled={i === 0}
							aria-label={t('walk_lesson_raise', {title})}
							onClick={() => lesson.raise(i)}
						>
							↑
						</button>
						<button
							type="button"
							class="link"
							aria-label={t('walk_lesson_remove', {title})}
							onClick={() => lesson.remove(i)}
						>
							×
						</button>
					</li>
				))}
			</ol>
			<div class="lesson-does">
				<button type="button" class="button" onClick={add}>
					{t('walk_lesson_add')}
				</button>
				<button type="button" class="link small" disabled={steps.length === 0} onClick={save}>
					{t('walk_lesson_save')}
				</button>
				<button type="button" class="link small" onClick={() => input.current?.click()}>
					{t('walk_lesson_open')}
				</button>
				<input
					ref={input}
					type="file"
					hidden
					accept=".html,.htm,.md,text/html,text/markdown"
					onChange={event => {
						const [file] = event.currentTarget.files ?? [];
						event.currentTarget.value = '';
						if (file) void open(file);
					}}
				/>
			</div>
			{unread.value !== null && <ErrorNote message={t('walk_lesson_unread', {unread: unread.value})} />}
		</details>
	);
}
