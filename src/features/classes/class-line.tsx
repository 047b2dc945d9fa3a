import type {ComponentChildren} from 'preact';
import {type PlainKey, t} from '../../client/browser/i18n.ts';
import type {ClassesAnswer} from '../../protocol/questions/classes.ts';
import type {ClassRow} from '../../protocol/values/token.ts';
import {bits, decimal, ordinal, percent} from '../../ui/format.ts';
import {noStepText} from '../../ui/no-step.ts';
import {TokenText} from '../../ui/tokens/token-view.tsx';
import type {Distribution, DrawOnShow, EndReason} from '../loop/loop.ts';
import type {Workspace} from '../prompt/workspace.ts';
import {equallyLikely} from './listed-classes.ts';
import {newLogit} from './push.tsx';
import './class-line.css';

interface Props {
	app: Workspace;
	answer: ClassesAnswer | null;
	distribution: Distribution;
	/** Show the keys. */
	onKeys(): void;
}

/**
 * One line for the details that the rows leave out: of the class that is pointed at, of the last draw, or else how open the
 * next class is. It is always there, so nothing ever covers the rows.
 */
export function ClassLine({app, answer, distribution, onKeys}: Props) {
	const {loop, pointed} = app;
	const drawn = loop.drawn.value;
	// While a draw is shown it goes before the class under the pointer.
	const row = drawn && !drawn.appended ? null : pointed.value;
	const told = loop.refused.value !== null || loop.error.value !== null || drawn !== null;
	return (
		<div class="class-line small numbers">
			<div>
				{row && <AboutClass row={row} />}
				{/* A screen reader reads the rows themselves; only the loop's steps are announced. */}
				<div aria-live="polite" hidden={row !== null}>
					<AboutLoop app={app} />
				</div>
				{!row && !told && answer && <Entropy answer={answer} distribution={distribution} />}
			</div>
			<button
				type="button"
				class="icon-button keys-open"
				title={t('loop_keys')}
				aria-label={t('loop_keys')}
				onClick={onKeys}
			>
				?
			</button>
		</div>
	);
}

/** Why there is no step, what failed, or which class was drawn. */
function AboutLoop({app}: {app: Workspace}) {
	const {refused, error, drawn, ended} = app.loop;
	if (refused.value) return <NoStep app={app} />;
	if (error.value) {
		return <p class={error.value.code === 'form-complete' ? undefined : 'class-line-error'}>{error.value.message}</p>;
	}
	return drawn.value && <AboutDraw drawn={drawn.value} ended={ended.value} />;
}

function NoStep({app}: {app: Workspace}) {
	return (
		<p>
			{noStepText(app.settings.settings.value)}{' '}
			<button
				type="button"
				class="link"
				onClick={() => {
					app.tab.value = 'continuations';
				}}
			>
				{t('loop_run_it')}
			</button>
		</p>
	);
}

/** All the numbers of one class. */
function AboutClass({row}: {row: ClassRow}) {
	const after = row.kept
		? t('popup_tip_rank_and_probability', {
				samplingRank: ordinal(row.samplingRank),
				samplingProbability: percent(row.samplingProbability),
			})
		: t('popup_tip_cut');
	return (
		<p class="figures">
			<TokenText token={row} /> <Figure name={t('popup_token_id')}>{row.id}</Figure>
			<Figure name={t('popup_tip_logit')}>{row.push ? newLogit(row, row.push) : decimal(row.logit, 3)}</Figure>
			<Figure name={t('popup_tip_model')}>
				{t('popup_tip_rank_and_probability', {
					samplingRank: ordinal(row.rank),
					samplingProbability: percent(row.probability),
				})}
			</Figure>
			{row.against !== undefined && <Figure name={t('popup_tip_against')}>{percent(row.against)}</Figure>}
			<Figure name={t('popup_tip_sampling')}>{after}</Figure>
		</p>
	);
}

/** With a space after it, so that it is also read apart from the next. */
const Figure = ({name, children}: {name: string; children: ComponentChildren}) => (
	<>
		<span>
			<span class="quiet">{name}</span> {children}
		</span>{' '}
	</>
);

const ENDED = {
	length: 'loop_ended_length',
	'stop-string': 'loop_ended_stop_string',
	'end-of-text': 'loop_ended_end_of_text',
	form: 'loop_ended_form',
} as const satisfies Record<EndReason, PlainKey>;

/** The number that was drawn, and the class that it fell on. */
function AboutDraw({drawn, ended}: {drawn: DrawOnShow; ended: EndReason | null}) {
	const rank = t('popup_tip_rank_and_probability', {
		samplingRank: ordinal(drawn.samplingRank),
		samplingProbability: percent(drawn.samplingProbability),
	});
	return (
		<p class="figures">
			<span class="figure">
				{drawn.number === null ? t('loop_drew_first') : t('loop_drew', {number: decimal(drawn.number, 4)})}
			</span>{' '}
			<TokenText token={drawn} /> <span class="figure">{rank}</span>
			{drawn.number !== null && (
				<span class="figure quiet">{t('loop_drew_seed', {index: ordinal(drawn.index + 1), seed: drawn.seed})}</span>
			)}
			{ended && <span class="figure">{t(ENDED[ended])}</span>}
		</p>
	);
}

/** How open the next class is: in the model's own distribution, and in the one after the settings. */
function Entropy({answer, distribution}: {answer: ClassesAnswer; distribution: Distribution}) {
	const {entropyBits, samplingEntropyBits} = answer;
	return (
		<p class="quiet">
			{distribution === 'model'
				? t('popup_entropy_explained', {entropy: bits(entropyBits), classes: equallyLikely(entropyBits)})
				: t('classes_entropy_settings', {
						entropy: bits(samplingEntropyBits),
						classes: equallyLikely(samplingEntropyBits),
						own: bits(entropyBits),
					})}
		</p>
	);
}
