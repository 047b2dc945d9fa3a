import {useSignal} from '@preact/signals';
import {scaleLinear} from 'd3-scale';
import {useMemo} from 'preact/hooks';
import {number, t, tn} from '../../../../client/browser/i18n.ts';
import {Segmented} from '../../../../ui/components/segmented.tsx';
import {Figure} from '../../../../ui/figures/figure.tsx';
import {Picture} from '../../../../ui/figures/picture.tsx';
import {useWidth} from '../../../../ui/figures/use-width.ts';
import {count, significant} from '../../../../ui/format.ts';
import {histogramOf, TOTALS, type Total} from '../../state/pictures.ts';
import type {Result} from '../../state/results.ts';
import {Axis} from './axis.tsx';

const HEIGHT = 150;
const TOP = 18;
const LEFT = 52;

/** How the totals of all texts are distributed. */
export function Totals({all, note}: {all: readonly Result[]; note: string}) {
	const [ref, width] = useWidth<HTMLDivElement>();
	const total = useSignal<Total>('bitsPerToken');
	const histogram = useMemo(() => histogramOf(all, total.value), [all, total.value]);
	if (!histogram) return null;
	const {bins, n, median} = histogram;
	const name = t(`desk_total_${total.value}`);
	const title = tn('desk_totals_title', n, {name, median: significant(median)});
	const y = scaleLinear([0, Math.max(...bins.map(bin => bin.count))], [TOP + HEIGHT, TOP]).nice();
	const x = scaleLinear([bins[0].from, bins[bins.length - 1].to], [LEFT, width - 12]);
	return (
		<Figure
			name="totals"
			title={title}
			note={note}
			numbers={() => ({
				columns: [t('desk_picture_from'), t('desk_picture_to'), t('desk_picture_texts')],
				rows: bins.map(bin => [number(bin.from), number(bin.to), count(bin.count)]),
			})}
			csv={() => [['from', 'to', 'texts'], ...bins.map(bin => [bin.from, bin.to, bin.count])]}
		>
			<div class="controls">
				<Segmented
					label={t('desk_total')}
					value={total.value}
					options={TOTALS.map(value => ({value, label: t(`desk_total_${value}`)}))}
					onChange={value => {
						total.value = value;
					}}
				/>
			</div>
			<div ref={ref}>
				<Picture width={width} height={TOP + HEIGHT + 40} label={title}>
					<Axis scale={y} left={LEFT} width={width} label={t('desk_picture_texts')} whole />
					{bins.map(bin => (
						<rect
							key={bin.from}
							class="up"
							x={x(bin.from) + 0.5}
							y={y(bin.count)}
							width={Math.max(1, x(bin.to) - x(bin.from) - 1)}
							height={y(0) - y(bin.count)}
						/>
					))}
					{x.ticks(Math.max(2, Math.floor(width / 90))).map(tick => (
						<text key={tick} class="quiet-text" x={x(tick)} y={TOP + HEIGHT + 17} text-anchor="middle">
							{number(tick)}
						</text>
					))}
					<line class="before" x1={x(median)} x2={x(median)} y1={TOP - 4} y2={TOP + HEIGHT} />
					<text x={x(median)} y={TOP - 7} text-anchor="middle">
						{t('desk_median', {median: significant(median)})}
					</text>
					<text class="quiet-text" x={(LEFT + width) / 2} y={TOP + HEIGHT + 36} text-anchor="middle">
						{name}
					</text>
				</Picture>
			</div>
		</Figure>
	);
}
