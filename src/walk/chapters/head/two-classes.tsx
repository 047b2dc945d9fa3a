import {useSignal} from '@preact/signals';
import type {HeadAnswer} from '../../../protocol/engine.ts';
import {useQuery} from '../../../ui/client/use-query.ts';
import {count, decimal, percent} from '../../../ui/format.ts';
import {t} from '../../../ui/i18n.ts';
import {visibleToken} from '../../../ui/tokens/token-text.ts';
import {quoted} from '../../parts/class-list.tsx';
import {Figure} from '../../parts/figure.tsx';
import {fullColour} from '../../parts/full-colour.ts';
import {fitting, monoWidth} from '../../parts/measure.ts';
import {Picture} from '../../parts/picture.tsx';
import {Waiting} from '../../parts/prose.tsx';
import {Strip, stripHeight} from '../../parts/strip.tsx';
import {useWidth} from '../../parts/use-width.ts';
import {PLAIN, promptOf, type Walk} from '../../state/walk.ts';

const LABEL = 18;

/** The two words that the reader names, and the classes they stand for; nothing is asked unless `wanted`. */
export function useTwoClasses({engine, address, text}: Walk, wanted: boolean) {
	const prompt = promptOf(text.value);
	const words = [address.value('head', 'first', ' good'), address.value('head', 'second', ' bad')];
	const found = words.map(word =>
		useQuery(
			engine,
			'find',
			!wanted || word.value === '' ? null : {prompt, generation: PLAIN, query: word.value, limit: 1},
		),
	);
	const ids = found.map(({answer}) => answer?.exact?.id ?? answer?.rows[0]?.id ?? null);
	return {
		words,
		known: ids.filter(id => id !== null),
		nothing: found.some(({answer}, i) => answer !== null && ids[i] === null),
	};
}

interface Props {
	walk: Walk;
	two: ReturnType<typeof useTwoClasses>;
}

/** A head of two rows on the same vector. Its rows are borrowed from the LM head. */
export function TwoClasses({walk, two: {words, known, nothing}}: Props) {
	const prompt = promptOf(walk.text.value);
	const isOne = known.length === 2 && known[0] === known[1];
	const asked = useQuery(walk.engine, 'head', known.length === 2 && !isOne ? {prompt, classes: known} : null);
	return (
		<>
			<div class="samples">
				{words.map((word, i) => (
					<input
						key={i}
						class="field mono"
						value={word.value}
						maxLength={40}
						aria-label={t('walk_head_two_word', count(i + 1))}
						onInput={event => {
							word.value = event.currentTarget.value;
						}}
					/>
				))}
			</div>
			{nothing && <p role="alert">{t('walk_head_two_none')}</p>}
			{isOne && <p role="alert">{t('walk_head_two_same')}</p>}
			{words.some(word => word.value === '') && <p role="status">{t('walk_head_two_empty')}</p>}
			{asked.answer ? <TwoRows answer={asked.answer} /> : known.length === 2 && !isOne && <Waiting {...asked} />}
		</>
	);
}

function TwoRows({answer}: {answer: HeadAnswer}) {
	const [ref, width] = useWidth<HTMLDivElement>();
	const at = useSignal(0);
	const {vector, classes} = answer;
	const [a, b] = classes;
	const probabilities = [1 / (1 + Math.exp(b.logit - a.logit)), 1 / (1 + Math.exp(a.logit - b.logit))];
	const strips = [
		{values: vector, label: t('walk_head_vector', count(vector.length))},
		...classes.map(row => ({values: row.weights, label: t('walk_head_row', quoted(visibleToken(row)))})),
	];
	const room = LABEL + stripHeight(vector.length, width) + 14;
	const barsTop = strips.length * room + 4;
	const title = t(
		'walk_head_two_figure',
		quoted(visibleToken(a)),
		percent(probabilities[0]),
		quoted(visibleToken(b)),
		percent(probabilities[1]),
	);
	const left = Math.min(width * 0.5, Math.max(...classes.map(row => monoWidth(visibleToken(row)))) + 70);
	return (
		<Figure
			name="two-classes"
			title={title}
			numbers={() => ({
				columns: [t('walk_column_token'), t('walk_column_logit'), t('walk_column_of_two'), t('walk_column_of_all')],
				rows: classes.map((row, i) => [
					visibleToken(row),
					decimal(row.logit, 3),
					percent(probabilities[i]),
					percent(row.probability),
				]),
			})}
		>
			<div ref={ref}>
				<Picture width={width} height={barsTop + 64} label={title} interactive>
					{strips.map(({values, label}, i) => (
						<g key={i}>
							<text class="quiet-text" x={0} y={i * room + 12}>
								{label}
							</text>
							<Strip
								values={values}
								full={fullColour(values)}
								y={i * room + LABEL}
								width={width}
								at={at.value}
								onLook={dimension => {
									at.value = dimension;
								}}
								label={label}
								spoken={t('walk_head_value_at', count(at.value + 1), decimal(values[at.value], 3))}
							/>
						</g>
					))}
					{classes.map((row, i) => (
						<g key={row.id} transform={`translate(0, ${barsTop + i * 30})`}>
							<text class="mono" x={0} y={17}>
								{fitting(visibleToken(row), left - 66)}
							</text>
							<text class="note" x={left - 10} y={17} text-anchor="end">
								{decimal(row.logit)}
							</text>
							<rect class="track" x={left} y={4} width={width - left - 70} height={18} rx={3} />
							<rect
								class="up"
								x={left}
								y={4}
								width={Math.max(1, (width - left - 70) * probabilities[i])}
								height={18}
								rx={3}
							/>
							<text class="numbers-text" x={width} y={17} text-anchor="end">
								{percent(probabilities[i])}
							</text>
						</g>
					))}
				</Picture>
			</div>
		</Figure>
	);
}
