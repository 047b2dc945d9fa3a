import {useLayoutEffect, useRef} from 'preact/hooks';
import type {Generation} from '../../../parameters/registry.ts';
import type {ClassesAnswer, ClassRow as Row} from '../../../protocol/engine.ts';
import {ClassRow, rankWidth, SkeletonRow} from '../../../ui/components/class-row.tsx';
import {TipArea} from '../../../ui/components/tip-area.tsx';
import {count, decimal, ordinal, percent} from '../../../ui/format.ts';
import {t, tn} from '../../../ui/i18n.ts';
import {roving} from '../../../ui/roving.ts';
import {TokenText} from '../../../ui/tokens/token-view.tsx';
import {cuttingSettings, listedClasses} from './kept.ts';

interface Props {
	answer: ClassesAnswer;
	distribution: 'model' | 'sampling';
	generation: Generation;
	/** The rows belong to an earlier question. */
	busy: boolean;
	/** That has held for a while, so it shows. */
	stale: boolean;
	onChoose(row: Row): void;
}

const walk = roving('vertical');

/** The ranked classes; below a dashed rule, the first of those that the sampling settings cut. */
export function ClassList({answer, distribution, generation, busy, stale, onChoose}: Props) {
	const {kept, cut, probability, rank, more} = listedClasses(answer, distribution);
	const list = useRef<HTMLDivElement>(null);
	const chosen = useRef(false);
	useLayoutEffect(() => {
		// The row that was chosen is gone, and the focus with it: go on at the first row of the next answer.
		if (chosen.current && document.activeElement === document.body) {
			list.current?.querySelector<HTMLElement>('[data-item]')?.focus();
		}
		chosen.current = false;
	}, [answer]);
	const first = kept.length > 0 ? probability(kept[0]) : 1;
	const rows = [...kept, ...cut];
	const row = (item: Row, i: number) => (
		<li key={item.id}>
			<ClassRow
				token={item}
				rank={rank(item)}
				logit={item.logit}
				probability={probability(item)}
				fraction={probability(item) / first}
				cut={distribution === 'sampling' && !item.kept}
				tabIndex={i === 0 ? 0 : -1}
				tip={String(item.id)}
				onChoose={() => {
					chosen.current = true;
					onChoose(item);
				}}
			/>
		</li>
	);
	const tip = (id: string) => {
		const found = rows.find(item => item.id === Number(id));
		return found && <ClassTip row={found} />;
	};
	return (
		<TipArea content={tip}>
			<div
				ref={list}
				class={stale ? 'class-rows stale' : 'class-rows'}
				style={`--rank-width: ${rankWidth(rows.map(rank))}`}
				aria-busy={busy}
				{...walk}
			>
				<ol aria-label={t('popup_classes_list')}>{kept.map(row)}</ol>
				{more > 0 && <p class="more quiet small">{tn('popup_classes_more', more)}</p>}
				{distribution === 'sampling' && <Rule answer={answer} generation={generation} />}
				{cut.length > 0 && (
					<ol aria-label={t('popup_classes_cut')}>{cut.map((item, i) => row(item, kept.length + i))}</ol>
				)}
				{cut.length > 0 && (
					<p class="more quiet small">
						{tn('popup_classes_cut_rest', answer.vocabSize - answer.keptCount, percent(1 - answer.keptProbability))}
					</p>
				)}
			</div>
		</TipArea>
	);
}

/** What the settings kept: how many classes, and what probability the model itself gives them. */
function Rule({answer, generation}: {answer: ClassesAnswer; generation: Generation}) {
	const settings = cuttingSettings(generation).join(', ') || t('popup_rule_settings');
	const all = answer.keptCount === answer.vocabSize;
	return (
		<p class="rule">
			{all
				? t('popup_rule_all', count(answer.vocabSize))
				: tn('popup_rule', answer.keptCount, settings, percent(answer.keptProbability))}
		</p>
	);
}

/** All the numbers of one class. */
export function ClassTip({row}: {row: Row}) {
	return (
		<>
			<TokenText token={row} />
			<dl>
				<dt>{t('popup_token_id')}</dt>
				<dd>{row.id}</dd>
				<dt>{t('popup_tip_logit')}</dt>
				<dd>{decimal(row.logit, 3)}</dd>
				<dt>{t('popup_tip_model')}</dt>
				<dd>{t('popup_tip_rank_and_probability', ordinal(row.rank), percent(row.probability))}</dd>
				<dt>{t('popup_tip_sampling')}</dt>
				<dd>
					{row.kept
						? t('popup_tip_rank_and_probability', ordinal(row.samplingRank), percent(row.samplingProbability))
						: t('popup_tip_cut')}
				</dd>
			</dl>
		</>
	);
}

/** As many rows as will come, as high as they will be. */
export function ClassListSkeleton({rows}: {rows: number}) {
	return (
		<div class="class-rows" aria-hidden="true">
			{Array.from({length: rows}, (_, i) => (
				<SkeletonRow key={i} fraction={0.9 * 0.86 ** i} />
			))}
		</div>
	);
}
