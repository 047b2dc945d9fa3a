import {useState} from 'preact/hooks';
import {t, tn} from '../../client/browser/i18n.ts';
import type {Engine} from '../../client/query.ts';
import {useQuery} from '../../client/use-query.ts';
import type {ClassesAnswer} from '../../protocol/questions/classes.ts';
import {spelledToken} from '../../protocol/values/spell.ts';
import type {ClassRow as Row} from '../../protocol/values/token.ts';
import {ClassRow, SkeletonRow} from '../../ui/components/class-row.tsx';
import {ErrorNote} from '../../ui/components/error-note.tsx';
import {ProgressLine} from '../../ui/components/progress-line.tsx';
import {roving} from '../../ui/roving.ts';
import {foundRows} from '../prompt/find.ts';
import type {TokenPlace} from './stages.tsx';

const LISTED = 20;

interface Props {
	engine: Engine;
	place: TokenPlace;
	onChoose(row: Row, answer: Pick<ClassesAnswer, 'model'>): void;
}

/** The classes that a token could have been, to choose another one from; any class can be found by its text. */
export function ClassPicker({engine, place: {token, prompt: before, generated, generation}, onChoose}: Props) {
	const appended = [...before.appended, ...generated.map(spelledToken)];
	const prompt = {...before, appended, generated: generated.length};
	const [query, setQuery] = useState('');
	const classes = useQuery(engine, 'classes', {prompt, generation, limit: LISTED});
	const found = useQuery(engine, 'find', query === '' ? null : {prompt, generation, query, limit: LISTED});
	const {answer} = classes;
	const rows = query === '' ? answer?.model : found.answer && foundRows(found.answer);
	const failed = classes.error ? classes : found;
	const longest = answer?.model[0].probability ?? 1;
	return (
		<>
			<p class="quiet small">{t('strategies_choose_lead')}</p>
			<label class="find-class">
				<span class="quiet small">{t('strategies_find')}</span>
				<input
					class="field mono"
					value={query}
					maxLength={200}
					spellcheck={false}
					placeholder={t('strategies_find_example')}
					onInput={event => setQuery(event.currentTarget.value)}
				/>
			</label>
			{failed.error && (
				<ErrorNote message={failed.error.message} action={{label: t('common_retry'), run: failed.retry}} />
			)}
			{!answer && !classes.error && <ProgressLine progress={classes.progress} />}
			<ol class="class-rows" aria-label={t('strategies_pick_list')} {...roving('vertical')}>
				{rows && answer
					? rows.map((row, index) => (
							<li key={row.id} class={row.id === token.id ? 'is-chosen' : undefined}>
								<ClassRow
									token={row}
									rank={row.rank}
									logit={row.logit}
									probability={row.probability}
									fraction={row.probability / longest}
									cut={!row.kept}
									tabIndex={index === 0 ? 0 : -1}
									onChoose={() => onChoose(row, answer)}
								/>
							</li>
						))
					: !failed.error && Array.from({length: 6}, (_, i) => <SkeletonRow key={i} fraction={0.6 ** i} />)}
			</ol>
			{found.answer && query !== '' && <p class="quiet small">{tn('strategies_found', found.answer.total)}</p>}
		</>
	);
}
