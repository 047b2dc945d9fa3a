import {type Signal, useSignal} from '@preact/signals';
import {useEffect, useRef} from 'preact/hooks';
import {namePage, t} from '../../client/browser/i18n.ts';
import {WALK_CHARACTERS} from '../../protocol/messages/keys.ts';
import type {ModelInfo} from '../../protocol/questions/model.ts';
import {compact, count} from '../../ui/format.ts';
import {Beginning} from '../../ui/tokens/beginning.tsx';
import {CHAPTERS} from './chapters.ts';
import {ClassBar} from './class-mode/class-bar.tsx';
import {useClassMode} from './class-mode/class-mode.ts';
import {Question} from './class-mode/question.tsx';
import {LessonView} from './lesson/lesson-view.tsx';
import {saveChapter} from './save-chapter.tsx';
import {BareTexts} from './shared/prose.tsx';
import type {Walk} from './state/walk.ts';

/** The number of a chapter, from 1 on. */
const numberOf = (i: number) => CHAPTERS.slice(0, i + 1).filter(({isFurther}) => !isFurther).length;

/** The whole page: the reader's text on top, the chapters on the left, one of them in front. */
export function WalkPage({walk}: {walk: Walk}) {
	const {chapter: id} = walk.address;
	const at = CHAPTERS.findIndex(chapter => chapter.id === id.value);
	const chapter = CHAPTERS[at];
	const main = useRef<HTMLElement>(null);
	const here = useRef<HTMLAnchorElement>(null);
	// The title tells the tabs and the history of two chapters apart (WCAG 2.4.2).
	useEffect(() => namePage(t('common_page_title', {title: t(chapter.title), name: t('walk_title')})), [chapter]);
	// On a narrow page the chapters are a line that scrolls.
	useEffect(() => here.current?.scrollIntoView?.({block: 'nearest', inline: 'center'}), [at]);
	const turn = (to: number) => {
		id.value = CHAPTERS[to].id;
		main.current?.focus({preventScroll: true});
		window.scrollTo({top: 0});
	};
	const on = useClassMode({
		main,
		hasKey: () => walk.letterKeys.peek(),
		turn: by => {
			const to = at + by;
			if (CHAPTERS[to]) turn(to);
		},
	});
	return (
		<>
			<Top walk={walk} classMode={on} />
			<div class="walk">
				<nav class="chapters" aria-label={t('walk_chapters')}>
					<ol>
						{CHAPTERS.map(({id, title, isFurther}, i) => (
							<li key={id} class={isFurther && 'further'}>
								<a
									ref={i === at ? here : undefined}
									href={`#${id}`}
									aria-current={i === at ? 'step' : undefined}
									onClick={event => {
										event.preventDefault();
										turn(i);
									}}
								>
									<span>{!isFurther && count(numberOf(i))}</span>
									{t(title)}
								</a>
							</li>
						))}
					</ol>
					<LessonView walk={walk} title={t(chapter.title)} chapters={CHAPTERS.map(({id}) => id)} />
				</nav>
				<main ref={main} tabIndex={-1} aria-labelledby="chapter-title">
					<h1 id="chapter-title">{t(chapter.title)}</h1>
					<BareTexts.Provider value={!walk.beginning.isAdded.value}>
						<chapter.View key={chapter.id} walk={walk} />
					</BareTexts.Provider>
					{on.value && <Question question={chapter.question} answer={chapter.answer} />}
					<footer class="turn">
						{at > 0 ? (
							<button type="button" class="button" onClick={() => turn(at - 1)}>
								{t('walk_back', {chapter: t(CHAPTERS[at - 1].title)})}
							</button>
						) : (
							<span />
						)}
						<button type="button" class="link" onClick={() => main.current && saveChapter(walk, chapter, main.current)}>
							{t('export_page')}
						</button>
						{at < CHAPTERS.length - 1 && (
							<button type="button" class="button go" onClick={() => turn(at + 1)}>
								{t('walk_next', {chapter: t(CHAPTERS[at + 1].title)})}
							</button>
						)}
					</footer>
				</main>
			</div>
		</>
	);
}

function Top({walk, classMode}: {walk: Walk; classMode: Signal<boolean>}) {
	const model = walk.model.value;
	return (
		<header class="walk-top">
			<b>{t('walk_title')}</b>
			<Beginning
				tokens={walk.beginning.tokens.value}
				isAdded={walk.beginning.isAdded.value}
				onToggle={walk.beginning.toggle}
			/>
			<TextField walk={walk} />
			<CopyLink walk={walk} />
			<ClassBar on={classMode} />
			<span class="quiet small">{model ? modelText(model) : ''}</span>
		</header>
	);
}

const modelText = ({id, parameters}: ModelInfo) =>
	parameters === null ? t('walk_model_plain', {id}) : t('walk_model', {id, parameters: compact(parameters)});

/** The reader's text. It counts as typed: the chapters follow after a moment, or at once with Enter. */
function TextField({walk}: {walk: Walk}) {
	const {text} = walk;
	const typed = useSignal<string | null>(null);
	const settle = () => {
		if (typed.peek() !== null) walk.address.setText(typed.peek()!);
		typed.value = null;
	};
	useEffect(() => {
		if (typed.value === null) return;
		const timer = setTimeout(settle, 400);
		return () => clearTimeout(timer);
	}, [typed.value]);
	return (
		<textarea
			class="field mono walk-text"
			rows={1}
			spellcheck={false}
			aria-label={t('walk_text')}
			value={typed.value ?? text.value}
			onInput={event => {
				typed.value = event.currentTarget.value;
			}}
			onBlur={settle}
			onKeyDown={event => {
				if (event.key !== 'Enter' || event.shiftKey) return;
				event.preventDefault();
				settle();
			}}
		/>
	);
}

function CopyLink({walk}: {walk: Walk}) {
	const copied = useSignal(false);
	const copy = async () => {
		await navigator.clipboard.writeText(walk.address.link());
		copied.value = true;
		setTimeout(() => {
			copied.value = false;
		}, 2000);
	};
	const copiedText = () =>
		walk.address.carriesAll() ? t('walk_copied') : t('walk_copied_end', {walkCharacters: count(WALK_CHARACTERS)});
	return (
		<button type="button" class="link small" aria-live="polite" title={t('walk_link_note')} onClick={() => void copy()}>
			{copied.value ? copiedText() : t('walk_copy_link')}
		</button>
	);
}
