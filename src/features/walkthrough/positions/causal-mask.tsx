import {useSignal} from '@preact/signals';
import {enumeration, t, tn} from '../../../client/browser/i18n.ts';
import type {Token} from '../../../protocol/values/prompt.ts';
import {Figure} from '../../../ui/figures/figure.tsx';
import {Picture} from '../../../ui/figures/picture.tsx';
import {monoWidth, shortened} from '../../../ui/figures/text-width.ts';
import {useWidth} from '../../../ui/figures/use-width.ts';
import {count} from '../../../ui/format.ts';
import {roving} from '../../../ui/roving.ts';
import {isolate, spokenToken, visibleToken} from '../../../ui/tokens/token-text.ts';
import {quoted} from '../shared/class-list.tsx';
import {lookable} from '../shared/pressable.ts';

/** The mask of this many positions can still be read. */
const MOST = 16;
const ROW = 24;
const LONGEST = 12;

const short = (token: Token) => shortened(visibleToken(token), LONGEST);

/** Who may look at whom: every position at itself and those before it. */
export function CausalMask({tokens}: {tokens: readonly Token[]}) {
	const [ref, width] = useWidth<HTMLDivElement>();
	const shown = tokens.slice(0, MOST);
	const at = useSignal(Math.min(3, shown.length - 1));
	// Position 0 is <|endoftext|>: it sees nothing but itself, and predicts the first token.
	const sees = [t('walk_training_start'), ...shown.slice(0, -1).map(short)];
	const left = Math.max(...sees.map(monoWidth)) + 10;
	const right = Math.max(...shown.map(token => monoWidth(short(token)))) + 24;
	const cell = Math.max(9, Math.min(ROW, (width - left - right) / shown.length));
	const row = Math.min(at.value, shown.length - 1);
	const told = tn('walk_training_sees', row + 1, {shown: quoted(short(shown[row]))});
	return (
		<Figure
			name="causal-mask"
			title={t('walk_training_mask_figure')}
			numbers={() => ({
				columns: [t('walk_column_position'), t('walk_column_sees'), t('walk_column_target')],
				rows: shown.map((token, i) => [count(i + 1), enumeration(sees.slice(0, i + 1)), visibleToken(token)]),
			})}
		>
			<div ref={ref} {...roving('vertical')}>
				<Picture width={width} height={shown.length * ROW + 4} label={t('walk_training_mask_figure')} interactive>
					{shown.map((token, i) => (
						<g
							key={i}
							class="pressable"
							transform={`translate(0, ${i * ROW})`}
							{...lookable(() => {
								at.value = i;
							}, i === row)}
							aria-label={t('walk_training_row', {
								sees: sees[i],
								token: short(token),
								note: tn('walk_training_sees', i + 1, {shown: isolate(spokenToken(token))}),
							})}
						>
							<rect class="hit" width={width} height={ROW} />
							<text class="mono" x={left - 8} y={16} text-anchor="end">
								{sees[i]}
							</text>
							{shown.map((_, j) => (
								<rect
									key={j}
									class={j <= i ? 'up' : 'masked'}
									x={left + j * cell + 0.5}
									y={2}
									width={cell - 1.5}
									height={ROW - 4}
									rx={2}
									fill-opacity={j > i ? 1 : i === row ? 0.85 : 0.28}
								/>
							))}{' '}
							<text class="mono" x={left + shown.length * cell + 8} y={16}>
								→ {short(token)}
							</text>
						</g>
					))}
				</Picture>
			</div>
			<p class="readout">{told}</p>
			{shown.length < tokens.length && (
				<p class="readout">
					{t('walk_training_mask_first', {shown: count(shown.length), tokens: count(tokens.length)})}
				</p>
			)}
		</Figure>
	);
}
