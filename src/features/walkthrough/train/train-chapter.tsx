import {effect} from '@preact/signals';
import {useEffect, useMemo} from 'preact/hooks';
import {t, tn} from '../../../client/browser/i18n.ts';
import {ErrorNote} from '../../../ui/components/error-note.tsx';
import {bytes as bytesText, count} from '../../../ui/format.ts';
import {Python, Try} from '../shared/prose.tsx';
import type {Walk} from '../state/walk.ts';
import {articleOf, type PageArticle} from './article.ts';
import {BatchGrid} from './batch-grid.tsx';
import {BatchText} from './batch-text.tsx';
import {Continuations, wordsOf} from './continuations.tsx';
import {ControlBar} from './control-bar.tsx';
import {Curve} from './curve.tsx';
import {Keep} from './keep.tsx';
import {needleAt} from './needle.ts';
import {NextByte} from './next-byte.tsx';
import {trainingInPython} from './python.ts';
import {numbersOf, type Slots, slotsOf, textOf} from './slots.ts';
import {ARTICLE, bytesOf, LEAST, OWN, SHIPPED} from './texts.ts';
import {isSameLesson, type Lesson} from './trainer/lesson.ts';
import {PIECES, SHAPE} from './trainer/shape.ts';
import {splitText} from './trainer/text.ts';
import {type Course, lastContinued, type Training, trainingOf} from './training.ts';
import './train.css';

/** A model of one's own, trained from nothing on the reader's text: a second page of *All positions at once*. */
export function TrainChapter({walk}: {walk: Walk}) {
	const training = trainingOf(walk);
	const slots = slotsOf(walk.address);
	const article = articleOf(walk);
	const chosen = textOf(slots, walk.text.value, article?.text.value ?? null);
	const length = bytesOf(chosen.text);
	const lesson: Lesson = {
		text: chosen.text,
		...numbersOf(slots),
	};
	const course = training.course.value;
	const isShort = length < LEAST;
	const isSame = course !== null && isSameLesson(course.lesson, lesson);
	// What was trained is given up only when the reader says so.
	useEffect(() => {
		if (!isShort && !isSame && training.step.peek() === 0) training.begin(lesson);
	}, [lesson.text, lesson.seed, lesson.learningRate, isShort]);
	useEffect(() => () => training.pause(), []);
	useEffect(() => {
		// The last that a page hears before it ends.
		const onChange = () => document.visibilityState === 'hidden' && training.store();
		document.addEventListener('visibilitychange', onChange);
		return () => document.removeEventListener('visibilitychange', onChange);
	}, []);
	const failure = training.failure.value;
	return (
		<>
			<p>{t('walk_train_1')}</p>
			<p>
				{t('walk_train_2', {
					layers: count(SHAPE.layers),
					width: count(SHAPE.width),
					pieces: count(PIECES),
					positions: count(PIECES * SHAPE.contextLength),
				})}
			</p>
			<Texts slots={slots} chosen={chosen.id} own={walk.text.value} article={article} />
			{isShort && <p role="status">{t('walk_train_short', {length: count(length), least: count(LEAST)})}</p>}
			{failure !== null && (
				<ErrorNote
					message={t('walk_train_failed', {failure})}
					action={{label: t('common_retry'), run: () => training.begin(lesson)}}
				/>
			)}
			<ControlBar
				training={training}
				slots={slots}
				canTrain={course !== null}
				isChanged={course !== null && !isSame && !isShort}
				onReset={() => {
					slots.needle.value = '';
					training.beginAnew(isShort && course ? course.lesson : lesson);
				}}
			>
				<Keep training={training} walk={walk} />
			</ControlBar>
			{course && <Shown training={training} course={course} slots={slots} initialPrompt={chosen.prompt} />}
			<Try>{t('walk_train_try')}</Try>
			<Python code={trainingInPython(lesson)} />
		</>
	);
}

interface TextsProps {
	slots: Slots;
	chosen: string;
	own: string;
	article: PageArticle | null;
}

/** The texts that can be learned. */
function Texts({slots, chosen, own, article}: TextsProps) {
	const take = (id: string) => {
		slots.from.value = id;
		slots.prompt.value = '';
	};
	const takeArticle = async (from: PageArticle) => {
		if (from.text.peek() === null) await from.read();
		if (from.text.peek() !== null) take(ARTICLE);
	};
	const read = article?.text.value ?? null;
	const options = [
		{id: OWN, title: t('walk_train_text_own'), length: bytesOf(own)},
		...SHIPPED.map(({id, title, text}) => ({id, title: t(title), length: bytesOf(text)})),
	];
	return (
		<fieldset class="samples">
			<legend class="spoken">{t('walk_train_texts')}</legend>
			{options.map(({id, title, length}) => (
				<button key={id} type="button" class="button" aria-pressed={id === chosen} onClick={() => take(id)}>
					{title} <span class="quiet small">{bytesText(length)}</span>
				</button>
			))}
			{article && (
				<button
					type="button"
					class="button"
					aria-pressed={chosen === ARTICLE}
					disabled={article.state.value === 'reading'}
					onClick={() => void takeArticle(article)}
				>
					{t('walk_train_text_article')} {read !== null && <span class="quiet small">{bytesText(bytesOf(read))}</span>}
				</button>
			)}
			<span role="status" class="small">
				{article?.state.value === 'failed' && t('walk_train_article_failed')}
			</span>
		</fieldset>
	);
}

interface ShownProps {
	training: Training;
	course: Course;
	slots: Slots;
	initialPrompt: string;
}

/** How many steps there are between continuations. */
const MILESTONES = [0, 10, 100, 1000, 10_000];

/** Everything that is to be seen of a training: its batch, its loss, what it writes. */
function Shown({training, course, slots, initialPrompt}: ShownProps) {
	const step = training.step.value;
	const looks = training.looks.value;
	const prompt = slots.prompt.value || initialPrompt;
	const at = step === 0 ? 0 : needleAt(slots.needle.value, step);
	const learned = useMemo(() => splitText(new TextEncoder().encode(course.lesson.text)).learned, [course]);
	const words = useMemo(() => wordsOf(course.lesson.text), [course]);
	const milestones = MILESTONES.filter(shown => shown <= Math.max(1000, step));
	const withMilestones = (one: number) => [...new Set([...milestones, one])].sort((a, b) => a - b);
	const steps = withMilestones(at);
	// While the model learns on, what it wrote last stays, under its own step.
	const isWritten = looks.get(at)?.continuation.length;
	const written = at === step && !isWritten ? (lastContinued(looks) ?? at) : at;
	useEffect(
		() =>
			// Asked again when a question is answered: of the steps that go on, one is asked about at a time.
			effect(() => {
				training.setPrompt(prompt);
				const done = training.step.value;
				void training.looks.value;
				void training.isRunning.value;
				training.look([...new Set([...steps.filter(shown => shown <= done), done])]);
			}),
		[training, course, prompt, at],
	);
	// While the model learns on, what it said last stays.
	const now = looks.get(Math.max(...looks.keys()));
	const there = looks.get(at) ?? now;
	const batch = course.batches.get(at) ?? null;
	return (
		<div class="train-shown">
			<div class="train-columns">
				<div>
					<BatchText bytes={learned} batch={batch} step={at} />
				</div>
				<div>
					<Curve
						course={course}
						step={step}
						at={at}
						onMove={to => {
							slots.needle.value = to === step ? '' : String(to);
						}}
					/>
					{batch && <BatchGrid bytes={learned} batch={batch} step={at} />}
				</div>
				<div>
					<label class="knob train-prompt">
						<span>{t('walk_train_prompt')}</span>
						<input
							class="field mono"
							value={prompt}
							maxLength={200}
							spellcheck={false}
							onInput={event => {
								slots.prompt.value = event.currentTarget.value;
							}}
						/>
					</label>
					<Continuations
						prompt={prompt}
						steps={withMilestones(written)}
						step={step}
						at={written}
						looks={looks}
						words={words}
					/>
					{there && now && <NextByte prompt={prompt} at={there} now={now} />}
				</div>
				<p class="spoken" role="status">
					{!training.isRunning.value && step > 0 && tn('walk_train_done', step)}
				</p>
			</div>
		</div>
	);
}
