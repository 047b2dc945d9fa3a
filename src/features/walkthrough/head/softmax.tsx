import {t, tn} from '../../../client/browser/i18n.ts';
import {useQuery} from '../../../client/use-query.ts';
import type {ClassesAnswer} from '../../../protocol/questions/classes.ts';
import {Figure} from '../../../ui/figures/figure.tsx';
import {Picture} from '../../../ui/figures/picture.tsx';
import {useWidth} from '../../../ui/figures/use-width.ts';
import {bits, decimal, percent} from '../../../ui/format.ts';
import {visibleToken} from '../../../ui/tokens/token-text.ts';
import {type Bar, BarRows, barColumns} from '../shared/bar-rows.tsx';
import {Knob} from '../shared/knob.tsx';
import {useLast} from '../shared/use-last.ts';
import type {Address} from '../state/address.ts';
import {PLAIN, promptOf, type Walk} from '../state/walk.ts';

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
				slot={knob}
				value={temperature}
				min={0.1}
				max={3}
				step={0.05}
				digits={2}
			/>
			{shown && <Bars answer={shown} temperature={temperature} />}
		</>
	);
}

function Bars({answer, temperature}: {answer: ClassesAnswer; temperature: number}) {
	const [ref, width] = useWidth<HTMLDivElement>();
	const rows = answer.model;
	const bars: Bar[] = [
		...rows.map(row => ({
			key: row.id,
			label: visibleToken(row),
			note: decimal(row.logit),
			probability: row.samplingProbability,
			before: temperature === 1 ? null : row.probability,
		})),
		{
			key: 'rest',
			label: tn('walk_head_others', answer.vocabSize - rows.length),
			probability: Math.max(0, 1 - rows.reduce((sum, row) => sum + row.samplingProbability, 0)),
			together: true,
		},
	];
	const {track} = barColumns(bars, width);
	const title = t('walk_head_softmax_figure', {
		temperature: decimal(temperature),
		samplingEntropyBits: bits(answer.samplingEntropyBits),
	});
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
				<Picture width={width} height={bars.length * ROW + 20} label={title}>
					<text class="quiet-text" x={track - 12} y={12} text-anchor="end">
						{t('walk_column_logit')}
					</text>
					<text class="quiet-text" x={track} y={12}>
						{t('walk_head_scale')}
					</text>
					<BarRows bars={bars} y={20} width={width} row={ROW} />
				</Picture>
			</div>
		</Figure>
	);
}
