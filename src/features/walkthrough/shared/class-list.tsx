import {useSignal} from '@preact/signals';
import {t} from '../../../client/browser/i18n.ts';
import {useQuery} from '../../../client/use-query.ts';
import type {ClassRow as Row} from '../../../protocol/values/token.ts';
import {ClassRow, rankWidth, SkeletonRow} from '../../../ui/components/class-row.tsx';
import {count, percent} from '../../../ui/format.ts';
import {roving} from '../../../ui/roving.ts';
import {PLAIN, promptOf, type Walk} from '../state/walk.ts';
import {Waiting} from './prose.tsx';

interface Props {
	walk: Walk;
	/** Token id of the class that is chosen; null for the first. */
	chosen: number | null;
	onChoose(row: Row): void;
	title?: string;
}

const SHOWN = 8;

/** The classes after the reader's text, one of which is chosen, and a field to find any other. */
export function ClassList({walk, chosen, onChoose, title}: Props) {
	const query = useSignal('');
	const prompt = promptOf(walk.text.value);
	const classes = useQuery(walk.engine, 'classes', {prompt, generation: PLAIN, limit: SHOWN});
	const found = useQuery(
		walk.engine,
		'find',
		query.value === '' ? null : {prompt, generation: PLAIN, query: query.value, limit: SHOWN},
	);
	const rows = query.value === '' ? classes.answer?.model : found.answer?.rows;
	const {answer, error} = classes;
	const most = answer ? answer.model[0].probability : 1;
	const rest = answer ? 1 - answer.model.reduce((sum, row) => sum + row.probability, 0) : 0;
	return (
		<section class="class-list" aria-busy={!rows && !error}>
			<h2>{title ?? (answer ? t('walk_which_class', {vocabSize: count(answer.vocabSize)}) : t('walk_classes'))}</h2>
			<input
				class="field"
				type="search"
				value={query.value}
				placeholder={t('walk_find_class')}
				aria-label={t('walk_find_class')}
				onInput={event => {
					query.value = event.currentTarget.value;
				}}
			/>
			{error && <Waiting {...classes} />}
			<div
				class="class-rows no-logit"
				style={`--rank-width: ${rankWidth(rows?.map(row => row.rank) ?? [])}`}
				{...roving('vertical')}
			>
				{rows
					? rows.map((row, i) => (
							<div key={row.id} class={row.id === (chosen ?? rows[0].id) ? 'is-chosen' : undefined}>
								<ClassRow
									token={row}
									rank={row.rank}
									probability={row.probability}
									fraction={row.probability / most}
									tabIndex={i === 0 ? 0 : -1}
									onChoose={() => onChoose(row)}
								/>
							</div>
						))
					: Array.from({length: SHOWN}, (_, i) => <SkeletonRow key={i} fraction={1 / (i + 1.5)} />)}
			</div>
			{answer && query.value === '' && (
				<p class="quiet small">
					{t('walk_others_share', {vocabSize: count(answer.vocabSize - answer.model.length), rest: percent(rest)})}
				</p>
			)}
			{query.value !== '' && rows?.length === 0 && <p class="quiet small">{t('walk_none_found')}</p>}
		</section>
	);
}

/** A class's exact text in quotation marks, for sentences. */
export const quoted = (visible: string) => t('walk_quoted', {word: visible});
