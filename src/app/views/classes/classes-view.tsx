import {useMemo} from 'preact/hooks';
import {ErrorNote} from '../../../ui/components/error-note.tsx';
import {ProgressLine} from '../../../ui/components/progress-line.tsx';
import {Segmented} from '../../../ui/components/segmented.tsx';
import {useHeld} from '../../../ui/delayed.ts';
import {bits, count, percent} from '../../../ui/format.ts';
import {t, tn} from '../../../ui/i18n.ts';
import type {App} from '../../app.ts';
import {ClassList, ClassListSkeleton} from './class-list.tsx';
import {FindClass} from './find-class.tsx';
import {equallyLikely} from './kept.ts';
import './classes.css';

type Distribution = 'model' | 'sampling';

/** The answer to "which class comes next?": every class ranked, and where the sampling settings cut. */
export function ClassesView({app}: {app: App}) {
	const {classes, prompt, settings, session} = app;
	const distribution = useMemo(() => session.slot<Distribution>('distribution', 'model'), [session]);
	const answer = classes.answer.value;
	const error = classes.error.value;
	const {classesListed} = settings.settings.value;
	const generation = classes.answerWith.value ?? settings.settings.value.generation;
	const waiting = classes.running.value || !app.ready.value;
	// Where nothing is shown yet, waiting is said at once; numbers that are about to change say it only if it takes time.
	const held = useHeld(waiting);
	const announced = waiting && (held || answer === null);
	const vocabSize = answer?.vocabSize ?? app.model.value?.vocabSize;
	const entropy = distribution.value === 'model' ? answer?.entropyBits : answer?.samplingEntropyBits;
	return (
		<section class="classes" aria-label={t('popup_tab_classes')}>
			<div class="bar-line">
				{announced && !error ? (
					<ProgressLine progress={classes.progress.value} />
				) : (
					<span>{vocabSize ? t('popup_classes_question', count(vocabSize)) : t('popup_classes_question_unknown')}</span>
				)}
				<Segmented
					label={t('popup_distribution')}
					value={distribution.value}
					options={[
						{value: 'model', label: t('popup_distribution_model')},
						{value: 'sampling', label: t('popup_distribution_sampling')},
					]}
					onChange={value => {
						distribution.value = value;
					}}
				/>
			</div>
			{error ? (
				<ErrorNote message={error.message} action={{label: t('common_retry'), run: classes.retry}} />
			) : answer ? (
				<ClassList
					answer={answer}
					distribution={distribution.value}
					generation={generation}
					busy={waiting}
					stale={held}
					onChoose={row => prompt.append(row)}
				/>
			) : (
				<ClassListSkeleton rows={classesListed} />
			)}
			{answer && !error && distribution.value === 'model' && answer.keptCount < answer.vocabSize && (
				<p class="quiet small explain">
					{tn('popup_kept', answer.keptCount, percent(answer.keptProbability), percent(1 - answer.keptProbability))}
				</p>
			)}
			{answer && !error && entropy !== undefined && (
				<p class="quiet small explain">{t('popup_entropy_explained', bits(entropy), equallyLikely(entropy))}</p>
			)}
			<FindClass app={app} distribution={distribution.value} onChoose={row => prompt.append(row)} />
		</section>
	);
}
