import {Fragment} from 'preact';
import {useEffect, useMemo} from 'preact/hooks';
import type {FindAnswer, ClassRow as Row} from '../../../protocol/engine.ts';
import {ClassRow, rankWidth} from '../../../ui/components/class-row.tsx';
import {ErrorNote} from '../../../ui/components/error-note.tsx';
import {TipArea} from '../../../ui/components/tip-area.tsx';
import {ordinal, percent} from '../../../ui/format.ts';
import {t, tn} from '../../../ui/i18n.ts';
import {roving} from '../../../ui/roving.ts';
import {TokenText} from '../../../ui/tokens/token-view.tsx';
import type {App} from '../../app.ts';
import {createFind} from '../../state/find.ts';
import {ClassTip} from './class-list.tsx';

interface Props {
	app: App;
	distribution: 'model' | 'sampling';
	onChoose(row: Row): void;
}

const walk = roving('vertical');
const QUERY_LENGTH = 200;

/** "Where does [ Paris] rank?": the exact class, and those that contain the text. */
export function FindClass({app, distribution, onChoose}: Props) {
	const query = useMemo(() => app.session.slot('query', ''), [app]);
	const find = useMemo(() => createFind(app, query), [app, query]);
	useEffect(find.follow, [find]);
	const error = find.error.value;
	const found = error ? null : find.result.value;
	const rank = (row: Row) => (distribution === 'model' ? row.rank : row.samplingRank);
	return (
		<div class="find-section">
			<label class="find">
				<span>{t('popup_find_before')}</span>
				<span class="find-field">
					<span class="find-mirror" aria-hidden="true">
						{[...query.value].map((character, i) =>
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
						placeholder={t('popup_find_placeholder')}
						value={query.value}
						onInput={event => {
							query.value = event.currentTarget.value;
						}}
					/>
				</span>
				<span>{t('popup_find_after')}</span>
			</label>
			<div aria-live="polite">
				{error && <ErrorNote message={error.message} action={{label: t('common_retry'), run: find.retry}} />}
				{found && <Exact answer={found.answer} query={found.params.query} distribution={distribution} />}
			</div>
			{found && found.answer.rows.length > 0 && (
				<TipArea content={id => findTip(found.answer.rows, id)}>
					<ol
						class="class-rows"
						style={`--rank-width: ${rankWidth(found.answer.rows.map(rank))}`}
						aria-label={t('popup_find_list')}
						{...walk}
					>
						{found.answer.rows.map((row, i) => (
							<li key={row.id}>
								<ClassRow
									token={row}
									rank={rank(row)}
									logit={row.logit}
									probability={distribution === 'model' || !row.kept ? row.probability : row.samplingProbability}
									fraction={row.probability / (found.answer.rows[0].probability || 1)}
									cut={distribution === 'sampling' && !row.kept}
									tabIndex={i === 0 ? 0 : -1}
									tip={String(row.id)}
									onChoose={() => onChoose(row)}
								/>
							</li>
						))}
					</ol>
				</TipArea>
			)}
		</div>
	);
}

function findTip(rows: readonly Row[], id: string) {
	const row = rows.find(item => item.id === Number(id));
	return row && <ClassTip row={row} />;
}

/** The answer in a sentence. */
function Exact({answer, query, distribution}: {answer: FindAnswer; query: string; distribution: string}) {
	const {exact, tokens, total} = answer;
	return (
		<p class="small find-answer">
			{exact ? (
				<>
					<TokenText token={exact} />{' '}
					<b class="numbers">
						{distribution === 'sampling' && exact.kept
							? t('popup_find_exact', ordinal(exact.samplingRank), percent(exact.samplingProbability))
							: t('popup_find_exact', ordinal(exact.rank), percent(exact.probability))}
					</b>{' '}
					{distribution === 'sampling' && !exact.kept && <span class="quiet">{t('popup_find_exact_cut')} </span>}
				</>
			) : (
				<span>
					{t('popup_find_several', tokens.length)}{' '}
					{tokens.map((token, i) => (
						<Fragment key={i}>
							<span class="find-token">
								<TokenText token={token} />
							</span>{' '}
						</Fragment>
					))}
				</span>
			)}
			<span class="quiet total">
				{total === 0 ? t('popup_find_none') : tn('popup_find_total', total)}
				{exact && !query.startsWith(' ') && ` ${t('popup_find_space')}`}
			</span>
		</p>
	);
}
