import {useState} from 'preact/hooks';
import {t, tn} from '../../client/browser/i18n.ts';
import {CHOICE_NAMES} from '../../engine/parameters/registry.ts';
import {ErrorNote} from '../../ui/components/error-note.tsx';
import {LinkButton} from '../../ui/components/link-button.tsx';
import {progressText} from '../../ui/components/progress-line.tsx';
import {count, decimal} from '../../ui/format.ts';
import {choiceText} from '../../ui/parameters.ts';
import {FormNote} from '../classes/form-place.tsx';
import {HypothesisList} from '../continuations/hypothesis-list.tsx';
import type {Workspace} from '../prompt/workspace.ts';
import type {LiveRun, StrategyPick, StrategyRun} from './runs.ts';
import type {StrategiesStore} from './store.ts';
import {StrategyDialog} from './strategy-dialog.tsx';
import {TokenPanel} from './token-panel.tsx';
import {Figures, TokenStrip} from './token-strip.tsx';

interface Props {
	app: Workspace;
	strategies: StrategiesStore;
	pick: StrategyPick;
	name: string;
}

/** A strategy: how it chooses, and the text that it generated. */
export function StrategyCard({app, strategies, pick, name}: Props) {
	const {runs} = strategies;
	const [editing, setEditing] = useState(false);
	const run = pick.run?.promptKey === app.prompt.key.value ? pick.run : null;
	return (
		<article class="strategy" aria-label={name}>
			<header>
				<h2>{name}</h2>
				<LinkButton aria-haspopup="dialog" onClick={() => setEditing(true)}>
					{t('strategies_edit')}
				</LinkButton>
				<LinkButton onClick={() => runs.duplicate(pick.id)}>{t('strategies_duplicate')}</LinkButton>
				<LinkButton aria-label={t('strategies_remove', {name})} onClick={() => runs.remove(pick.id)}>
					×
				</LinkButton>
			</header>
			<p class="quiet small">{choiceText(pick.choice)}</p>
			{editing && <StrategyDialog runs={runs} pick={pick} name={name} onClose={() => setEditing(false)} />}
			{run && !sameChoice(run, pick) && <p class="notice small">{t('strategies_stale')}</p>}
			{run?.error && <ErrorNote message={run.error} />}
			{run?.answer && <Done app={app} strategies={strategies} pick={pick} run={run} name={name} />}
			{run && !run.answer && !run.error && <Running run={run} live={runs.live.value.get(pick.id)} name={name} />}
		</article>
	);
}

/** Whether a run chose as its pick does now. */
const sameChoice = ({generation}: StrategyRun, {choice}: StrategyPick) =>
	CHOICE_NAMES.every(name => generation[name] === choice[name]);

/** One of a run's continuations, each of its tokens open to the question why and to another choice. */
function Done({app, strategies, pick, run, name}: Props & {run: StrategyRun}) {
	const {runs, branches, token: at} = strategies;
	const {prompt, generation, shown, answer} = run;
	const {continuations, trace, dropped} = answer!;
	const continuation = continuations[shown];
	const {tokens, finishReason, beamScore} = continuation;
	const open = at.value?.pick === pick.id && at.value.index < tokens.length ? at.value.index : null;
	const root = {title: name, prompt, generation, tokens, finishReason};
	const close = () => {
		at.value = null;
	};
	return (
		<>
			{dropped > 0 && <p class="quiet small">{tn('popup_continuations_dropped', dropped)}</p>}
			<TokenStrip
				label={name}
				tokens={tokens}
				sampled={generation.doSample}
				current={open}
				onOpen={index => {
					at.value = index === open ? null : {pick: pick.id, index};
				}}
			/>
			<footer class="quiet small numbers">
				{continuations.length > 1 && (
					<select
						aria-label={t('strategies_which_text', {name})}
						value={shown}
						onChange={event => {
							close();
							runs.show(pick.id, Number(event.currentTarget.value));
						}}
					>
						{continuations.map((_, index) => (
							<option key={index} value={index}>
								{t('strategies_text_of', {index: count(index + 1), continuations: count(continuations.length)})}
							</option>
						))}
					</select>
				)}
				<Figures tokens={tokens} />
				{beamScore !== null && <span>{t('strategies_beam_score', {beamScore: decimal(beamScore)})}</span>}
				<FormNote {...continuation} />
				<LinkButton onClick={() => branches.open(root)}>{t('strategies_branch')}</LinkButton>
			</footer>
			{open !== null && (
				<TokenPanel
					key={open}
					engine={app.engine}
					place={{token: tokens[open], prompt, generation, generated: tokens.slice(0, open)}}
					position={open + 1}
					weighed={{trace, tokens}}
					onChoose={(row, answer) => {
						branches.open(root);
						branches.choose(open, row, answer);
						close();
					}}
					onClose={close}
				/>
			)}
		</>
	);
}

/** How far a run is, and its text so far; beams in the making are the hypotheses alive, best first. */
function Running({run, live, name}: {run: StrategyRun; live: LiveRun | undefined; name: string}) {
	const tokens = live?.tokens ?? [];
	return (
		<>
			<p class="quiet small numbers">{stateText(run, live, tokens.length)}</p>
			{live?.hypotheses ? (
				<HypothesisList hypotheses={live.hypotheses} />
			) : (
				tokens.length > 0 && (
					<TokenStrip label={name} tokens={tokens} sampled={run.generation.doSample} current={null} onOpen={() => {}} />
				)
			)}
		</>
	);
}

function stateText({status, generation}: StrategyRun, live: LiveRun | undefined, tokens: number): string {
	const most = count(generation.maxNewTokens);
	if (status === 'waiting') return t('strategies_waiting');
	if (status === 'stopped') return t('strategies_stopped');
	if (live?.progress.value) return progressText(live.progress.value);
	if (live?.hypotheses) return t('strategies_step', {step: count(live.hypotheses.step + 1), most});
	return t('strategies_token_of', {tokens: count(tokens), most});
}
