import {t, tn} from '../../../client/browser/i18n.ts';
import type {DrawAnswer} from '../../../protocol/questions/draw.ts';
import type {ClassRow} from '../../../protocol/values/token.ts';
import {Figure} from '../../../ui/figures/figure.tsx';
import {Picture} from '../../../ui/figures/picture.tsx';
import {monoWidth} from '../../../ui/figures/text-width.ts';
import {useWidth} from '../../../ui/figures/use-width.ts';
import {decimal, percent} from '../../../ui/format.ts';
import {roving} from '../../../ui/roving.ts';
import {isolate, spokenToken, visibleToken} from '../../../ui/tokens/token-text.ts';
import {quoted} from '../shared/class-list.tsx';
import {pressable} from '../shared/pressable.ts';
import {endOf, type Slice} from './slices.ts';
import type {Chosen} from './use-loop.ts';

interface Props {
	slices: readonly Slice[];
	/** How many classes the strategy may choose from. */
	keptCount: number;
	/** The class that a number has just fallen on, on this very bar. */
	falling: DrawAnswer | null;
	/** The step before, with its bar. */
	last: Chosen | null;
	onChoose(row: ClassRow, start: number): void;
}

const HEIGHT = 30;
/** Height of the label, and of the room for a needle above a bar. */
const TOP = 26;
const ROW = TOP + HEIGHT + 12;

/** All probability as one bar, each class as wide as it is probable; below it the last step, with the number that fell. */
export function Bar({slices, keptCount, falling, last, onChoose}: Props) {
	const [ref, width] = useWidth<HTMLDivElement>();
	const [first] = slices;
	const title = tn('walk_loop_figure', keptCount, {row: quoted(visibleToken(first.row)), width: percent(first.width)});
	const others = keptCount - slices.length;
	return (
		<Figure
			name="probability-bar"
			title={title}
			numbers={() => ({
				columns: [t('walk_column_token'), t('walk_column_probability'), t('walk_column_from'), t('walk_column_to')],
				rows: slices.map(({row, start, width}) => [
					visibleToken(row),
					percent(width),
					decimal(start, 4),
					decimal(start + width, 4),
				]),
			})}
		>
			<div ref={ref} {...roving('horizontal')}>
				<Picture width={width} height={last ? 2 * ROW : ROW} label={title} interactive>
					<text class="quiet-text" x={0} y={14}>
						{t('walk_loop_now')}
					</text>
					<Slices slices={slices} others={others} width={width} y={TOP} onChoose={onChoose} />
					{falling && <Fallen draw={falling} width={width} y={TOP} />}
					{last && <LastStep last={last} width={width} y={ROW} />}
				</Picture>
			</div>
		</Figure>
	);
}

function LastStep({last, width, y}: {last: Chosen; width: number; y: number}) {
	return (
		<g>
			<text class="quiet-text" x={0} y={y + 14}>
				{t('walk_loop_last')}
			</text>
			<Slices slices={last.slices} others={0} width={width} y={y + TOP} />
			<Fallen draw={last} width={width} y={y + TOP} />
		</g>
	);
}

/** The class that was hit, and the number that fell on it. */
function Fallen({draw, width, y}: {draw: DrawAnswer; width: number; y: number}) {
	const [from, size] = [draw.start * width, draw.samplingProbability * width];
	// Greedy search and the reader take a class without a number: the mark is in its middle.
	const needle = draw.number === null ? from + size / 2 : draw.number * width;
	return (
		<g>
			<rect class="looked-at" x={from} y={y - 1} width={Math.max(2, size)} height={HEIGHT + 2} />
			<path class="needle" d={`M${needle - 5} ${y - 9}h10l-5 8z`} />
			{draw.number !== null && <line class="needle" x1={needle} x2={needle} y1={y - 2} y2={y + HEIGHT + 1} />}
		</g>
	);
}

interface SlicesProps {
	slices: readonly Slice[];
	others: number;
	width: number;
	y: number;
	onChoose?(row: ClassRow, start: number): void;
}

function Slices({slices, others, width, y, onChoose}: SlicesProps) {
	const end = endOf(slices) * width;
	const rest = tn('walk_head_others', others);
	return (
		<g transform={`translate(0, ${y})`}>
			{slices.map(({row, start, width: share}, i) => {
				const label = visibleToken(row);
				const size = share * width;
				const button = onChoose ? pressable(() => onChoose(row, start), i === 0) : {};
				return (
					<g
						key={row.id}
						class={onChoose ? 'box pressable' : undefined}
						transform={`translate(${start * width}, 0)`}
						{...button}
					>
						{onChoose && (
							<title>{t('walk_loop_choose', {row: isolate(spokenToken(row)), share: percent(share)})}</title>
						)}
						<rect
							class="ground slice"
							x={0.5}
							width={Math.max(0.5, size - 1)}
							height={HEIGHT}
							fill-opacity={i % 2 === 0 ? 0.42 : 0.2}
						/>
						{monoWidth(label) + 8 <= size && (
							<text class="mono" x={size / 2} y={19} text-anchor="middle">
								{label}
							</text>
						)}
					</g>
				);
			})}
			{width - end > 1 && <rect class="was" x={end} width={width - end} height={HEIGHT} />}
			{others > 0 && rest.length * 7 < width - end && (
				<text class="quiet-text" x={(end + width) / 2} y={19} text-anchor="middle">
					{rest}
				</text>
			)}
		</g>
	);
}
