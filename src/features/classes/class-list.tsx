import type {Signal} from '@preact/signals';
import {useEffect, useLayoutEffect, useRef} from 'preact/hooks';
import {enumeration, t, tn} from '../../client/browser/i18n.ts';
import type {Generation} from '../../engine/parameters/registry.ts';
import type {ClassesAnswer} from '../../protocol/questions/classes.ts';
import type {DrawAnswer} from '../../protocol/questions/draw.ts';
import type {ClassRow as Row} from '../../protocol/values/token.ts';
import {ClassRow, rankWidth, SkeletonRow} from '../../ui/components/class-row.tsx';
import {count, percent} from '../../ui/format.ts';
import {roving} from '../../ui/roving.ts';
import type {Band} from '../../ui/tokens/rank-bands.ts';
import type {Distribution} from '../loop/loop.ts';
import {type ByHand, HandRow} from './hand-row.tsx';
import {cuttingSettings, listedClasses} from './listed-classes.ts';
import './class-list.css';

/** A class that was chosen or drawn from the list on screen. */
export interface HighlightedClass {
	id: number;
	band: Band;
	/** Of a draw: its row, for a class that the list has no room for. */
	drawn?: DrawAnswer;
}

/** The props that all lists of classes in this view share. */
export interface RowsProps {
	distribution: Distribution;
	/** The probability at the end of the bars' scale. */
	end: number;
	lit: HighlightedClass | null;
	/** The class that is pointed at. Its figures are shown elsewhere, so that nothing covers the rows. */
	pointed: Signal<Row | null>;
	onChoose(row: Row): void;
	/** Push and forbid; left out where rows are only looked at. */
	byHand?: ByHand;
}

const arrowKeys = roving('vertical');

interface ListProps extends RowsProps {
	answer: ClassesAnswer;
	generation: Generation;
	/** The rows belong to an earlier question. */
	busy: boolean;
	/** That has lasted for a while, so it shows. */
	stale: boolean;
}

/** The ranked classes; below a dashed rule, the first of those that the settings cut. */
export function ClassList({answer, generation, busy, stale, ...shared}: ListProps) {
	const {distribution, pointed} = shared;
	const {kept, cut, rank} = listedClasses(answer, distribution);
	const list = useRef<HTMLDivElement>(null);
	const focused = list.current?.contains(document.activeElement) ? itemOf(document.activeElement) : undefined;
	useLayoutEffect(() => {
		// The row under the pointer is another class now.
		pointed.value = null;
	}, [answer]);
	useLayoutEffect(() => {
		if (focused === undefined || document.activeElement !== document.body) return;
		// A row that moves loses the focus, and one that went with the last answer (a choice, an undo) has had it.
		const items = [...list.current!.querySelectorAll<HTMLElement>('[data-item]')];
		(items.find(item => itemOf(item) === focused) ?? items[0])?.focus();
	});
	const lit = shared.lit?.id;
	useEffect(() => {
		// The class that lights up is seen; with the next answer the list is at its top again.
		list.current?.querySelector('.lit')?.scrollIntoView({block: 'nearest'});
		if (lit === undefined) list.current?.parentElement?.scrollTo({top: 0});
	}, [lit]);
	const rows = [...kept, ...cut];
	return (
		<div
			ref={list}
			class={stale ? 'class-rows stale' : 'class-rows'}
			style={rows.some(row => rank(row) > WIDE_RANK) ? `--rank-width: ${rankWidth(rows.map(rank))}` : undefined}
			aria-busy={busy}
			{...arrowKeys}
			{...pointing(rows, pointed)}
		>
			<ol aria-label={t('popup_classes_list')}>
				<Rows {...shared} rows={kept} first={0} />
				{shared.lit?.drawn && !kept.some(row => row.id === lit) && (
					<Beyond drawn={shared.lit.drawn} end={shared.end} band={shared.lit.band} />
				)}
			</ol>
			{distribution === 'sampling' && <Rule answer={answer} generation={generation} />}
			{cut.length > 0 && (
				<ol aria-label={t('popup_classes_cut')}>
					<Rows {...shared} rows={cut} first={kept.length} />
				</ol>
			)}
			{cut.length > 0 && (
				<p class="more quiet small">
					{tn('popup_classes_cut_rest', answer.vocabSize - answer.keptCount, {
						keptProbability: percent(1 - answer.keptProbability),
					})}
				</p>
			)}
		</div>
	);
}

/** Names the class that a row's button is of. */
const itemOf = (element: Element | null) => (element as HTMLElement | null)?.dataset.tip;

/** The row of a class that was drawn from beyond the end of the list. */
function Beyond({drawn, end, band}: {drawn: DrawAnswer; end: number; band: Band}) {
	const {samplingRank, samplingProbability} = drawn;
	return (
		<li>
			<ClassRow
				token={drawn}
				rank={samplingRank}
				probability={samplingProbability}
				fraction={samplingProbability / end}
				lit={band}
			/>
		</li>
	);
}

/** A rank that needs more room than those of the list. */
const WIDE_RANK = 999;

interface SomeRows extends RowsProps {
	rows: readonly Row[];
	/** Place of the first of them among the items that arrow keys walk. */
	first: number;
}

/** Classes as list items. */
export function Rows({rows, first, distribution, end, lit, onChoose, byHand}: SomeRows) {
	return rows.map((row, i) => {
		const isCut = distribution === 'sampling' && !row.kept;
		// A class that was cut shows the probability that the model itself gives it.
		const probability = distribution === 'model' || isCut ? row.probability : row.samplingProbability;
		return (
			<HandRow key={row.id} row={row} byHand={byHand}>
				<ClassRow
					token={row}
					rank={distribution === 'model' ? row.rank : row.samplingRank}
					logit={row.logit}
					probability={probability}
					fraction={probability / end}
					cut={isCut}
					hatched={byHand?.forbiddenAt(row) != null || row.fits === false}
					marks={
						distribution === 'sampling' && row.against !== undefined
							? {own: row.probability / end, other: row.against / end}
							: undefined
					}
					lit={lit?.id === row.id ? lit.band : undefined}
					tabIndex={first + i === 0 ? 0 : -1}
					tip={String(row.id)}
					onChoose={() => onChoose(row)}
				/>
			</HandRow>
		);
	});
}

/** Handlers of a list by which `pointed` follows the pointer and the focus. */
export function pointing(rows: readonly Row[], pointed: Signal<Row | null>) {
	const follow = ({target}: Event) => {
		const element = target instanceof Element ? target.closest<HTMLElement>('.class-row') : null;
		pointed.value = rows.find(row => String(row.id) === element?.dataset.tip) ?? null;
	};
	const leave = () => {
		pointed.value = null;
	};
	return {
		onPointerOver: follow,
		onFocusCapture: follow,
		onPointerLeave: leave,
		onFocusOut: leave,
	};
}

/** The probability of all classes that are not listed, below the list; it does not scroll with it. */
export function OtherClasses({answer, distribution}: {answer: ClassesAnswer | null; distribution: Distribution}) {
	if (!answer) return <div class="class-columns rest" />;
	const {kept, probability, more} = listedClasses(answer, distribution);
	const listed = kept.reduce((sum, row) => sum + probability(row), 0);
	if (more === 0) return <div class="class-columns rest" />;
	return (
		<div class="class-columns rest">
			<span class="rank" />
			<span class="others">{tn('classes_others', more)}</span>
			<span class="probability">{percent(Math.max(0, 1 - listed))}</span>
		</div>
	);
}

/** The rule between kept and cut classes: how many are kept, and the probability that the model itself gives them. */
function Rule({answer, generation}: {answer: ClassesAnswer; generation: Generation}) {
	const settings = enumeration(cuttingSettings(generation)) || t('popup_rule_settings');
	const all = answer.keptCount === answer.vocabSize;
	return (
		<p class="rule">
			{all
				? t('popup_rule_all', {vocabSize: count(answer.vocabSize)})
				: tn('popup_rule', answer.keptCount, {settings, keptProbability: percent(answer.keptProbability)})}
		</p>
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
