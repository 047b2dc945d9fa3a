import {useSignal} from '@preact/signals';
import type {LensAnswer, ModelInfo} from '../../../protocol/engine.ts';
import {count, decimal} from '../../../ui/format.ts';
import {t} from '../../../ui/i18n.ts';
import {roving} from '../../../ui/roving.ts';
import {Figure} from '../../parts/figure.tsx';
import {fullColour} from '../../parts/full-colour.ts';
import {Picture} from '../../parts/picture.tsx';
import {pressable} from '../../parts/pressable.ts';
import {Strip, stripHeight} from '../../parts/strip.tsx';
import {useWidth} from '../../parts/use-width.ts';
import type {Walk} from '../../state/walk.ts';

interface Props {
	answer: LensAnswer;
	walk: Walk;
	info: ModelInfo;
}

const BOX = 52;
const GAP = 6;
const LABEL = 20;

/** The last position's vector on its way: choose a block, and see the numbers that leave it. */
export function Body({answer, walk, info}: Props) {
	const [ref, width] = useWidth<HTMLDivElement>();
	const chosen = walk.address.value('vector', 'block', '');
	const looked = useSignal(0);
	const last = answer.blocks.length - 1;
	const block = /^\d{1,2}$/.test(chosen.value) ? Math.min(last, Number(chosen.value)) : last;
	const {vector} = answer.blocks[block];
	const at = Math.min(looked.value, vector.length - 1);
	const tokens = answer.first + answer.tokens.length;
	const perRow = Math.max(1, Math.min(answer.blocks.length, Math.floor((width + GAP) / (70 + GAP))));
	const rows = Math.ceil(answer.blocks.length / perRow);
	const box = (width - (perRow - 1) * GAP) / perRow;
	const stripTop = rows * (BOX + GAP) + 14 + LABEL;
	const name = (i: number) => (i === 0 ? t('walk_vector_embedding') : t('walk_vector_block', count(i)));
	const title = t('walk_vector_figure', count(tokens), count(info.hiddenSize));
	const stripLabel =
		block === 0
			? t('walk_vector_strip_embedding', count(vector.length))
			: t('walk_vector_strip', count(block), count(vector.length));
	const spoken = t('walk_head_value_at', count(at + 1), decimal(vector[at], 3));
	return (
		<Figure
			name="vector"
			title={title}
			numbers={() => ({
				columns: [t('walk_column_dimension'), ...answer.blocks.map((_, i) => name(i))],
				rows: vector.map((_, d) => [count(d + 1), ...answer.blocks.map(({vector}) => decimal(vector[d], 3))]),
			})}
		>
			<div ref={ref} {...roving('both')}>
				<Picture width={width} height={stripTop + stripHeight(vector.length, width) + 2} label={title} interactive>
					{answer.blocks.map((_, i) => {
						const x = (i % perRow) * (box + GAP);
						const y = Math.floor(i / perRow) * (BOX + GAP);
						return (
							<g
								key={i}
								class="box pressable"
								transform={`translate(${x}, ${y})`}
								{...pressable(
									() => {
										chosen.value = String(i);
									},
									i === block,
									i === block,
								)}
								aria-label={name(i)}
							>
								<rect
									class={i === block ? 'ground even chosen' : 'ground plain'}
									x={0.5}
									y={0.5}
									width={box - 1}
									height={BOX - 1}
									rx={6}
								/>
								<text class={i === block ? 'target' : ''} x={box / 2} y={20} text-anchor="middle">
									{name(i)}
								</text>
								<text class="note" x={box / 2} y={35} text-anchor="middle">
									{i === 0 ? t('walk_vector_plus_position') : t('walk_vector_attention_word')}
								</text>
								{i > 0 && (
									<text class="note" x={box / 2} y={46} text-anchor="middle">
										{t('walk_vector_mlp_word')}
									</text>
								)}
							</g>
						);
					})}
					<text class="quiet-text" x={0} y={stripTop - 6}>
						{stripLabel}
					</text>
					<Strip
						values={vector}
						full={fullColour(vector)}
						y={stripTop}
						width={width}
						at={at}
						onLook={dimension => {
							looked.value = dimension;
						}}
						label={stripLabel}
						spoken={spoken}
					/>
				</Picture>
			</div>
			<p class="readout numbers">{spoken}</p>
		</Figure>
	);
}
