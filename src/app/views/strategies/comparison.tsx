import type {GenerateAnswer} from '../../../protocol/engine.ts';
import {decimal, percent, share, significant} from '../../../ui/format.ts';
import {type MessageKey, t} from '../../../ui/i18n.ts';
import {findingsOf} from './findings.ts';
import {type Metrics, metricsOf, tokensPerSecond} from './metrics.ts';
import './comparison.css';

/** A finished run under its strategy's name, and which of its continuations is looked at. */
interface Compared {
	name: string;
	answer: GenerateAnswer;
	shown: number;
}

const tokensOf = ({answer, shown}: Compared) => answer.continuations[shown].tokens;

const orNone = (value: number | null, shown: (value: number) => string) => (value === null ? '–' : shown(value));

type Column = readonly [
	key: MessageKey,
	title: MessageKey,
	value: (figures: Metrics, answer: GenerateAnswer) => string,
];

const COLUMNS: readonly Column[] = [
	['strategies_column_total', 'strategies_column_total_title', ({logProb}) => decimal(logProb)],
	['strategies_column_mean', 'strategies_column_mean_title', ({logProbPerToken}) => orNone(logProbPerToken, decimal)],
	[
		'strategies_column_perplexity',
		'strategies_column_perplexity_title',
		({perplexity}) => orNone(perplexity, significant),
	],
	['strategies_column_repetition', 'strategies_column_repetition_title', ({repetition}) => orNone(repetition, percent)],
];

/** Of more figures, for those who ask. */
const MORE_COLUMNS: readonly Column[] = [
	['strategies_column_distinct1', 'strategies_column_distinct_title', ({distinct}) => orNone(distinct[0], share)],
	['strategies_column_distinct2', 'strategies_column_distinct_title', ({distinct}) => orNone(distinct[1], share)],
	['strategies_column_distinct3', 'strategies_column_distinct_title', ({distinct}) => orNone(distinct[2], share)],
	[
		'strategies_column_speed',
		'strategies_column_speed_title',
		(_, answer) => orNone(tokensPerSecond(answer), value => decimal(value, 1)),
	],
];

/** The figures of all runs in one table, and findings about them in sentences. */
export function Comparison({compared}: {compared: readonly Compared[]}) {
	const findings = findingsOf(compared.map(one => ({name: one.name, tokens: tokensOf(one)})));
	const more = t('strategies_more_figures');
	return (
		<div class="comparison">
			{findings.length > 0 && (
				<ul class="strategy-findings" role="status">
					{findings.map(finding => (
						<li key={finding}>{finding}</li>
					))}
				</ul>
			)}
			<FigureTable compared={compared} columns={COLUMNS} label={t('strategies_comparison')} />
			<details class="more-figures">
				<summary>{more}</summary>
				<FigureTable compared={compared} columns={MORE_COLUMNS} label={more} />
			</details>
		</div>
	);
}

interface TableProps {
	compared: readonly Compared[];
	columns: readonly Column[];
	label: string;
}

function FigureTable({compared, columns, label}: TableProps) {
	return (
		// biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
		<section class="table-scroll" tabIndex={0} aria-label={label}>
			<table class="numbers">
				<thead>
					<tr>
						<th scope="col">{t('strategies_column_strategy')}</th>
						{columns.map(([key, title]) => (
							<th key={key} scope="col" title={t(title)}>
								{t(key)}
							</th>
						))}
					</tr>
				</thead>
				<tbody>
					{compared.map(one => {
						const figures = metricsOf(tokensOf(one));
						return (
							<tr key={one.name}>
								<th scope="row">{one.name}</th>
								{columns.map(([key, , value]) => (
									<td key={key}>{value(figures, one.answer)}</td>
								))}
							</tr>
						);
					})}
				</tbody>
			</table>
		</section>
	);
}
