import {useSignal} from '@preact/signals';
import {t} from '../../../client/browser/i18n.ts';
import type {LensAnswer} from '../../../protocol/questions/lens.ts';
import {Figure} from '../../../ui/figures/figure.tsx';
import {Picture} from '../../../ui/figures/picture.tsx';
import {fitting} from '../../../ui/figures/text-width.ts';
import {useWidth} from '../../../ui/figures/use-width.ts';
import {count, percent} from '../../../ui/format.ts';
import {roving} from '../../../ui/roving.ts';
import {spokenToken, visibleToken} from '../../../ui/tokens/token-text.ts';
import {lookable} from '../shared/pressable.ts';
import {blockName, lensTold} from './lens-words.ts';

const LEFT = 74;
const CELL_WIDTH = 66;
const CELL = 26;
const TOP = 26;

/** The logit lens: what the head would already say after each block, at each of the last positions. */
export function Lens({answer}: {answer: LensAnswer}) {
	const [ref, width] = useWidth<HTMLDivElement>();
	const {tokens, blocks} = answer;
	const columns = Math.max(1, Math.min(tokens.length, Math.floor((width - LEFT) / CELL_WIDTH)));
	const firstColumn = tokens.length - columns;
	const cell = (width - LEFT) / columns;
	const looked = useSignal<{block: number; position: number} | null>(null);
	const at = {
		block: Math.min(looked.value?.block ?? blocks.length - 1, blocks.length - 1),
		position: Math.min(Math.max(looked.value?.position ?? tokens.length - 1, firstColumn), tokens.length - 1),
	};
	const title = t('walk_vector_lens_figure');
	return (
		<Figure
			name="logit-lens"
			title={title}
			numbers={() => ({
				columns: [
					t('walk_vector_after'),
					...tokens.map((token, i) =>
						t('walk_position_token', {first: count(answer.first + i + 1), token: visibleToken(token)}),
					),
				],
				rows: blocks.map(({cells}, b) => [
					blockName(b),
					...cells.map(({top}) =>
						t('walk_token_share', {row: visibleToken(top[0]), probability: percent(top[0].probability)}),
					),
				]),
			})}
		>
			<div ref={ref} {...roving('both')}>
				<Picture width={width} height={TOP + blocks.length * CELL} label={title} interactive>
					{tokens.slice(firstColumn).map((token, j) => (
						<text key={j} class="mono" x={LEFT + j * cell + cell / 2} y={15} text-anchor="middle">
							{fitting(visibleToken(token), cell - 6)}
						</text>
					))}
					{blocks.map(({cells}, b) => (
						<g key={b} transform={`translate(0, ${TOP + b * CELL})`}>
							<text class="quiet-text" x={0} y={17}>
								{blockName(b)}
							</text>
							{cells.slice(firstColumn).map(({top: [best]}, j) => {
								const position = firstColumn + j;
								const isAt = at.block === b && at.position === position;
								return (
									<g
										key={j}
										class="pressable"
										transform={`translate(${LEFT + j * cell}, 0)`}
										aria-label={t('walk_vector_lens_spoken', {
											block: blockName(b),
											best: spokenToken(best),
											probability: percent(best.probability),
										})}
										{...lookable(() => {
											looked.value = {block: b, position};
										}, isAt)}
									>
										<rect
											class={isAt ? 'ground heat chosen' : 'ground heat'}
											x={1}
											y={1}
											width={cell - 2}
											height={CELL - 2}
											rx={3}
											fill-opacity={0.06 + 0.5 * best.probability}
										/>
										<text class="mono small-mono" x={cell / 2} y={17} text-anchor="middle">
											{fitting(visibleToken(best), cell - 6)}
										</text>
									</g>
								);
							})}
						</g>
					))}
				</Picture>
			</div>
			<p class="readout">{lensTold(answer, at.block, at.position)}</p>
			{firstColumn + answer.first > 0 && <p class="readout">{t('walk_vector_lens_last', {columns: count(columns)})}</p>}
		</Figure>
	);
}
