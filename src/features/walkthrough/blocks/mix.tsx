import {useSignal} from '@preact/signals';
import {scaleLinear} from 'd3-scale';
import {t, tn} from '../../../client/browser/i18n.ts';
import type {MixAnswer} from '../../../protocol/questions/head-at-work.ts';
import {Figure} from '../../../ui/figures/figure.tsx';
import {Picture} from '../../../ui/figures/picture.tsx';
import {fitting, monoWidth} from '../../../ui/figures/text-width.ts';
import {useWidth} from '../../../ui/figures/use-width.ts';
import {count, decimal, percent} from '../../../ui/format.ts';
import {roving} from '../../../ui/roving.ts';
import {spokenToken, visibleToken} from '../../../ui/tokens/token-text.ts';
import {Cells} from '../shared/cells.tsx';
import {quoted} from '../shared/class-list.tsx';
import {fullColour} from '../shared/full-colour.ts';
import {lookable} from '../shared/pressable.ts';
import {StripLegend} from '../shared/strips.tsx';
import type {Looked} from './chosen.ts';
import {Score} from './score.tsx';

const TOP = 24;
const ROW = 26;
/** Width of a score and of a weight as figures, and of a number in a strip. */
const NUMBER = 54;
const CELL = 5;
/** Below this width there is room for figures, but not for bars beside them. */
const NARROW = 560;

interface Props {
	answer: MixAnswer & Looked;
}

/** One head at one position, worked through: scores, their softmax, and the values that are added up by it. */
export function Mix({answer}: Props) {
	const {block, head, token, query, rows, others, mixed, position} = answer;
	const [ref, width] = useWidth<HTMLDivElement>();
	const chosen = useSignal<number | null>(null);
	const most = rows.reduce((best, row, i) => (row.weight > rows[best].weight ? i : best), 0);
	const at = chosen.value !== null && chosen.value < rows.length ? chosen.value : most;
	const labels = rows.map(row => visibleToken(row));
	const title = t('walk_mix_figure', {block: count(block), head: count(head), token: quoted(visibleToken(token))});
	const weighted = rows.map(({value, weight}) => value.map(x => x * weight));
	const full = fullColour(rows.flatMap(({value}) => value));
	const columns = columnsOf(width, Math.max(...labels.map(monoWidth)), query.length);
	const told = (i: number) =>
		t('walk_mix_told', {labels: quoted(labels[i]), score: decimal(rows[i].score), weight: percent(rows[i].weight)});
	const y = (i: number) => TOP + i * ROW;
	const sumRow = rows.length + (others.count > 0 ? 1 : 0);
	const strip = {full, y: 5, width: columns.strip, height: ROW - 10};
	const shown = (values: readonly number[]) => values.slice(0, columns.shown);
	return (
		<>
			<Figure
				name={`head-${block}-${head}-at-${position + 1}`}
				title={title}
				numbers={() => ({
					columns: [
						t('walk_column_position'),
						t('walk_column_token'),
						t('walk_column_score'),
						t('walk_column_weight'),
						t('walk_column_value_length'),
					],
					rows: rows.map(({position, score, weight, value}, i) => [
						count(position + 1),
						labels[i],
						decimal(score, 4),
						percent(weight),
						decimal(Math.hypot(...value), 4),
					]),
				})}
				csv={() => [
					['position', 'token', 'score', 'weight', 'what', ...query.map((_, c) => c + 1)],
					[position + 1, visibleToken(token), '', '', 'query', ...query],
					...rows.flatMap(({position, score, weight, key, value}, i) => [
						[position + 1, labels[i], score, weight, 'key', ...key],
						[position + 1, labels[i], score, weight, 'value', ...value],
					]),
					['', '', '', others.weight, 'others', ...others.added],
					['', '', '', 1, 'mixed', ...mixed],
				]}
			>
				<div ref={ref} {...roving('both')}>
					<Picture width={width} height={y(sumRow + 1) + 4} label={title} interactive>
						<Header columns={columns} of={query.length} />
						{rows.map((row, i) => (
							<g
								key={row.position}
								class="pressable"
								transform={`translate(0, ${y(i)})`}
								aria-label={t('walk_mix_row', {
									row: spokenToken(row),
									score: decimal(row.score),
									weight: percent(row.weight),
								})}
								{...lookable(() => {
									chosen.value = i;
								}, i === at)}
							>
								<rect class={i === at ? 'strip-ground' : 'hit'} width={width} height={ROW} rx={3} />
								<text class={i === at ? 'mono target' : 'mono'} x={2} y={17}>
									{fitting(labels[i], columns.score - 10)}
								</text>{' '}
								<Amount x={columns.score} text={decimal(row.score)} />{' '}
								<ScoreBar rows={rows} score={row.score} columns={columns} />
								<Amount x={columns.weight} text={percent(row.weight)} />
								<WeightBar weight={row.weight} columns={columns} />
								{columns.value !== null && <Cells {...strip} values={shown(row.value)} x={columns.value} />}
								<Cells {...strip} values={shown(weighted[i])} x={columns.weighted} />
							</g>
						))}
						{others.count > 0 && (
							<g transform={`translate(0, ${y(rows.length)})`}>
								<text class="quiet-text" x={2} y={17}>
									{tn('walk_mix_others', others.count)}
								</text>
								<Amount x={columns.weight} text={percent(others.weight)} />
								<WeightBar weight={others.weight} columns={columns} />
								<Cells {...strip} values={shown(others.added)} x={columns.weighted} />
							</g>
						)}
						<g transform={`translate(0, ${y(sumRow)})`}>
							<line class="axis" x1={0} x2={width} y1={1} y2={1} />
							<text class="quiet-text" x={columns.weighted - 10} y={18} text-anchor="end">
								{t('walk_mix_sum')}
							</text>
							<Cells {...strip} values={shown(mixed)} x={columns.weighted} />
						</g>
					</Picture>
				</div>
				<p class="readout">{told(at)}</p>
				<StripLegend />
			</Figure>
			<Score answer={answer} row={rows[at]} />
		</>
	);
}

interface Columns {
	/** Where each begins; a strip of values only where there is room. */
	score: number;
	weight: number;
	value: number | null;
	weighted: number;
	/** How long bars are, 0 where there is no room, and strips. */
	bar: number;
	strip: number;
	/** How many numbers of a vector a strip shows. */
	shown: number;
}

function columnsOf(width: number, label: number, numbers: number): Columns {
	const wide = width >= NARROW;
	const score = Math.min(label + 14, width * (wide ? 0.2 : 0.3));
	const bar = wide ? Math.min(90, width * 0.1) : 0;
	const weight = score + NUMBER + (wide ? bar + 14 : 4);
	const strips = weight + NUMBER + (wide ? bar + 18 : 10);
	const strip = wide ? (width - strips - 14) / 2 : width - strips;
	const shown = Math.max(1, Math.min(numbers, Math.floor(strip / CELL)));
	return {
		score,
		weight,
		value: wide ? strips : null,
		weighted: wide ? strips + strip + 14 : strips,
		bar,
		strip,
		shown,
	};
}

function Header({columns, of}: {columns: Columns; of: number}) {
	const heading = (x: number, text: string) => (
		<text class="quiet-text" x={x} y={14}>
			{text}
		</text>
	);
	return (
		<>
			{heading(columns.score, t('walk_mix_score'))}
			{heading(columns.weight, t('walk_mix_weight'))}
			{columns.value !== null &&
				heading(columns.value, t('walk_mix_value', {shown: count(columns.shown), of: count(of)}))}
			{heading(columns.weighted, t('walk_mix_weighted'))}
		</>
	);
}

const Amount = ({x, text}: {x: number; text: string}) => (
	<text class="numbers-text" x={x + NUMBER - 6} y={17} text-anchor="end">
		{text}
	</text>
);

function ScoreBar({rows, score, columns}: {rows: MixAnswer['rows']; score: number; columns: Columns}) {
	if (columns.bar === 0) return null;
	const scores = rows.map(row => row.score);
	const x = scaleLinear([Math.min(0, ...scores), Math.max(0, ...scores)], [0, columns.bar]);
	const [from, to] = [x(0), x(score)].sort((a, b) => a - b);
	return (
		<rect
			class={score < 0 ? 'down' : 'was'}
			x={columns.score + NUMBER + from}
			y={6}
			width={Math.max(1, to - from)}
			height={ROW - 12}
			rx={2}
		/>
	);
}

function WeightBar({weight, columns}: {weight: number; columns: Columns}) {
	if (columns.bar === 0) return null;
	const place = {x: columns.weight + NUMBER, y: 6, height: ROW - 12, rx: 2};
	return (
		<>
			<rect class="track" {...place} width={columns.bar} />
			<rect class="up" {...place} width={Math.max(1, columns.bar * weight)} />
		</>
	);
}
