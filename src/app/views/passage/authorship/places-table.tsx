import {count, percent, significant} from '../../../../ui/format.ts';
import {type MessageKey, t} from '../../../../ui/i18n.ts';
import type {Ratios} from './comparison.ts';
import {type Figure, perplexityOf, placeAmong, type Ranked, top10Of} from './figures.ts';

interface Props {
	own: readonly Ranked[];
	human: readonly (readonly Ranked[])[];
	generated: readonly (readonly Ranked[])[];
	ratios: Ratios | null;
}

const LABELS: Readonly<Record<Figure, MessageKey>> = {
	perplexity: 'passage_perplexity',
	top10: 'passage_top10',
	binoculars: 'authorship_binoculars',
};

/** Where a passage lies among human and generated texts, and whom a limit at its value would flag. */
export function PlacesTable({own, human, generated, ratios}: Props) {
	const of = (figure: Figure, measure: (tokens: readonly Ranked[]) => number) => ({
		figure,
		value: measure(own),
		human: human.map(measure),
		generated: generated.map(measure),
	});
	const rows = [
		of('perplexity', perplexityOf),
		of('top10', top10Of),
		...(ratios ? [{figure: 'binoculars' as const, value: ratios.passage, ...ratios}] : []),
	];
	return (
		<>
			<table class="summary-table numbers">
				<caption>{t('authorship_table')}</caption>
				<thead>
					<tr>
						<td />
						<th scope="col">{t('authorship_own')}</th>
						<th scope="col">{t('authorship_human')}</th>
						<th scope="col">{t('authorship_generated')}</th>
					</tr>
				</thead>
				<tbody>
					{rows.map(({figure, value, human, generated}) => {
						const show = figure === 'top10' ? percent : significant;
						const range = (values: readonly number[]) => {
							const {median, from, to} = placeAmong(figure, value, values);
							return t('authorship_range', show(median), show(from), show(to));
						};
						return (
							<tr key={figure}>
								<th scope="row">{t(LABELS[figure])}</th>
								<td>{show(value)}</td>
								<td>{range(human)}</td>
								<td>{range(generated)}</td>
							</tr>
						);
					})}
				</tbody>
			</table>
			<ul class="references">
				{rows.map(({figure, value, human, generated}) => {
					const [people, machines] = [placeAmong(figure, value, human), placeAmong(figure, value, generated)];
					return (
						<li key={figure}>
							{t(
								'authorship_flagged',
								t(LABELS[figure]),
								t('authorship_of', count(people.flagged), count(people.count)),
								t('authorship_between', percent(people.low), percent(people.high)),
								t('authorship_of', count(machines.flagged), count(machines.count)),
							)}
						</li>
					);
				})}
			</ul>
		</>
	);
}
