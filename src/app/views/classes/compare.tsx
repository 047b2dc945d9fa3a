import {useMemo} from 'preact/hooks';
import {requestOf} from '../../../loop/prompt.ts';
import type {CompareAnswer, Prompt} from '../../../protocol/engine.ts';
import {useQuery} from '../../../ui/client/use-query.ts';
import {ErrorNote} from '../../../ui/components/error-note.tsx';
import {ProgressLine} from '../../../ui/components/progress-line.tsx';
import {type SecondModel, SecondModelChoice} from '../../../ui/components/second-model.tsx';
import {count, percent, percentagePoints} from '../../../ui/format.ts';
import {t} from '../../../ui/i18n.ts';
import {TokenText} from '../../../ui/tokens/token-view.tsx';
import type {App} from '../../app.ts';
import {wholeText} from '../../state/prompt.ts';
import {GuidanceScale} from './hand-chips.tsx';
import './compare.css';

type Compared = CompareAnswer['changes'][number];

/** How many classes each list has. */
const LISTED = 10;
/** How many of the largest changes come first. */
const CHANGES = 5;
/** Pixels of a row, which the lines between the lists must know. */
const ROW = 22;
const SAME_MODEL: SecondModel = {ref: 'main', name: ''};

/** The changes that another prompt, or another model, makes: the largest ones, then both lists, with lines from class to class. */
export function Compare({app}: {app: App}) {
	const text = useMemo(() => app.session.slot<string | null>('compare-text', null), [app]);
	const second = useMemo(() => app.session.slot<SecondModel>('compare-model', SAME_MODEL), [app]);
	const prompt = app.prompt.prompt.value;
	const other = text.value ?? wholeText(prompt);
	const isSame = other === wholeText(prompt);
	const {ref, name} = second.value;
	const own = app.model.value?.id ?? t('passage_model');
	const nothing = isSame && ref === SAME_MODEL.ref;
	const {maxNewTokens} = app.settings.settings.value.generation;
	const params = nothing || !app.ready.value ? null : {...comparison(prompt, isSame ? null : other, ref), maxNewTokens};
	const {answer, progress, error, retry} = useQuery(app.engine, 'compare', params);
	return (
		<div class="compare">
			<label class="compare-field">
				<span class="quiet small">{t('compare_with')}</span>
				<input
					class="field mono"
					value={other}
					spellcheck={false}
					autocomplete="off"
					onInput={event => {
						text.value = event.currentTarget.value;
					}}
				/>
			</label>
			<SecondModelChoice
				engine={app.engine}
				label={t('compare_by')}
				value={second.value}
				fixed={[
					{ref: 'main', label: t('compare_same_model')},
					{ref: 'draft', label: t('passage_model_draft', own)},
				]}
				onChange={chosen => {
					second.value = chosen;
				}}
			/>
			{nothing && <p class="quiet small">{t('compare_hint')}</p>}
			{!isSame && ref === SAME_MODEL.ref && (
				<div class="compare-field">
					<span class="quiet small">{t('compare_guide')}</span>
					<span class="compare-guide">
						<GuidanceScale app={app} scale={app.prompt.hand.value.guidance?.scale ?? 1} against={other} />
					</span>
				</div>
			)}
			{error && <ErrorNote message={error.message} action={{label: t('common_retry'), run: retry}} />}
			{params && !answer && !error && <ProgressLine progress={progress} />}
			{answer && (
				<Differences answer={answer} models={ref === 'main' ? null : [own, name || t('passage_model_draft', own)]} />
			)}
		</div>
	);
}

/** @param other null for the same prompt. */
const comparison = (prompt: Parameters<typeof requestOf>[0], other: string | null, model: string) => {
	const {generated: _, ...first} = requestOf(prompt);
	return {
		prompts: [first, other === null ? first : {text: other, appended: []}] as [Prompt, Prompt],
		limit: LISTED,
		...(model === SAME_MODEL.ref ? {} : {model}),
	};
};

function Differences({answer, models}: {answer: CompareAnswer; models: [string, string] | null}) {
	const {changes, first, moved, sameClasses} = answer;
	// One scale for both lists, or a first class of 94 % would look like one of 9 %.
	const longest = Math.max(...first.map(([row], side) => row.standings[side].probability));
	return (
		<>
			<p class="small">{t('compare_moved', percent(moved))}</p>
			{!sameClasses && <p class="small quiet">{t('compare_by_text')}</p>}
			<h3 class="small quiet">{t('compare_changes')}</h3>
			<ol class="compare-changes numbers">
				{changes.slice(0, CHANGES).map(change => (
					<li key={keyOf(change)}>
						<TokenText token={change} />
						<span class="quiet">{shown(change, 0)}</span>
						<span aria-hidden="true">→</span>
						<span>{shown(change, 1)}</span>
						<b class={difference(change) > 0 ? 'up' : 'down'}>{percentagePoints(difference(change))}</b>
					</li>
				))}
			</ol>
			<div class="compare-lists numbers">
				<List side={0} rows={first[0]} longest={longest} label={models?.[0] ?? t('compare_this')} />
				<Lines first={first} />
				<List side={1} rows={first[1]} longest={longest} label={models?.[1] ?? t('compare_other')} />
			</div>
		</>
	);
}

/** Two vocabularies use an id for different classes, and their text tells them apart. */
const keyOf = ({id, text}: Compared) => (text === undefined ? id : `text ${text}`);

/** A class that a model lacks has no probability. */
const shown = ({standings}: Compared, side: 0 | 1) =>
	standings[side].rank === null ? '–' : percent(standings[side].probability);

const difference = ({standings: [a, b]}: Compared) => b.probability - a.probability;

interface ListProps {
	side: 0 | 1;
	rows: readonly Compared[];
	/** The probability of the longest bar. */
	longest: number;
	label: string;
}

function List({side, rows, longest, label}: ListProps) {
	return (
		<section>
			<h3 class="small quiet">{label}</h3>
			<ol aria-label={label}>
				{rows.map(row => (
					<li key={keyOf(row)} style={`--fraction: ${row.standings[side].probability / longest}`}>
						<TokenText token={row} />
						<span>{percent(row.standings[side].probability)}</span>
					</li>
				))}
			</ol>
		</section>
	);
}

const rankText = (rank: number | null) => (rank === null ? '–' : count(rank));

/** A line from a class's place on the left to its place on the right; one that only one list has leads out below it. */
function Lines({first: [left, right]}: {first: CompareAnswer['first']}) {
	const rows = new Map([...left, ...right].map(row => [keyOf(row), row]));
	const height = LISTED * ROW;
	const place = (rank: number | null) => (rank !== null && rank <= LISTED ? (rank - 0.5) * ROW : height + ROW / 2);
	return (
		<svg class="compare-lines" viewBox={`0 0 60 ${height + ROW}`} width="60" height={height + ROW} aria-hidden="true">
			{[...rows.values()].map(row => {
				const [a, b] = row.standings;
				const width = Math.min(6, 1 + 40 * Math.abs(difference(row)));
				return (
					<path
						key={keyOf(row)}
						class={difference(row) > 0 ? 'up' : 'down'}
						d={`M0 ${place(a.rank)}C30 ${place(a.rank)} 30 ${place(b.rank)} 60 ${place(b.rank)}`}
						stroke-width={width}
					>
						<title>{t('common_from_to', rankText(a.rank), rankText(b.rank))}</title>
					</path>
				);
			})}
		</svg>
	);
}
