import {useSignal} from '@preact/signals';
import {scaleLinear} from 'd3-scale';
import {useMemo} from 'preact/hooks';
import {t, tn} from '../../../client/browser/i18n.ts';
import type {HeadAnswer} from '../../../protocol/questions/lm-head.ts';
import {Figure} from '../../../ui/figures/figure.tsx';
import {Picture} from '../../../ui/figures/picture.tsx';
import {useWidth} from '../../../ui/figures/use-width.ts';
import {count, decimal, signed} from '../../../ui/format.ts';
import {visibleToken} from '../../../ui/tokens/token-text.ts';
import {quoted} from '../shared/class-list.tsx';
import {StripLegend, Strips, stripsHeight} from '../shared/strips.tsx';
import {largestParts} from './sums.ts';

interface Props {
	/** What the head sees, [D]. */
	vector: readonly number[];
	row: HeadAnswer['classes'][number];
}

const SHOWN = 7;
const LABEL = 18;
const BAR = 19;

/** A class's logit as the dot product it is: the vector, the row, their products, and the sum of these. */
export function DotProduct({vector, row}: Props) {
	const {weights, contributions} = row;
	const [ref, width] = useWidth<HTMLDivElement>();
	const sum = useMemo(() => largestParts(contributions, SHOWN), [contributions]);
	const looked = useSignal<number | null>(null);
	const at = looked.value ?? sum.parts[0].dimension ?? 0;
	const look = (dimension: number) => {
		looked.value = dimension;
	};
	const name = quoted(visibleToken(row));
	const spoken = t('walk_head_looked_at', {
		at: count(at + 1),
		vector: decimal(vector[at]),
		weights: decimal(weights[at], 3),
		contributions: signed(contributions[at]),
	});
	const strips = [
		{values: vector, label: t('walk_head_vector', {vector: count(vector.length)})},
		{values: weights, label: t('walk_head_row', {name})},
		{values: contributions, label: t('walk_head_products')},
	];
	const barsTop = stripsHeight(strips.length, vector.length, width) + LABEL;
	const height = barsTop + sum.parts.length * BAR + 30;
	return (
		<Figure
			name={`dot-product-${row.id}`}
			title={t('walk_head_figure', {name, logit: decimal(row.logit)})}
			numbers={() => ({
				columns: [
					t('walk_column_dimension'),
					t('walk_column_vector'),
					t('walk_column_weight'),
					t('walk_column_product'),
				],
				rows: contributions
					.map((product, i) => ({product, i}))
					.sort((a, b) => Math.abs(b.product) - Math.abs(a.product))
					.map(({product, i}) => [count(i + 1), decimal(vector[i], 4), decimal(weights[i], 4), decimal(product, 4)]),
			})}
		>
			<div ref={ref}>
				<Picture
					width={width}
					height={height}
					label={t('walk_head_figure', {name, logit: decimal(row.logit)})}
					interactive
				>
					<Strips strips={strips} width={width} at={at} onLook={look} spoken={() => spoken} />
					<text class="quiet-text" x={0} y={barsTop - 6}>
						{t('walk_head_added')}
					</text>
					<Bars sum={sum} y={barsTop} width={width} at={at} onLook={look} />
				</Picture>
			</div>
			<p class="readout numbers">{spoken}</p>
			<StripLegend />
		</Figure>
	);
}

interface BarsProps {
	sum: ReturnType<typeof largestParts>;
	y: number;
	width: number;
	at: number;
	onLook(dimension: number): void;
}

/** The parts of the sum, each from where the last one ended. */
function Bars({sum, y, width, at, onLook}: BarsProps) {
	const left = Math.min(120, width * 0.3);
	const right = 62;
	const ends = sum.parts.flatMap(({from, value}) => [from, from + value]);
	const x = scaleLinear([Math.min(0, ...ends), Math.max(0, ...ends)], [left, width - right]);
	const bottom = y + sum.parts.length * BAR;
	const end = x(sum.total);
	const total = t('walk_head_total', {total: decimal(sum.total)});
	const endsLate = end > width - 110;
	return (
		<g>
			<line class="axis" x1={x(0)} x2={x(0)} y1={y} y2={bottom} />
			{sum.parts.map(({dimension, value, from}, i) => {
				const [a, b] = [x(from), x(from + value)].sort((p, q) => p - q);
				const label =
					dimension === null
						? tn('walk_head_others', sum.others)
						: t('walk_head_dimension', {dimension: count(dimension + 1)});
				return (
					<g
						key={dimension}
						class={dimension === at ? 'bar-row is-at' : 'bar-row'}
						onPointerEnter={dimension === null ? undefined : () => onLook(dimension)}
					>
						<rect class="hit" x={0} y={y + i * BAR} width={width} height={BAR} />
						<text class="quiet-text" x={left - 10} y={y + i * BAR + 13} text-anchor="end">
							{label}
						</text>
						<rect
							class={dimension === null ? 'rest' : value < 0 ? 'down' : 'up'}
							x={a}
							y={y + i * BAR + 3}
							width={Math.max(1, b - a)}
							height={BAR - 6}
							rx={2}
						/>
						<text class="note" x={b + 5} y={y + i * BAR + 13}>
							{signed(value)}
						</text>
					</g>
				);
			})}
			<line class="axis strong" x1={end} x2={end} y1={y} y2={bottom + 6} />
			<text
				class="strong-text"
				x={endsLate ? end - 6 : end + 6}
				y={bottom + 20}
				text-anchor={endsLate ? 'end' : 'start'}
			>
				{total}
			</text>
		</g>
	);
}
