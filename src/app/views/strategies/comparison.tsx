import {count, decimal, percent, share, significant} from '../../../ui/format.ts';
import {list, type MessageKey, t, tn} from '../../../ui/i18n.ts';
import {isolate, visibleToken} from '../../../ui/tokens/token-text.ts';
import {type Finding, findingsOf} from './findings.ts';
import {type Metrics, metricsOf} from './metrics.ts';
import {type StrategyRun, shownOf} from './runs.ts';
import './comparison.css';

/** A finished run under its strategy's name. */
export interface Compared {
	name: string;
	run: StrategyRun;
}

const orNone = (value: number | null, shown: (value: number) => string) => (value === null ? '–' : shown(value));

type Column = readonly [key: MessageKey, title: MessageKey, value: (figures: Metrics) => string];

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
		({tokensPerSecond}) => orNone(tokensPerSecond, value => decimal(value, 1)),
	],
];

/** The figures of all runs in one table, and findings about them in sentences. */
export function Comparison({compared}: {compared: readonly Compared[]}) {
	const findings = findingsOf(compared.map(({name, run}) => ({name, tokens: shownOf(run).tokens})));
	const more = t('strategies_more_figures');
	return (
		<div class="comparison">
			{findings.length > 0 && (
				<ul class="strategy-findings" role="status">
					{findings.map(finding => (
						<li key={finding.kind}>{sentence(finding)}</li>
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
					{compared.map(({name, run}) => {
						const figures = metricsOf(shownOf(run).tokens, {
							tokens: run.continuations.reduce((sum, {tokens}) => sum + tokens.length, 0),
							milliseconds: run.decodeMilliseconds,
						});
						return (
							<tr key={run.pick}>
								<th scope="row">{name}</th>
								{columns.map(([key, , value]) => (
									<td key={key}>{value(figures)}</td>
								))}
							</tr>
						);
					})}
				</tbody>
			</table>
		</section>
	);
}

function sentence(finding: Finding): string {
	switch (finding.kind) {
		case 'loop':
			return t(
				'strategies_finding_loop',
				finding.name,
				tn('strategies_tokens', finding.loop.period),
				count(finding.loop.times),
			);
		case 'repeats':
			return t('strategies_finding_repeats', finding.name, percent(finding.repetition));
		case 'likeliest':
			return t(
				finding.top10 / finding.tokens >= 0.9 ? 'strategies_finding_likeliest_bland' : 'strategies_finding_likeliest',
				finding.name,
				decimal(finding.logProbPerToken),
				count(finding.top10),
				tn('strategies_tokens', finding.tokens),
			);
		case 'wanders':
			return t(
				finding.beyond100 > 0 ? 'strategies_finding_wanders' : 'strategies_finding_strays',
				finding.name,
				decimal(finding.logProbPerToken),
				count(finding.beyond100),
				tn('strategies_tokens', finding.tokens),
				isolate(visibleToken(finding.worst)),
				count(finding.worst.rank),
			);
		case 'same':
			return t('strategies_finding_same', list(finding.names));
	}
}
