import {useSignal} from '@preact/signals';
import {t, tn} from '../../../client/browser/i18n.ts';
import type {LensAnswer} from '../../../protocol/questions/lens.ts';
import type {ModelInfo} from '../../../protocol/questions/model.ts';
import {Figure} from '../../../ui/figures/figure.tsx';
import {Picture} from '../../../ui/figures/picture.tsx';
import {useWidth} from '../../../ui/figures/use-width.ts';
import {count, decimal} from '../../../ui/format.ts';
import {roving} from '../../../ui/roving.ts';
import {visibleToken} from '../../../ui/tokens/token-text.ts';
import {BarRows} from '../shared/bar-rows.tsx';
import {pressable} from '../shared/pressable.ts';
import {Steps} from '../shared/steps.tsx';
import {StripLegend, Strips, stripsHeight} from '../shared/strips.tsx';
import type {Walk} from '../state/walk.ts';
import {blockOf} from './chosen.ts';
import {blockName, lensTold} from './lens-words.ts';

interface Props {
	answer: LensAnswer;
	walk: Walk;
	info: ModelInfo;
}

const BOX = 52;
/** Narrower boxes would cut what is written in them. */
const LEAST = 78;
const GAP = 16;
const LABEL = 20;
const BAR = 22;

/** The last position's vector on its way through the blocks: what its numbers are, and what the head would make of them. */
export function Body({answer, walk, info}: Props) {
	const [ref, width] = useWidth<HTMLDivElement>();
	const chosen = walk.address.value('vector', 'block', '');
	const looked = useSignal(0);
	const last = answer.blocks.length - 1;
	const block = blockOf(walk.address, last);
	const go = (to: number) => {
		chosen.value = to === 0 ? '' : String(to);
	};
	const {normed} = answer;
	const {vector, cells} = answer.blocks[block];
	const {top} = cells[cells.length - 1];
	const at = Math.min(looked.value, vector.length - 1);
	const tokens = Math.min(info.contextLength, answer.first + answer.tokens.length);
	const perRow = Math.max(1, Math.min(answer.blocks.length, Math.floor((width + GAP) / (LEAST + GAP))));
	const rows = Math.ceil(answer.blocks.length / perRow);
	const stripsTop = rows * (BOX + 8) + 10;
	const title = tn('walk_vector_figure', tokens, {hiddenSize: count(info.hiddenSize)});
	const stripLabel =
		block === 0
			? t('walk_vector_strip_embedding', {vector: count(vector.length)})
			: t('walk_vector_strip', {block: count(block), vector: count(vector.length)});
	const strips = [{values: vector, label: stripLabel}];
	if (block === last)
		strips.push({values: normed, label: t('walk_vector_strip_normed', {normed: count(normed.length)})});
	const saysTop = stripsTop + stripsHeight(strips.length, vector.length, width) + LABEL;
	const valueAt = (values: readonly number[]) => decimal(values[at], 3);
	const spoken = (values: readonly number[]) => t('walk_head_value_at', {at: count(at + 1), values: valueAt(values)});
	return (
		<Figure
			name="vector"
			title={title}
			numbers={() => ({
				columns: [t('walk_column_dimension'), ...answer.blocks.map((_, i) => blockName(i)), t('walk_vector_normed')],
				rows: vector.map((_, d) => [
					count(d + 1),
					...[...answer.blocks.map(({vector}) => vector), normed].map(values => decimal(values[d], 3)),
				]),
			})}
		>
			<Steps at={block} last={last} onStep={go} />
			<div ref={ref} {...roving('both')}>
				<Picture width={width} height={saysTop + top.length * BAR} label={title} interactive>
					<Blocks count={answer.blocks.length} perRow={perRow} width={width} block={block} onChoose={go} />
					<g transform={`translate(0, ${stripsTop})`}>
						<Strips
							strips={strips}
							width={width}
							at={at}
							onLook={dimension => {
								looked.value = dimension;
							}}
							spoken={spoken}
						/>
					</g>
					<text class="quiet-text" x={0} y={saysTop - 6}>
						{t(block === last ? 'walk_vector_says' : 'walk_vector_would_say')}
					</text>
					<BarRows
						bars={top.map(row => ({key: row.id, label: visibleToken(row), probability: row.probability}))}
						y={saysTop}
						width={width}
						row={BAR}
					/>
				</Picture>
			</div>
			<p class="readout numbers">
				{block === last
					? t('walk_vector_value_normed', {at: count(at + 1), vector: valueAt(vector), normed: valueAt(normed)})
					: spoken(vector)}
			</p>
			<StripLegend />
			<p class="spoken" role="status">
				{lensTold(answer, block, answer.tokens.length - 1)}
			</p>
		</Figure>
	);
}

interface BlocksProps {
	count: number;
	perRow: number;
	width: number;
	block: number;
	onChoose(block: number): void;
}

/** The body as a row of boxes, in the order in which the vectors go through them. */
function Blocks({count: boxes, perRow, width, block, onChoose}: BlocksProps) {
	const side = (width - (perRow - 1) * GAP) / perRow;
	return Array.from({length: boxes}, (_, i) => (
		<g key={i} transform={`translate(${(i % perRow) * (side + GAP)}, ${Math.floor(i / perRow) * (BOX + 8)})`}>
			{i > 0 && i % perRow > 0 && <path class="flow-arrow" d={`M${-GAP + 3} ${BOX / 2}h${GAP - 8}m-4 -4l4 4l-4 4`} />}
			<g class="box pressable" {...pressable(() => onChoose(i), i === block, i === block)} aria-label={boxName(i)}>
				<rect
					class={i === block ? 'ground even chosen' : 'ground plain'}
					x={0.5}
					y={0.5}
					width={side - 1}
					height={BOX - 1}
					rx={6}
				/>
				<text class={i === block ? 'target' : ''} x={side / 2} y={20} text-anchor="middle">
					{blockName(i)}
				</text>{' '}
				<text class="note" x={side / 2} y={35} text-anchor="middle">
					{i === 0 ? t('walk_vector_plus_position') : t('walk_vector_attention_word')}
				</text>{' '}
				{i > 0 && (
					<text class="note" x={side / 2} y={46} text-anchor="middle">
						{t('walk_vector_mlp_word')}
					</text>
				)}
			</g>
		</g>
	));
}

/** All that is written in a box, so that a person who says what they see is understood. */
const boxName = (block: number) => [blockName(block), ...boxNotes(block)].join(' ');

const boxNotes = (block: number) =>
	block === 0 ? [t('walk_vector_plus_position')] : [t('walk_vector_attention_word'), t('walk_vector_mlp_word')];
