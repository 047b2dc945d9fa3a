import {scaleLinear} from 'd3-scale';
import {enumeration, t} from '../../../client/browser/i18n.ts';
import type {BiasStepAnswer} from '../../../protocol/questions/bias-step.ts';
import {Figure} from '../../../ui/figures/figure.tsx';
import {Picture} from '../../../ui/figures/picture.tsx';
import {monoWidth} from '../../../ui/figures/text-width.ts';
import {useWidth} from '../../../ui/figures/use-width.ts';
import {bits, percent, signed} from '../../../ui/format.ts';
import {toBits} from '../../../ui/tokens/log-prob.ts';
import {visibleToken} from '../../../ui/tokens/token-text.ts';
import {quoted} from '../shared/class-list.tsx';

const ROW = 26;
const TOP = 20;

/** The distribution of one position before and after the step. */
export function GradientStep({answer, chosen}: {answer: BiasStepAnswer; chosen: number}) {
	const [ref, width] = useWidth<HTMLDivElement>();
	const {classes, meanBefore, meanAfter, predictedChange, tokens, raised, lowered} = answer;
	const target = tokens[chosen];
	const left = Math.max(...classes.map(row => monoWidth(visibleToken(row)))) + 26;
	const right = 132;
	const most = Math.max(...classes.flatMap(({before, after}) => [before, after]), 1e-9);
	const x = scaleLinear([0, most], [0, Math.max(40, width - left - right)]);
	const title = t('walk_training_step_figure', {
		meanBefore: bits(toBits(meanBefore), 3),
		meanAfter: bits(toBits(meanAfter), 3),
	});
	const list = (rows: BiasStepAnswer['raised']) => enumeration(rows.slice(0, 4).map(row => quoted(visibleToken(row))));
	return (
		<Figure
			name="gradient-step"
			title={title}
			numbers={() => ({
				columns: [t('walk_column_token'), t('walk_column_gradient'), t('walk_column_bias')],
				rows: [...raised, ...lowered].map(row => [visibleToken(row), signed(row.gradient, 5), signed(row.bias, 5)]),
			})}
		>
			<div ref={ref}>
				<Picture width={width} height={TOP + classes.length * ROW} label={title}>
					<text class="quiet-text" x={0} y={12}>
						{t('walk_training_step_legend', {target: quoted(visibleToken(target))})}
					</text>
					{classes.map(({before, after, ...token}, i) => (
						<g key={token.id} transform={`translate(0, ${TOP + i * ROW})`}>
							<text class={token.id === target.id ? 'mono target' : 'mono'} x={0} y={17}>
								{token.id === target.id ? `▸ ${visibleToken(token)}` : visibleToken(token)}
							</text>
							<rect class="was" x={left} y={3} width={Math.max(1, x(before))} height={ROW - 8} rx={3} />
							<rect
								class={after < before ? 'down' : 'up'}
								x={left}
								y={7}
								width={Math.max(1, x(after))}
								height={ROW - 16}
								rx={2}
							/>
							<text class="numbers-text" x={width} y={17} text-anchor="end">
								{t('common_from_to', {low: percent(before), high: percent(after)})}
							</text>
						</g>
					))}
				</Picture>
			</div>
			<p class="readout">
				{t('walk_training_predicted', {
					predictedChange: bits(toBits(predictedChange), 3),
					meanAfter: bits(toBits(meanAfter - meanBefore), 3),
				})}
			</p>
			<p class="readout">{t('walk_training_lists', {raised: list(raised), lowered: list(lowered)})}</p>
		</Figure>
	);
}
