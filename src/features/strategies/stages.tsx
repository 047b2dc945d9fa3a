import {t, tn} from '../../client/browser/i18n.ts';
import type {Engine} from '../../client/query.ts';
import {useQuery} from '../../client/use-query.ts';
import type {Generation, ParameterName} from '../../engine/parameters/registry.ts';
import type {ExplainAnswer, ExplainStage} from '../../protocol/questions/explain.ts';
import type {GeneratedToken} from '../../protocol/questions/generate.ts';
import type {Prompt, Token} from '../../protocol/values/prompt.ts';
import {spelledToken} from '../../protocol/values/spell.ts';
import {ErrorNote} from '../../ui/components/error-note.tsx';
import {ProgressLine} from '../../ui/components/progress-line.tsx';
import {count, ordinal, percent} from '../../ui/format.ts';
import {TokenText} from '../../ui/tokens/token-view.tsx';
import {type CandidateRow, CandidateRows} from '../../ui/trace/candidate-rows.tsx';

/** A generated token, and what it was chosen after. */
export interface TokenPlace {
	token: GeneratedToken;
	/** The prompt of the run that generated it, and what the run had generated before it. */
	prompt: Prompt;
	generated: readonly Token[];
	generation: Generation;
	/** Whether a person chose it, in place of the strategy. */
	byPerson?: boolean;
}

/** Why this class? The distribution after each processor and warper, in order, and the classes that each removed. */
export function Stages({engine, place}: {engine: Engine; place: TokenPlace}) {
	const {prompt, generation, generated, token} = place;
	const params = {prompt, generation, generated: generated.map(spelledToken), chosen: spelledToken(token)};
	const {answer, progress, error, retry} = useQuery(engine, 'explain', params);
	if (error) return <ErrorNote message={error.message} action={{label: t('common_retry'), run: retry}} />;
	if (!answer) return <ProgressLine progress={progress} />;
	return (
		<>
			<p class="small">{verdict(answer, place)}</p>
			<ol class="stages">
				{answer.stages.map((stage, index) => (
					<Stage key={index} stage={stage} chosen={token} />
				))}
			</ol>
		</>
	);
}

/** All stages in a sentence: from the model's own probability to the one that the class was chosen with. */
function verdict({stages}: ExplainAnswer, {token, generation, byPerson}: TokenPlace): string {
	const [first, last] = [stages[0], stages[stages.length - 1]];
	const kind = byPerson
		? 'person'
		: generation.numBeams > 1
			? 'beam'
			: last.chosenProbability === 0
				? 'cut'
				: generation.doSample
					? 'drawn'
					: 'taken';
	return t(`strategies_verdict_${kind}`, {
		rank: ordinal(token.rank),
		before: percent(first.chosenProbability),
		after: percent(last.chosenProbability),
		afterRank: ordinal(last.chosenRank),
	});
}

function Stage({stage, chosen}: {stage: ExplainStage; chosen: GeneratedToken}) {
	const {name, value, keptCount, removedCount, removedProbability, removed, top, chosenProbability, chosenRank} = stage;
	const rows: CandidateRow[] = top.map((token, index) => ({
		token,
		rank: index + 1,
		probability: token.probability,
		chosen: token.id === chosen.id,
	}));
	if (!rows.some(row => row.chosen)) {
		const cut = chosenProbability === 0;
		rows.push({token: chosen, rank: chosenRank, probability: chosenProbability, cut, chosen: true});
	}
	return (
		<li class="stage">
			<h4>
				{name === 'model' ? t('strategies_stage_model') : t(`options_${name as ParameterName}`)} <code>{value}</code>
			</h4>
			<p class="quiet small numbers">
				{name === 'model'
					? t('strategies_stage_all', {keptCount: count(keptCount)})
					: removedCount === 0
						? t('strategies_stage_none_removed', {keptCount: count(keptCount)})
						: tn('strategies_stage_removed', removedCount, {
								removedProbability: percent(removedProbability),
								keptCount: count(keptCount),
							})}
			</p>
			<CandidateRows rows={rows} />
			{removed.length > 0 && (
				<p class="removed small">
					<span class="quiet">{t('strategies_stage_removed_list')}</span>
					{removed.map(entry => (
						<span key={entry.id} class={entry.id === chosen.id ? 'removed-class is-chosen' : 'removed-class'}>
							<TokenText token={entry} /> <span class="quiet numbers">{percent(entry.probability)}</span>
						</span>
					))}
					{removedCount > removed.length && (
						<span class="quiet">{tn('strategies_stage_more', removedCount - removed.length)}</span>
					)}
				</p>
			)}
		</li>
	);
}
