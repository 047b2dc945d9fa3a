import {useSignal} from '@preact/signals';
import {t} from '../../../client/browser/i18n.ts';
import type {MixAnswer} from '../../../protocol/questions/head-at-work.ts';
import {Figure} from '../../../ui/figures/figure.tsx';
import {Picture} from '../../../ui/figures/picture.tsx';
import {useWidth} from '../../../ui/figures/use-width.ts';
import {count, decimal, percent, signed} from '../../../ui/format.ts';
import {visibleToken} from '../../../ui/tokens/token-text.ts';
import {quoted} from '../shared/class-list.tsx';
import {Strips, stripsHeight} from '../shared/strips.tsx';

interface Props {
	answer: MixAnswer;
	/** The position that is looked at. */
	row: MixAnswer['rows'][number];
}

/** One score as the product it is: query, key, number by number, and what becomes of it in the softmax. */
export function Score({answer: {token, query, scale, logSum}, row}: Props) {
	const [ref, width] = useWidth<HTMLDivElement>();
	const looked = useSignal<number | null>(null);
	const products = query.map((value, c) => value * row.key[c] * scale);
	const largest = products.reduce((best, value, c) => (Math.abs(value) > Math.abs(products[best]) ? c : best), 0);
	const at = looked.value ?? largest;
	const [from, to] = [quoted(visibleToken(token)), quoted(visibleToken(row))];
	const factor = decimal(scale, 3);
	const title = t('walk_mix_pair', {to, score: decimal(row.score), factor});
	const spoken = t('walk_mix_looked_at', {
		at: count(at + 1),
		query: decimal(query[at], 3),
		key: decimal(row.key[at], 3),
		factor,
		products: signed(products[at], 3),
	});
	const strips = [
		{values: query, label: t('walk_mix_query', {from, query: count(query.length)})},
		{values: row.key, label: t('walk_mix_key', {to})},
		{values: products, label: t('walk_mix_products', {factor, score: decimal(row.score)})},
	];
	return (
		<Figure
			name={`score-${row.position + 1}`}
			title={title}
			numbers={() => ({
				columns: [t('walk_column_dimension'), t('walk_column_query'), t('walk_column_key'), t('walk_column_product')],
				rows: products.map((product, c) => [
					count(c + 1),
					decimal(query[c], 4),
					decimal(row.key[c], 4),
					decimal(product, 4),
				]),
			})}
		>
			<div ref={ref}>
				<Picture width={width} height={stripsHeight(strips.length, query.length, width)} label={title} interactive>
					<Strips
						strips={strips}
						width={width}
						at={at}
						onLook={dimension => {
							looked.value = dimension;
						}}
						spoken={() => spoken}
					/>
				</Picture>
			</div>
			<p class="readout numbers">{spoken}</p>
			<p class="readout numbers">
				{t('walk_mix_softmax', {score: decimal(row.score), logSum: decimal(logSum), weight: percent(row.weight)})}
			</p>
		</Figure>
	);
}
