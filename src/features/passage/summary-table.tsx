import {type PlainKey, t} from '../../client/browser/i18n.ts';
import {count, percent, significant} from '../../ui/format.ts';
import type {Scored} from './scoring.ts';
import {type Summary, summarise} from './summary.ts';
import '../../ui/summary-table.css';

const ROWS: readonly {label: PlainKey; title: PlainKey; show(summary: Summary): string}[] = [
	{label: 'passage_tokens', title: 'passage_tokens_title', show: s => count(s.tokens)},
	{label: 'passage_perplexity', title: 'passage_perplexity_title', show: s => significant(s.perplexity)},
	{label: 'passage_per_token', title: 'passage_per_token_title', show: s => significant(s.bitsPerToken)},
	{label: 'passage_per_character', title: 'passage_per_character_title', show: s => significant(s.bitsPerCharacter)},
	{label: 'passage_mean_entropy', title: 'passage_mean_entropy_title', show: s => significant(s.entropyBits)},
	{label: 'passage_top1', title: 'passage_top1_title', show: s => percent(s.top1)},
	{label: 'passage_top10', title: 'passage_top10_title', show: s => percent(s.top10)},
];

interface Column {
	title: string;
	scored: Scored | null;
}

/** The totals: one passage, or several side by side. */
export function SummaryTable({columns}: {columns: readonly Column[]}) {
	const summaries = columns.map(({scored}) => (scored?.tokens.length ? summarise(scored.text, scored.tokens) : null));
	const [only] = summaries;
	return (
		<table class="summary-table numbers">
			<caption>{summaries.length === 1 && only ? sentence(only) : t('passage_summary')}</caption>
			{columns.length > 1 && (
				<thead>
					<tr>
						<td />
						{columns.map(({title}) => (
							<th key={title} scope="col">
								{title}
							</th>
						))}
					</tr>
				</thead>
			)}
			<tbody>
				{ROWS.map(({label, title, show}) => (
					<tr key={label}>
						<th scope="row" title={t(title)}>
							{t(label)}
						</th>
						{summaries.map((summary, i) => (
							<td key={columns[i].title}>{summary ? show(summary) : '–'}</td>
						))}
					</tr>
				))}
			</tbody>
		</table>
	);
}

/** The figures in plain words. */
const sentence = ({tokens, top1, top10, perplexity}: Summary) =>
	t('passage_sentence', {
		first: count(Math.round(top1 * tokens)),
		tokens: count(tokens),
		firstTen: count(Math.round(top10 * tokens)),
		perplexity: significant(perplexity),
	});
