import {type PlainKey, t} from '../../client/browser/i18n.ts';
import type {GenerateAnswer} from '../../protocol/questions/generate.ts';
import {decimal, percent, share, significant} from '../../ui/format.ts';
import {findingsOf} from './findings.ts';
import {type Metrics, metricsOf, tokensPerSecond} from './metrics.ts';
import '../../ui/summary-table.css';
import './comparison.css';

/** A finished run under its strategy's name, and which of its continuations is looked at. */
interface Compared {
	name: string;
	answer: GenerateAnswer;
	shown: number;
}

const tokensOf = ({answer, shown}: Compared) => answer.continuations[shown].tokens;

const orNone = (value: number | null, shown: (value: number) => string) => (value === null ? '–' : shown(value));

type Columns = Readonly<Record<string, (figures: Metrics, answer: GenerateAnswer) => string>>;

/** By the ends of the names of their messages. */
const COLUMNS: Columns = {
	total: ({logProb}) => decimal(logProb),
	mean: ({logProbPerToken}) => orNone(logProbPerToken, decimal),
	perplexity: ({perplexity}) => orNone(perplexity, significant),
	repetition: ({repetition}) => orNone(repetition, percent),
};

/** Of more figures, for those who ask. */
const MORE_COLUMNS: Columns = {
	distinct1: ({distinct}) => orNone(distinct[0], share),
	distinct2: ({distinct}) => orNone(distinct[1], share),
	distinct3: ({distinct}) => orNone(distinct[2], share),
	speed: (_, answer) => orNone(tokensPerSecond(answer), value => decimal(value, 1)),
};

const message = (name: string) => t(`strategies_column_${name}` as PlainKey);

/** The figures of all runs in one table, and findings about them in sentences. */
export function Comparison({compared}: {compared: readonly Compared[]}) {
	const findings = findingsOf(compared.map(one => ({name: one.name, tokens: tokensOf(one)})));
	const more = t('strategies_more_figures');
	return (
		<div class="comparison">
			{findings.length > 0 && (
				<div role="status">
					<ul class="strategy-findings">
						{findings.map(finding => (
							<li key={finding}>{finding}</li>
						))}
					</ul>
				</div>
			)}
			<FigureTable compared={compared} columns={COLUMNS} label={t('strategies_comparison')} />
			<details class="more-figures">
				<summary>{more}</summary>
				<FigureTable compared={compared} columns={MORE_COLUMNS} label={more} />
			</details>
		</div>
	);
}

function FigureTable({compared, columns, label}: {compared: readonly Compared[]; columns: Columns; label: string}) {
	const names = Object.keys(columns);
	return (
		// biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
		<section class="table-scroll" tabIndex={0} aria-label={label}>
			<table class="summary-table numbers">
				<thead>
					<tr>
						<th scope="col">{t('strategies_column_strategy')}</th>
						{names.map(name => (
							<th key={name} scope="col" title={message(`${name.replace(/\d$/, '')}_title`)}>
								{message(name)}
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
								{names.map(name => (
									<td key={name}>{columns[name](figures, one.answer)}</td>
								))}
							</tr>
						);
					})}
				</tbody>
			</table>
		</section>
	);
}
