import {Fragment} from 'preact';
import {sentences, t, tn} from '../../client/browser/i18n.ts';
import type {FindAnswer} from '../../protocol/questions/classes.ts';
import type {ClassRow} from '../../protocol/values/token.ts';
import {rankWidth} from '../../ui/components/class-row.tsx';
import {ErrorNote} from '../../ui/components/error-note.tsx';
import {ordinal, percent} from '../../ui/format.ts';
import {roving} from '../../ui/roving.ts';
import {TokenText} from '../../ui/tokens/token-view.tsx';
import type {Distribution} from '../loop/loop.ts';
import {MAX_WORD} from '../prompt/biases.ts';
import {type Find, foundRows} from '../prompt/find.ts';
import type {Workspace} from '../prompt/workspace.ts';
import {pointing, Rows, type RowsProps} from './class-list.tsx';
import {PushWord} from './push.tsx';
import './find-class.css';

const arrowKeys = roving('vertical');
const QUERY_LENGTH = 200;

interface FieldProps {
	query: string;
	onQuery(query: string): void;
	/** Append the class that was found. */
	onAccept(): void;
}

/** The field that finds a class. It is the head of the list's column, and its spaces can be seen. */
export function FindField({query, onQuery, onAccept}: FieldProps) {
	return (
		<label class="find">
			<span class="find-mirror" aria-hidden="true">
				{[...query].map((character, i) =>
					character === ' ' ? (
						<span key={i} class="white dot">
							{' '}
						</span>
					) : (
						character
					),
				)}
			</span>
			<input
				class="field"
				type="text"
				maxLength={QUERY_LENGTH}
				spellcheck={false}
				autocomplete="off"
				aria-label={t('classes_find')}
				placeholder={t('classes_find_placeholder')}
				value={query}
				onInput={event => onQuery(event.currentTarget.value)}
				onKeyDown={event => {
					if (event.key === 'Enter') onAccept();
					else if (event.key === 'ArrowDown')
						event.currentTarget.closest('.classes')?.querySelector<HTMLElement>('[data-item]')?.focus();
					// The first Escape empties the field; the next closes the popup.
					else if (event.key === 'Escape' && query !== '') onQuery('');
					else return;
					event.preventDefault();
					event.stopPropagation();
				}}
			/>
		</label>
	);
}

/** The class that Enter appends: the most probable one that contains the query. */
export const firstFound = (answer: FindAnswer) => foundRows(answer).at(0) ?? null;

/** Where the query ranks: in a sentence, then as rows on the scale of the list. */
export function Found({app, find, ...shared}: {app: Workspace; find: Find} & RowsProps) {
	const {distribution, pointed} = shared;
	const error = find.error.value;
	const found = error ? null : find.result.value;
	if (error) return <ErrorNote message={error.message} action={{label: t('common_retry'), run: find.retry}} />;
	if (!found) return null;
	const {answer} = found;
	const rows = foundRows(answer);
	return (
		<>
			<div aria-live="polite">
				<Sentence answer={answer} distribution={distribution} />
			</div>
			{!answer.exact && answer.tokens.length > 1 && answer.tokens.length <= MAX_WORD && (
				<PushWord app={app} tokens={answer.tokens} />
			)}
			<ol
				class="class-rows"
				style={`--rank-width: ${rankWidth(rows.map(row => (distribution === 'model' ? row.rank : row.samplingRank)))}`}
				aria-label={t('popup_find_list')}
				aria-busy={find.running.value}
				{...arrowKeys}
				{...pointing(rows, pointed)}
			>
				<Rows {...shared} rows={rows} first={0} />
			</ol>
		</>
	);
}

interface SentenceProps {
	answer: FindAnswer;
	distribution: Distribution;
}

function Sentence({answer, distribution}: SentenceProps) {
	const {exact, spaced, tokens, total} = answer;
	return (
		<p class="small find-answer">
			{exact ? (
				<Place row={exact} distribution={distribution} />
			) : (
				<span>
					{t('popup_find_several', {tokens: tokens.length})}{' '}
					{tokens.map((token, i) => (
						<Fragment key={i}>
							<span class="find-token">
								<TokenText token={token} />
							</span>{' '}
						</Fragment>
					))}
				</span>
			)}
			{spaced && <Place row={spaced} distribution={distribution} />}
			<span class="quiet total">
				{sentences([
					total === 0 ? t('popup_find_none') : tn('popup_find_total', total),
					...(exact && spaced ? [t('popup_find_space')] : []),
					...(firstFound(answer) ? [t('classes_find_enter')] : []),
				])}
			</span>
		</p>
	);
}

/** A class, its rank and its probability. */
const Place = ({row, distribution}: {row: ClassRow; distribution: Distribution}) => (
	<span class="find-place">
		<TokenText token={row} />{' '}
		<b class="numbers">
			{distribution === 'sampling' && row.kept
				? t('popup_find_exact', {
						samplingRank: ordinal(row.samplingRank),
						samplingProbability: percent(row.samplingProbability),
					})
				: t('popup_find_exact', {samplingRank: ordinal(row.rank), samplingProbability: percent(row.probability)})}
		</b>{' '}
		{distribution === 'sampling' && !row.kept && <span class="quiet">{t('popup_find_exact_cut')} </span>}
	</span>
);
