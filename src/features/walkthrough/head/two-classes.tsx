import {useSignal} from '@preact/signals';
import {t} from '../../../client/browser/i18n.ts';
import {useQuery} from '../../../client/use-query.ts';
import type {HeadAnswer} from '../../../protocol/questions/lm-head.ts';
import {Figure} from '../../../ui/figures/figure.tsx';
import {Picture} from '../../../ui/figures/picture.tsx';
import {useWidth} from '../../../ui/figures/use-width.ts';
import {count, decimal, percent} from '../../../ui/format.ts';
import {visibleToken} from '../../../ui/tokens/token-text.ts';
import {BarRows} from '../shared/bar-rows.tsx';
import {quoted} from '../shared/class-list.tsx';
import {Waiting} from '../shared/prose.tsx';
import {StripLegend, Strips, stripsHeight} from '../shared/strips.tsx';
import {PLAIN, promptOf, type Walk} from '../state/walk.ts';

const ROW = 28;

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
						aria-label={t('walk_head_two_word', {index: count(i + 1)})}
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
		{values: vector, label: t('walk_head_vector', {vector: count(vector.length)})},
		...classes.map(row => ({values: row.weights, label: t('walk_head_row', {name: quoted(visibleToken(row))})})),
	];
	const barsTop = stripsHeight(strips.length, vector.length, width) + 4;
	const title = t('walk_head_two_figure', {
		first: quoted(visibleToken(a)),
		firstProbability: percent(probabilities[0]),
		second: quoted(visibleToken(b)),
		secondProbability: percent(probabilities[1]),
	});
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
				<Picture width={width} height={barsTop + classes.length * ROW} label={title} interactive>
					<Strips
						strips={strips}
						width={width}
						at={at.value}
						onLook={dimension => {
							at.value = dimension;
						}}
						spoken={values => t('walk_head_value_at', {at: count(at.value + 1), values: decimal(values[at.value], 3)})}
					/>
					<BarRows
						bars={classes.map((row, i) => ({
							key: row.id,
							label: visibleToken(row),
							note: decimal(row.logit),
							probability: probabilities[i],
						}))}
						y={barsTop}
						width={width}
						row={ROW}
					/>
				</Picture>
			</div>
			<StripLegend />
		</Figure>
	);
}
