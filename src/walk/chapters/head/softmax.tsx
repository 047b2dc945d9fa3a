import {scaleLinear} from 'd3-scale';
import type {ClassesAnswer} from '../../../protocol/engine.ts';
import {useQuery} from '../../../ui/client/use-query.ts';
import {bits, decimal, percent} from '../../../ui/format.ts';
import {t, tn} from '../../../ui/i18n.ts';
import {visibleToken} from '../../../ui/tokens/token-text.ts';
import {Figure} from '../../parts/figure.tsx';
import {Knob} from '../../parts/knob.tsx';
import {monoWidth} from '../../parts/measure.ts';
import {Picture} from '../../parts/picture.tsx';
import {useLast} from '../../parts/use-last.ts';
import {useWidth} from '../../parts/use-width.ts';
import type {Address} from '../../state/address.ts';
import {PLAIN, promptOf, type Walk} from '../../state/walk.ts';

const ROW = 24;

const knobOf = (address: Address) => address.value('head', 'temperature', '1');

/** The temperature that the reader chose. */
export const temperatureOf = (address: Address) => Math.min(3, Math.max(0.1, Number(knobOf(address).value) || 1));

/** From logits to probabilities, with the temperature as a knob. */
export function Softmax({walk}: {walk: Walk}) {
	const knob = knobOf(walk.address);
	const temperature = temperatureOf(walk.address);
	const generation = {...PLAIN, doSample: true, temperature};
	const {answer} = useQuery(walk.engine, 'classes', {prompt: promptOf(walk.text.value), generation, limit: 8});
	// The bars stay while the knob moves on.
	const shown = useLast(answer, walk.text.value);
	return (
		<>
			<Knob
				label={t('walk_head_temperature')}
				value={temperature}
				min={0.1}
				max={3}
				step={0.05}
				digits={2}
				onChange={value => {
					knob.value = value;
				}}
			/>
			{shown && <Bars answer={shown} temperature={temperature} />}
		</>
	);
}

function Bars({answer, temperature}: {answer: ClassesAnswer; temperature: number}) {
	const [ref, width] = useWidth<HTMLDivElement>();
	const rows = answer.model;
	const left = Math.max(...rows.map(row => monoWidth(visibleToken(row)))) + 12;
	const right = 64;
	const logits = 64;
	const x = scaleLinear([0, 1], [0, Math.max(40, width - left - logits - right)]);
	const rest = 1 - rows.reduce((sum, row) => sum + row.samplingProbability, 0);
	const restCount = answer.vocabSize - rows.length;
	const title = t('walk_head_softmax_figure', decimal(temperature), bits(answer.samplingEntropyBits));
	return (
		<Figure
			name="softmax"
			title={title}
			numbers={() => ({
				columns: [
					t('walk_column_token'),
					t('walk_column_logit'),
					t('walk_column_probability'),
					t('walk_column_with_temperature'),
				],
				rows: rows.map(row => [
					visibleToken(row),
					decimal(row.logit, 3),
					percent(row.probability),
					percent(row.samplingProbability),
				]),
			})}
		>
			<div ref={ref}>
				<Picture width={width} height={(rows.length + 1) * ROW + 20} label={title}>
					<text class="quiet-text" x={left + logits - 12} y={12} text-anchor="end">
						{t('walk_column_logit')}
					</text>
					<text class="quiet-text" x={left + logits} y={12}>
						{t('walk_head_scale')}
					</text>
					{[...rows, null].map((row, i) => {
						const value = row ? row.samplingProbability : Math.max(0, rest);
						const before = row ? row.probability : null;
						return (
							<g key={row?.id ?? 'rest'} transform={`translate(0, ${i * ROW + 20})`}>
								<text class={row ? 'mono' : 'quiet-text'} x={0} y={16}>
									{row ? visibleToken(row) : tn('walk_head_others', restCount)}
								</text>
								{row && (
									<text class="note" x={left + logits - 12} y={16} text-anchor="end">
										{decimal(row.logit)}
									</text>
								)}
								{row && <rect class="track" x={left + logits} y={3} width={x(1)} height={ROW - 6} rx={3} />}
								{row && (
									<rect class="up" x={left + logits} y={3} width={Math.max(1, x(value))} height={ROW - 6} rx={3} />
								)}
								{before !== null && temperature !== 1 && (
									<line
										class="before"
										x1={left + logits + x(before)}
										x2={left + logits + x(before)}
										y1={1}
										y2={ROW - 1}
									/>
								)}
								<text class="numbers-text" x={width} y={16} text-anchor="end">
									{percent(value)}
								</text>
							</g>
						);
					})}
				</Picture>
			</div>
		</Figure>
	);
}
