import {useEffect, useMemo} from 'preact/hooks';
import {t, tn} from '../../../client/browser/i18n.ts';
import {createQuery} from '../../../client/query.ts';
import type {Generation} from '../../../engine/parameters/registry.ts';
import {nats} from '../../../ui/format.ts';
import {noStepText} from '../../../ui/no-step.ts';
import {StepsView} from '../../../ui/trace/steps-view.tsx';
import {Waiting} from '../shared/prose.tsx';
import {promptOf, type Walk} from '../state/walk.ts';
import {Running} from './running.tsx';
import {MOST} from './use-loop.ts';

/** A strategy that weighs more than the next class: said in a sentence, run as a whole, and shown step by step. */
export function WholeStrategy({walk, generation}: {walk: Walk; generation: Generation}) {
	const text = walk.text.value;
	const engine = walk.body.engine.value;
	const query = useMemo(() => createQuery(engine, 'generate'), [engine]);
	const maxNewTokens = Math.min(generation.maxNewTokens, MOST);
	const params = {
		prompt: promptOf(text),
		generation: {...generation, maxNewTokens, minNewTokens: Math.min(generation.minNewTokens, maxNewTokens)},
	};
	const key = JSON.stringify(params);
	useEffect(() => query.cancel, [query, key]);
	const result = query.result.value;
	const answer = result && JSON.stringify(result.params) === key ? result.answer : null;
	const [best] = answer?.continuations ?? [];
	return (
		<>
			<p>{noStepText(generation)}</p>
			<Running text={text} chosen={best?.tokens ?? []} />
			{best && (
				<p role="status" class="readout numbers">
					{tn('walk_loop_ran', best.tokens.length, {logProb: nats(best.logProb)})}
				</p>
			)}
			<div class="steps-bar">
				<button type="button" class="button go" disabled={query.running.value} onClick={() => void query.ask(params)}>
					{t('walk_loop_run')}
				</button>
				{query.running.value && (
					<button type="button" class="button" onClick={query.cancel}>
						{t('walk_cancel')}
					</button>
				)}
			</div>
			{best && answer?.trace && (
				<StepsView key={key} trace={answer.trace} tokens={best.tokens} generation={generation} at={0} />
			)}
			{(query.running.value || query.error.value) && (
				<Waiting progress={query.progress.value} error={query.error.value} retry={query.retry} />
			)}
		</>
	);
}
