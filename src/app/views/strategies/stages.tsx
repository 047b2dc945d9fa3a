import type {Generation, ParameterName} from '../../../parameters/registry.ts';
import {strategyOf} from '../../../parameters/strategies.ts';
import type {ExplainAnswer, ExplainStage, GeneratedToken, Prompt, Token} from '../../../protocol/engine.ts';
import {spelledToken} from '../../../protocol/spell.ts';
import type {Engine} from '../../../ui/client/query.ts';
import {useQuery} from '../../../ui/client/use-query.ts';
import {ClassRow} from '../../../ui/components/class-row.tsx';
import {ErrorNote} from '../../../ui/components/error-note.tsx';
import {ProgressLine} from '../../../ui/components/progress-line.tsx';
import {count, ordinal, percent} from '../../../ui/format.ts';
import {t, tn} from '../../../ui/i18n.ts';
import {TokenText} from '../../../ui/tokens/token-view.tsx';

interface Props {
	engine: Engine;
	prompt: Prompt;
	generation: Generation;
	/** What the run had generated before the token. */
	generated: readonly Token[];
	token: GeneratedToken;
	/** Whether a person chose it, in place of the strategy. */
	byPerson: boolean;
}

/** Why this class? The distribution after each processor and warper, in order, and the classes that each removed. */
export function Stages({engine, prompt, generation, generated, token, byPerson}: Props) {
	const params = {prompt, generation, generated: generated.map(spelledToken), chosen: spelledToken(token)};
	const {answer, progress, error, retry} = useQuery(engine, 'explain', params);
	if (error) return <ErrorNote message={error.message} action={{label: t('common_retry'), run: retry}} />;
	if (!answer) return <ProgressLine progress={progress} />;
	const {stages} = answer;
	return (
		<>
			<p class="small">{verdict(answer, token, generation, byPerson)}</p>
			<ol class="stages">
				{stages.map((stage, index) => (
					<Stage key={index} stage={stage} chosen={token} vocabulary={stages[0].keptCount} />
				))}
			</ol>
		</>
	);
}

/** All stages in a sentence: from the model's own probability to the one that the class was chosen with. */
function verdict({stages}: ExplainAnswer, token: GeneratedToken, generation: Generation, byPerson: boolean): string {
	const first = stages[0];
	const last = stages[stages.length - 1];
	const figures = [
		ordinal(token.rank),
		percent(first.chosenProbability),
		percent(last.chosenProbability),
		ordinal(last.chosenRank),
	] as const;
	const strategy = strategyOf(generation);
	if (byPerson) return t('strategies_verdict_person', ...figures);
	if (generation.numBeams > 1) return t('strategies_verdict_beam', ...figures);
	if (strategy === 'contrastive') return t('strategies_verdict_contrastive', ...figures);
	if (last.chosenProbability === 0) return t('strategies_verdict_cut', ...figures);
	return t(generation.doSample ? 'strategies_verdict_drawn' : 'strategies_verdict_taken', ...figures);
}

function Stage({stage, chosen, vocabulary}: {stage: ExplainStage; chosen: GeneratedToken; vocabulary: number}) {
	const {name, value, keptCount, removedCount, removedProbability, removed, top, chosenProbability, chosenRank} = stage;
	const longest = top[0]?.probability || 1;
	const listed = top.some(({id}) => id === chosen.id);
	return (
		<li class="stage">
			<h4>
				{stageName(name)} <code>{value}</code>
			</h4>
			{name === 'diversityPenalty' && <p class="quiet small">{t('strategies_stage_groups')}</p>}
			<p class="quiet small numbers">
				{name === 'model'
					? t('strategies_stage_all', count(vocabulary))
					: removedCount === 0
						? t('strategies_stage_none_removed', count(keptCount))
						: tn('strategies_stage_removed', removedCount, percent(removedProbability), count(keptCount))}
			</p>
			<ol class="class-rows no-logit">
				{top.map((entry, index) => (
					<li key={entry.id} class={entry.id === chosen.id ? 'is-chosen' : undefined}>
						<ClassRow
							token={entry}
							rank={index + 1}
							probability={entry.probability}
							fraction={entry.probability / longest}
						/>
					</li>
				))}
				{!listed && (
					<li class="is-chosen">
						<ClassRow
							token={chosen}
							rank={chosenRank}
							probability={chosenProbability}
							fraction={chosenProbability / longest}
							cut={chosenProbability === 0}
						/>
					</li>
				)}
			</ol>
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

function stageName(name: string): string {
	if (name === 'model') return t('strategies_stage_model');
	return t(`options_${name as ParameterName}`);
}
