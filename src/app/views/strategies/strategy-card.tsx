import type {ComponentChildren} from 'preact';
import {useState} from 'preact/hooks';
import type {GeneratedToken} from '../../../protocol/engine.ts';
import type {Choice} from '../../../settings/presets.ts';
import {ErrorNote} from '../../../ui/components/error-note.tsx';
import {progressText} from '../../../ui/components/progress-line.tsx';
import {count, decimal, nats} from '../../../ui/format.ts';
import {t, tn} from '../../../ui/i18n.ts';
import {choiceText} from '../../../ui/parameters.ts';
import {totalLogProb} from '../../../ui/tokens/log-prob.ts';
import {visibleParts} from '../../../ui/tokens/token-text.ts';
import {FormNote} from '../classes/form-place.tsx';
import type {LiveRun, StrategyPick, StrategyRun, StrategyRuns} from './runs.ts';
import {StrategyDialog} from './strategy-dialog.tsx';
import {TokenStrip} from './token-strip.tsx';

interface Props {
	runs: StrategyRuns;
	pick: StrategyPick;
	name: string;
	/** Whether the run belongs to the prompt as it is now. */
	current: boolean;
	/** Which continuation shows. */
	continuation: number;
	onContinuation(index: number): void;
	/** Index of the token whose panel is open. */
	openToken: number | null;
	onOpen(index: number): void;
	onBranch(): void;
	/** The panel of the open token. */
	children?: ComponentChildren;
}

/** A strategy: how it chooses, and the text that it generated. */
export function StrategyCard(props: Props) {
	const {runs, pick, name, current, continuation, onContinuation, openToken, onOpen, onBranch, children} = props;
	const [editing, setEditing] = useState(false);
	const run = current ? runs.runs.value.get(pick.id) : undefined;
	const live = runs.live.value.get(pick.id);
	return (
		<article class="strategy" aria-label={name}>
			<header>
				<h2>{name}</h2>
				<button type="button" class="link" aria-haspopup="dialog" onClick={() => setEditing(true)}>
					{t('strategies_edit')}
				</button>
				<button type="button" class="link" onClick={() => runs.duplicate(pick.id)}>
					{t('strategies_duplicate')}
				</button>
				<button
					type="button"
					class="link"
					aria-label={t('strategies_remove', name)}
					onClick={() => runs.remove(pick.id)}
				>
					×
				</button>
			</header>
			<p class="quiet small">{choiceText(pick.choice)}</p>
			{editing && <StrategyDialog runs={runs} pick={pick} name={name} onClose={() => setEditing(false)} />}
			{run && !sameChoice(run, pick) && <p class="notice small">{t('strategies_stale')}</p>}
			{run && (
				<Outcome
					run={run}
					live={live}
					name={name}
					continuation={continuation}
					onContinuation={onContinuation}
					openToken={openToken}
					onOpen={onOpen}
					onBranch={onBranch}
				/>
			)}
			{children}
		</article>
	);
}

/** Whether a run chose as its pick does now. */
const sameChoice = ({generation}: StrategyRun, {choice}: StrategyPick) =>
	(Object.keys(choice) as (keyof Choice)[]).every(name => generation[name] === choice[name]);

type OutcomeProps = Pick<Props, 'name' | 'continuation' | 'onContinuation' | 'openToken' | 'onOpen' | 'onBranch'> & {
	run: StrategyRun;
	live: LiveRun | undefined;
};

function Outcome({run, live, name, continuation, onContinuation, openToken, onOpen, onBranch}: OutcomeProps) {
	if (run.status === 'failed') return <ErrorNote message={run.error ?? ''} />;
	const done = run.status === 'done';
	const shown = run.continuations[continuation];
	const tokens = done ? shown?.tokens : live?.tokens[continuation];
	const choices = run.generation.numReturnSequences;
	return (
		<>
			{run.dropped > 0 && <p class="quiet small">{tn('popup_continuations_dropped', run.dropped)}</p>}
			{!done && <State run={run} live={live} tokens={tokens ?? []} />}
			{!done && live && live.hypotheses.length > 0 ? (
				<Hypotheses live={live} />
			) : (
				tokens && (
					<TokenStrip
						label={name}
						tokens={tokens}
						sampled={run.generation.doSample}
						current={done ? openToken : null}
						onOpen={done ? onOpen : () => {}}
					/>
				)
			)}
			{done && (
				<footer class="quiet small numbers">
					{choices > 1 && (
						<Stepper count={run.continuations.length} current={continuation} onChange={onContinuation} name={name} />
					)}
					<span>{t('strategies_total', nats(totalLogProb(tokens ?? [])))}</span>
					{tokens && tokens.length > 0 && (
						<span>{t('strategies_mean', decimal(totalLogProb(tokens) / tokens.length))}</span>
					)}
					{shown?.beamScore != null && <span>{t('strategies_beam_score', decimal(shown.beamScore))}</span>}
					{shown && <FormNote {...shown} />}
					<button type="button" class="link" onClick={onBranch}>
						{t('strategies_branch')}
					</button>
				</footer>
			)}
		</>
	);
}

function State({run, live, tokens}: {run: StrategyRun; live: LiveRun | undefined; tokens: readonly GeneratedToken[]}) {
	const most = count(run.generation.maxNewTokens);
	const state =
		run.status === 'waiting'
			? t('strategies_waiting')
			: run.status === 'stopped'
				? t('strategies_stopped')
				: live?.progress.value
					? progressText(live.progress.value)
					: live && live.step > 0
						? t('strategies_step', count(live.step), most)
						: t('strategies_token_of', count(tokens.length), most);
	return <p class="quiet small numbers">{state}</p>;
}

/** Beams in the making: the hypotheses alive, best first. */
function Hypotheses({live}: {live: LiveRun}) {
	return (
		<ol class="hypotheses small">
			{live.hypotheses.map((hypothesis, index) => (
				<li key={index}>
					<span class="hypothesis">{visibleParts(hypothesis.text.slice(-120)).map(part => part.shown)}</span>
					<span class="quiet numbers"> {decimal(hypothesis.score)}</span>
				</li>
			))}
		</ol>
	);
}

interface StepperProps {
	name: string;
	count: number;
	current: number;
	onChange(index: number): void;
}

/** Which of several continuations shows. */
function Stepper({name, count: all, current, onChange}: StepperProps) {
	return (
		<span class="stepper">
			<button
				type="button"
				class="link"
				disabled={current === 0}
				aria-label={t('strategies_previous', name)}
				onClick={() => onChange(current - 1)}
			>
				‹
			</button>
			{t('strategies_text_of', count(current + 1), count(all))}
			<button
				type="button"
				class="link"
				disabled={current >= all - 1}
				aria-label={t('strategies_next', name)}
				onClick={() => onChange(current + 1)}
			>
				›
			</button>
		</span>
	);
}
