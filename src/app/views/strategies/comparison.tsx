import {count, decimal, percent, share, significant} from '../../../ui/format.ts';
import {list, t, tn} from '../../../ui/i18n.ts';
import {isolate, visibleToken} from '../../../ui/tokens/token-text.ts';
import {type Finding, findingsOf} from './findings.ts';
import {type Metrics, metricsOf} from './metrics.ts';
import type {StrategyRun} from './runs.ts';
import './comparison.css';

/** A finished run under its strategy's name, and which of its continuations is looked at. */
export interface Compared {
	name: string;
	run: StrategyRun;
	continuation: number;
}

/** The figures of a run's continuation. */
function figuresOf({run, continuation}: Compared): Metrics {
	const tokens = run.continuations.reduce((sum, {tokens}) => sum + tokens.length, 0);
	return metricsOf(run.continuations[continuation]?.tokens ?? [], {tokens, milliseconds: run.decodeMilliseconds});
}

const shareOrNone = (value: number | null) => (value === null ? '–' : share(value));

const COLUMNS: readonly {
	key: Parameters<typeof t>[0];
	title: Parameters<typeof t>[0];
	value(figures: Metrics): string;
}[] = [
	{key: 'strategies_column_total', title: 'strategies_column_total_title', value: ({logProb}) => decimal(logProb)},
	{
		key: 'strategies_column_mean',
		title: 'strategies_column_mean_title',
		value: ({logProbPerToken}) => (logProbPerToken === null ? '–' : decimal(logProbPerToken)),
	},
	{
		key: 'strategies_column_perplexity',
		title: 'strategies_column_perplexity_title',
		value: ({perplexity}) => (perplexity === null ? '–' : significant(perplexity)),
	},
	{
		key: 'strategies_column_repetition',
		title: 'strategies_column_repetition_title',
		value: ({repetition}) => (repetition === null ? '–' : percent(repetition)),
	},
];

/** Of more figures, for those who ask. */
const MORE_COLUMNS: typeof COLUMNS = [
	{
		key: 'strategies_column_distinct1',
		title: 'strategies_column_distinct_title',
		value: ({distinct}) => shareOrNone(distinct[0]),
	},
	{
		key: 'strategies_column_distinct2',
		title: 'strategies_column_distinct_title',
		value: ({distinct}) => shareOrNone(distinct[1]),
	},
	{
		key: 'strategies_column_distinct3',
		title: 'strategies_column_distinct_title',
		value: ({distinct}) => shareOrNone(distinct[2]),
	},
	{
		key: 'strategies_column_speed',
		title: 'strategies_column_speed_title',
		value: ({tokensPerSecond}) => (tokensPerSecond === null ? '–' : decimal(tokensPerSecond, 1)),
	},
];

/** The figures of all runs in one table, and findings about them in sentences. */
export function Comparison({compared}: {compared: readonly Compared[]}) {
	const results = compared.map(({name, run, continuation}) => ({
		name,
		tokens: run.continuations[continuation]?.tokens ?? [],
	}));
	const findings = findingsOf(results);
	return (
		<div class="comparison">
			{findings.length > 0 && (
				<div role="status">
					<ul class="strategy-findings">
						{findings.map(finding => (
							<li key={finding.kind}>{sentence(finding)}</li>
						))}
					</ul>
				</div>
			)}
			<FigureTable compared={compared} columns={COLUMNS} label={t('strategies_comparison')} />
			<details class="more-figures">
				<summary>{t('strategies_more_figures')}</summary>
				<FigureTable compared={compared} columns={MORE_COLUMNS} label={t('strategies_more_figures')} />
			</details>
		</div>
	);
}

interface TableProps {
	compared: readonly Compared[];
	columns: typeof COLUMNS;
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
						{columns.map(({key, title}) => (
							<th key={key} scope="col" title={t(title)}>
								{t(key)}
							</th>
						))}
					</tr>
				</thead>
				<tbody>
					{compared.map(entry => {
						const figures = figuresOf(entry);
						return (
							<tr key={entry.run.pick}>
								<th scope="row">{entry.name}</th>
								{columns.map(({key, value}) => (
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
