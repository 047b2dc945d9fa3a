import {useSignal} from '@preact/signals';
import {useEffect, useLayoutEffect, useMemo} from 'preact/hooks';
import {t} from '../../client/browser/i18n.ts';
import type {ClassesAnswer} from '../../protocol/questions/classes.ts';
import type {ClassRow} from '../../protocol/values/token.ts';
import {scaleEnd} from '../../ui/bar-scale.ts';
import {rankWidth} from '../../ui/components/class-row.tsx';
import {ErrorNote} from '../../ui/components/error-note.tsx';
import {MassStrip, type Needle} from '../../ui/components/mass-strip.tsx';
import {ProgressLine} from '../../ui/components/progress-line.tsx';
import {Segmented} from '../../ui/components/segmented.tsx';
import {useHeld} from '../../ui/delayed.ts';
import {count, percent} from '../../ui/format.ts';
import {bandOf} from '../../ui/tokens/rank-bands.ts';
import type {Distribution} from '../loop/loop.ts';
import {createFind} from '../prompt/find.ts';
import {isOneMore} from '../prompt/prompt.ts';
import type {Workspace} from '../prompt/workspace.ts';
import {ClassLine} from './class-line.tsx';
import {ClassList, ClassListSkeleton, type HighlightedClass, OtherClasses, type RowsProps} from './class-list.tsx';
import {Compare} from './compare.tsx';
import {ExportMenu} from './export/export-menu.tsx';
import {FindField, Found, firstFound} from './find-class.tsx';
import {FormDialog} from './form-dialog.tsx';
import {HandChips} from './hand-chips.tsx';
import {type ByHand, createByHand} from './hand-row.tsx';
import {loopKeys} from './keys.ts';
import {KeysHelp} from './keys-help.tsx';
import {listedClasses} from './listed-classes.ts';
import {LoopBar} from './loop-bar.tsx';
import {RowMenu} from './row-menu.tsx';
import './classes.css';

/** The loop: which class comes next, how sure the model is, and which class is chosen, again and again. */
export function ClassesView({app}: {app: Workspace}) {
	const {classes, comparing, loop, prompt, query, settings} = app;
	const help = useSignal(false);
	const showHelp = () => {
		help.value = true;
	};
	const choosingForm = useSignal(false);
	const chooseForm = () => {
		choosingForm.value = true;
	};
	// Keys act as soon as there is something to see.
	useLayoutEffect(
		() =>
			loopKeys(app, {
				showHelp,
				chooseForm,
				shows: () => (comparing.peek() ? 'comparison' : query.peek() === '' ? 'list' : 'found'),
			}),
		[app, help, comparing, query],
	);
	const find = useMemo(() => createFind(app, query), [app, query]);
	useEffect(find.follow, [find]);

	const distribution = loop.distribution.value;
	const error = classes.error.value;
	// The last answer is to an earlier question; beside what is wrong with this one, its figures would say what is not so.
	const answer = error ? null : classes.answer.value;
	const generation = classes.answerWith.value ?? app.asked.value;
	const waiting = classes.running.value || !app.ready.value;
	// Where nothing is shown yet, waiting is announced at once; beside numbers that are about to change, only if it takes time.
	const held = useHeld(waiting);
	const announced = waiting && (held || answer === null);
	const listed = settings.settings.value.classesListed;
	const end = answer ? scaleEnd(largest(answer, distribution)) : 1;
	const choose = (row: ClassRow) => {
		prompt.append(row);
		query.value = '';
	};
	const menu = useSignal<ByHand['menu']['value']>(null);
	const byHand = useMemo(() => createByHand(app, menu), [app, menu]);
	const rows: RowsProps = {
		distribution,
		end,
		lit: highlightedBy(app),
		pointed: app.pointed,
		onChoose: choose,
		byHand,
	};
	const accept = () => {
		const found = find.result.peek();
		const first = found && found.params.query === query.peek() ? firstFound(found.answer) : null;
		if (first) choose(first);
	};
	return (
		<section class="classes" style={`--rank-width: ${rankWidth([listed])}`} aria-label={t('popup_tab_classes')}>
			<div class="bar-line">
				<div>{announced && !error ? <ProgressLine progress={classes.progress.value} /> : <Question app={app} />}</div>
				<Segmented
					label={t('popup_distribution')}
					value={distribution}
					options={[
						{value: 'model', label: t('popup_distribution_model')},
						{value: 'sampling', label: t('popup_distribution_sampling')},
					]}
					onChange={value => {
						loop.distribution.value = value;
					}}
				/>
				<div class="class-tools">
					<button
						type="button"
						class="icon-button"
						aria-pressed={comparing.value}
						title={t('compare_open')}
						aria-label={t('compare_open')}
						onClick={() => {
							comparing.value = !comparing.value;
						}}
					>
						<svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
							<path d="M2.5 3.5h3v9h-3zM10.5 3.5h3v9h-3zM5.5 5.5l5 3M5.5 10.5l5-4" />
						</svg>
					</button>
					{answer && <ExportMenu app={app} answer={answer} />}
				</div>
			</div>
			{comparing.value ? null : answer ? (
				<MassStrip
					shares={distribution === 'model' ? answer.bands.model : answer.bands.sampling}
					before={distribution === 'sampling' ? answer.bands : undefined}
					needle={needleOf(app)}
					ends={endsOf(answer, distribution)}
				/>
			) : (
				<div class="mass" />
			)}
			{!comparing.value && (
				<div class="class-columns class-heads">
					<span class="rank" aria-hidden="true">
						#
					</span>
					<span class="class-head">
						<FindField
							query={query.value}
							onQuery={text => {
								query.value = text;
							}}
							onAccept={accept}
						/>
						<span class="scale-end" title={t('classes_scale_title')}>
							{t('classes_scale_end', {end: percent(end, 1)})}
						</span>
					</span>
					<span class="logit">{t('popup_tip_logit')}</span>
					<span class="probability">{t('classes_probability')}</span>
				</div>
			)}
			<div class="class-scroll">
				{!comparing.value && <HandChips app={app} answer={answer} chooseForm={chooseForm} />}
				{comparing.value ? (
					<Compare app={app} />
				) : error?.code === 'form-complete' ? (
					<p class="notice" role="status">
						{error.message}
					</p>
				) : error ? (
					<ErrorNote message={error.message} action={{label: t('common_retry'), run: classes.retry}} />
				) : query.value !== '' ? (
					<Found app={app} find={find} {...rows} />
				) : answer ? (
					<ClassList {...rows} answer={answer} generation={generation} busy={waiting} stale={held} />
				) : (
					<ClassListSkeleton rows={listed} />
				)}
			</div>
			<OtherClasses answer={comparing.value || query.value !== '' ? null : answer} distribution={distribution} />
			<ClassLine app={app} answer={answer} distribution={distribution} onKeys={showHelp} />
			<LoopBar app={app} />
			<KeysHelp open={help} settings={app.settings} />
			<RowMenu byHand={byHand} chooseForm={chooseForm} />
			<FormDialog app={app} open={choosingForm} />
		</section>
	);
}

/** What the list answers; where its distribution has changed by itself, that. */
function Question({app}: {app: Workspace}) {
	const vocabSize = app.classes.answer.value?.vocabSize ?? app.model.value?.vocabSize;
	const switchedBy = app.loop.switchedBy.value;
	const question = vocabSize
		? t('popup_classes_question', {vocabSize: count(vocabSize)})
		: t('popup_classes_question_unknown');
	return (
		<>
			<span>{!switchedBy && question}</span>
			<span class={switchedBy ? undefined : 'spoken'} role="status">
				{switchedBy && t(`popup_switched_${switchedBy}`)}
			</span>
		</>
	);
}

/** The largest probability on a list, which its scale must hold. */
function largest(answer: ClassesAnswer, distribution: Distribution): number {
	const {kept, cut, probability} = listedClasses(answer, distribution);
	return Math.max(0, ...[...kept, ...cut].map(probability));
}

/** How many of the first classes are set apart on the strip; the others would only make it grey. */
const SET_APART = 10;

/** Where the first classes end on the strip. */
function endsOf(answer: ClassesAnswer, distribution: Distribution): number[] {
	const {kept, probability} = listedClasses(answer, distribution);
	let end = 0;
	return kept.slice(0, SET_APART).map(row => {
		end += probability(row);
		return end;
	});
}

/** The class that was drawn, or chosen and appended, from the list on screen. */
function highlightedBy({classes, loop, prompt}: Workspace): HighlightedClass | null {
	const drawn = loop.drawn.value;
	const answered = classes.answerFor.value;
	if (drawn?.promptKey === answered) return {id: drawn.id, band: bandOf(drawn.rank), drawn};
	const last = prompt.prompt.value.appended.at(-1);
	if (last?.rank === undefined || answered === null || !isOneMore(prompt.prompt.value, answered)) return null;
	return {id: last.id, band: bandOf(last.rank)};
}

/** The draw that was made from the strip on screen. */
function needleOf({classes, loop}: Workspace): Needle | null {
	const drawn = loop.drawn.value;
	if (!drawn || loop.distribution.value !== 'sampling' || drawn.promptKey !== classes.answerFor.value) return null;
	const {number, start, samplingProbability: width, seed, index} = drawn;
	return {key: `${seed} ${index}`, number, start, width};
}
