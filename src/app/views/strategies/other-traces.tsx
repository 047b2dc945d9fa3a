import type {ContrastiveTrace, SpeculativeTrace, Token} from '../../../protocol/engine.ts';
import {count, decimal, percent} from '../../../ui/format.ts';
import {sentences, t} from '../../../ui/i18n.ts';
import {TokenText} from '../../../ui/tokens/token-view.tsx';

/** One step of contrastive search: both terms of every candidate, and the score they make. */
export function ContrastiveView({trace, step, alpha}: {trace: ContrastiveTrace; step: number; alpha: number}) {
	const candidates = [...(trace.steps[step] ?? [])].sort((a, b) => b.score - a.score);
	return (
		<div class="table-scroll">
			<table class="numbers terms">
				<caption class="quiet small">{t('strategies_contrastive_lead', decimal(1 - alpha), decimal(alpha))}</caption>
				<thead>
					<tr>
						<th scope="col">{t('strategies_contrastive_class')}</th>
						<th scope="col">{t('strategies_contrastive_probability')}</th>
						<th scope="col">{t('strategies_contrastive_penalty')}</th>
						<th scope="col">{t('strategies_contrastive_score')}</th>
					</tr>
				</thead>
				<tbody>
					{candidates.map(candidate => (
						<tr key={candidate.id} class={candidate.chosen ? 'is-chosen' : undefined}>
							<th scope="row">
								<TokenText token={candidate} />
								{candidate.chosen && <span class="spoken">{t('strategies_chosen')}</span>}
							</th>
							<Term value={(1 - alpha) * candidate.probability} shown={percent(candidate.probability)} />
							<Term
								value={alpha * candidate.degenerationPenalty}
								shown={decimal(candidate.degenerationPenalty)}
								takes
							/>
							<td>{decimal(candidate.score, 3)}</td>
						</tr>
					))}
				</tbody>
			</table>
		</div>
	);
}

/** A term with its weighted part as a bar, so that both columns are drawn to one scale. */
function Term({value, shown, takes}: {value: number; shown: string; takes?: boolean}) {
	return (
		<td>
			<i class={takes ? 'term takes' : 'term'} style={`--fraction: ${Math.min(1, Math.max(0, value))}`} />
			{shown}
		</td>
	);
}

/** Speculative decoding, round by round: the drafted tokens, how many of them were accepted, and the token that replaced the rest. */
export function SpeculativeView({trace}: {trace: SpeculativeTrace}) {
	const drafted = trace.rounds.reduce((sum, round) => sum + round.drafted.length, 0);
	const accepted = trace.rounds.reduce((sum, round) => sum + round.accepted, 0);
	const tokens = accepted + trace.rounds.filter(({correction, bonus}) => correction ?? bonus).length;
	return (
		<>
			<p class="small">
				{sentences([
					t(
						'strategies_speculative_lead',
						trace.draft ?? t('strategies_speculative_lookup'),
						count(drafted),
						count(accepted),
						percent(trace.acceptanceRate),
					),
					...(tokens > 1
						? [t('strategies_speculative_runs', count(tokens), count(trace.modelCalls), count(tokens - 1))]
						: []),
					...(trace.draftCalls > 0 ? [t('strategies_speculative_draft_runs', count(trace.draftCalls))] : []),
				])}
			</p>
			<ol class="rounds">
				{trace.rounds.map((round, index) => (
					<li key={index}>
						<span class="quiet small numbers">{index + 1}</span>
						{round.drafted.map((token, at) => (
							<Drafted key={at} token={token} accepted={at < round.accepted} />
						))}
						{round.correction && (
							<span class="corrected">
								<span class="spoken">{t('strategies_speculative_corrected')}</span>
								<span aria-hidden="true">→ </span>
								<TokenText token={round.correction} />
							</span>
						)}
						{round.bonus && (
							<span class="corrected">
								<span class="spoken">{t('strategies_speculative_bonus')}</span>
								<span aria-hidden="true">+ </span>
								<TokenText token={round.bonus} />
							</span>
						)}
					</li>
				))}
			</ol>
			<p class="quiet small" aria-hidden="true">
				<ins class="accepted">{t('strategies_speculative_accepted')}</ins>{' '}
				<del class="rejected">{t('strategies_speculative_rejected')}</del>{' '}
				<span class="corrected">→ {t('strategies_speculative_corrected')}</span>{' '}
				<span class="corrected">+ {t('strategies_speculative_bonus')}</span>
			</p>
		</>
	);
}

function Drafted({token, accepted}: {token: Token; accepted: boolean}) {
	const spoken = (
		<span class="spoken">{t(accepted ? 'strategies_speculative_accepted' : 'strategies_speculative_rejected')}</span>
	);
	return accepted ? (
		<ins class="accepted">
			{spoken}
			<TokenText token={token} />
		</ins>
	) : (
		<del class="rejected">
			{spoken}
			<TokenText token={token} />
		</del>
	);
}
