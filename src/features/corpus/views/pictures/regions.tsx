import {scaleLinear, scalePoint} from 'd3-scale';
import {useMemo} from 'preact/hooks';
import {t} from '../../../../client/browser/i18n.ts';
import {Figure} from '../../../../ui/figures/figure.tsx';
import {Picture} from '../../../../ui/figures/picture.tsx';
import {fitting, flow, monoWidth} from '../../../../ui/figures/text-width.ts';
import {useWidth} from '../../../../ui/figures/use-width.ts';
import {count, decimal} from '../../../../ui/format.ts';
import {type RegionMean, regionMeans} from '../../state/pictures.ts';
import type {Result} from '../../state/results.ts';
import {Axis} from './axis.tsx';

interface Props {
	all: readonly Result[];
	/** Names of the models. */
	note: string;
}

const HEIGHT = 220;
const LEFT = 44;
const LEGEND_ROW = 22;
/** Conditions that a picture can tell apart; the numbers have all of them. */
const DRAWN = 6;

/** Surprisal by region and condition: means with their intervals, those of a condition joined by a line. */
export function Regions({all, note}: Props) {
	const [ref, width] = useWidth<HTMLDivElement>();
	const means = useMemo(() => regionMeans(all), [all]);
	if (means.length === 0) return null;
	const conditions = [...new Set(means.map(({condition}) => condition))];
	const drawn = conditions.slice(0, DRAWN);
	const names = drawn.map(name => fitting(name, width / 2));
	const places = flow(
		names.map(name => monoWidth(name) + 24),
		width,
		14,
	);
	const top = drawn.length > 1 ? (places[places.length - 1].row + 1) * LEGEND_ROW + 8 : 8;
	const shown = means.filter(({condition}) => drawn.includes(condition));
	const y = scaleLinear([0, Math.max(...shown.map(({mean, high}) => high ?? mean))], [top + HEIGHT, top]).nice();
	const positions = [...new Set(means.map(({position}) => position))];
	const x = scalePoint(positions, [LEFT, width]).padding(0.6);
	/** Side by side, so that intervals do not cover each other. */
	const beside = (i: number) => (i - (drawn.length - 1) / 2) * Math.min(14, x.step() / (drawn.length + 2) || 14);
	const title = t('desk_regions_title');
	return (
		<Figure
			name="regions"
			title={title}
			note={note}
			numbers={() => ({
				columns: COLUMNS.map(column => t(`desk_picture_${column}`)),
				rows: means.map(({position, condition, n, mean, low, high}) => [
					count(position),
					condition,
					count(n),
					decimal(mean, 3),
					low === null ? '–' : decimal(low, 3),
					high === null ? '–' : decimal(high, 3),
				]),
			})}
			csv={() => [
				['region', 'condition', 'n', 'mean_corrected_surprisal_bits', 'low_95', 'high_95'],
				...means.map(({position, condition, n, mean, low, high}) => [
					position,
					condition,
					n,
					mean,
					low ?? '',
					high ?? '',
				]),
			]}
		>
			<div ref={ref}>
				<Picture width={width} height={top + HEIGHT + 40} label={title}>
					{drawn.length > 1 &&
						names.map((name, i) => (
							<g key={name} transform={`translate(${places[i].x}, ${places[i].row * LEGEND_ROW})`}>
								<Mark of={i} x={7} y={9} />
								<text class="mono" x={20} y={14}>
									{name}
								</text>
							</g>
						))}
					<Axis scale={y} left={LEFT} width={width} label={t('desk_bits')} />
					{positions.map(position => (
						<text key={position} x={x(position)} y={top + HEIGHT + 18} text-anchor="middle">
							{count(position)}
						</text>
					))}
					<text class="quiet-text" x={(LEFT + width) / 2} y={top + HEIGHT + 36} text-anchor="middle">
						{t('desk_picture_region')}
					</text>
					{drawn.map((condition, i) => (
						<Series
							key={condition}
							of={i}
							means={shown.filter(mean => mean.condition === condition)}
							x={position => x(position)! + beside(i)}
							y={y}
						/>
					))}
				</Picture>
			</div>
			{conditions.length > DRAWN && <p class="quiet small">{t('desk_regions_drawn', {drawn: count(DRAWN)})}</p>}
		</Figure>
	);
}

const COLUMNS = ['region', 'condition', 'n', 'mean', 'low', 'high'] as const;

interface SeriesProps {
	of: number;
	means: readonly RegionMean[];
	x(position: number): number;
	y(bits: number): number;
}

const Series = ({of, means, x, y}: SeriesProps) => (
	<g class={`series-${of + 1}`}>
		<path class="joined" d={`M${means.map(({position, mean}) => `${x(position)} ${y(mean)}`).join('L')}`} />
		{means.map(({position, mean, low, high}) => (
			<g key={position}>
				{low !== null && high !== null && (
					<path
						class="interval"
						d={`M${x(position)} ${y(low)}V${y(high)}M${x(position) - 4} ${y(low)}h8M${x(position) - 4} ${y(high)}h8`}
					/>
				)}
				<Mark of={of} x={x(position)} y={y(mean)} />
			</g>
		))}
	</g>
);

/** Shapes beside colours: not everyone tells those apart. */
const SHAPES = [
	'M-5 0a5 5 0 1 0 10 0a5 5 0 1 0 -10 0z',
	'M-4.5 -4.5h9v9h-9z',
	'M0 -5.5L5.5 4.5h-11z',
	'M0 -6L6 0L0 6L-6 0z',
	'M0 5.5L5.5 -4.5h-11z',
	'M-5.5 -1.7h3.8v-3.8h3.4v3.8h3.8v3.4h-3.8v3.8h-3.4v-3.8h-3.8z',
];

const Mark = ({of, x, y}: {of: number; x: number; y: number}) => (
	<path class={`mark series-${of + 1}`} transform={`translate(${x}, ${y})`} d={SHAPES[of]} />
);
