import {useSignal} from '@preact/signals';
import {STRATEGY_PRESETS} from '../../../settings/presets.ts';
import {SurpriseLegend} from '../../../ui/components/legend.tsx';
import {count} from '../../../ui/format.ts';
import {enumeration, t} from '../../../ui/i18n.ts';
import {presetText} from '../../../ui/parameters.ts';
import '../../../ui/parameters.css';
import type {App} from '../../app.ts';
import {fullName} from '../../state/model-name.ts';
import {BranchPanel} from './branch-panel.tsx';
import {Comparison} from './comparison.tsx';
import {namesOf} from './names.ts';
import type {StrategyPick, StrategyRun} from './runs.ts';
import './strategies.css';
import {StrategyCard} from './strategy-card.tsx';
import {TokenPanel} from './token-panel.tsx';

/** Strategies side by side on one prompt, each token of each open to the question why, and to another choice. */
export function StrategiesView({app}: {app: App}) {
	const {runs, branches} = app.strategies;
	const picks = runs.picks.value;
	const names = namesOf(picks);
	const shown = useSignal<ReadonlyMap<number, number>>(new Map());
	const key = app.prompt.key.value;
	const current = (run: StrategyRun | undefined) => run?.promptKey === key;
	const continuationOf = (pick: number) => shown.value.get(pick) ?? 0;
	const compared = picks.flatMap(pick => {
		const run = runs.runs.value.get(pick.id);
		if (!run || !current(run) || run.status !== 'done') return [];
		return [{name: names.get(pick.id)!, run, continuation: continuationOf(pick.id)}];
	});
	const tree = branches.tree.value;
	const info = app.model.value;
	return (
		<section class="strategies" aria-label={t('strategies_title')}>
			<Presets app={app} />
			<RunBar app={app} names={names} />
			{compared.length > 0 && <Comparison compared={compared} />}
			<div class="cards">
				{picks.map(pick => (
					<Card
						key={pick.id}
						app={app}
						pick={pick}
						name={names.get(pick.id)!}
						current={current(runs.runs.value.get(pick.id))}
						continuation={continuationOf(pick.id)}
						onContinuation={index => {
							shown.value = new Map(shown.value).set(pick.id, index);
						}}
					/>
				))}
			</div>
			{tree && <BranchPanel engine={app.engine} branches={branches} tree={tree} model={info ? fullName(info) : ''} />}
		</section>
	);
}

/** Which strategies are compared. */
function Presets({app}: {app: App}) {
	const {runs} = app.strategies;
	const picked = new Set(runs.picks.value.map(({preset}) => preset));
	return (
		<fieldset class="preset-chips">
			<legend class="quiet small">{t('strategies_pick')}</legend>
			{STRATEGY_PRESETS.map(preset => (
				<label key={preset} title={presetText(preset)}>
					<input type="checkbox" checked={picked.has(preset)} onChange={() => runs.toggle(preset)} />
					{t(`options_preset_${preset}`)}
				</label>
			))}
		</fieldset>
	);
}

function RunBar({app, names}: {app: App; names: ReadonlyMap<number, string>}) {
	const {runs} = app.strategies;
	const running = runs.running.value;
	const all = runs.picks.value;
	const states = all.map(({id}) => runs.runs.value.get(id)?.status);
	const done = states.filter(status => status === 'done' || status === 'failed').length;
	const now = all.filter((_, index) => states[index] === 'running').flatMap(({id}) => names.get(id) ?? []);
	return (
		<div class="run-bar">
			<span class="buttons">
				<button type="button" class="button go" disabled={running || all.length === 0} onClick={runs.start}>
					{t('strategies_run')}
				</button>
				<button type="button" class="button" disabled={!running} onClick={runs.stop}>
					{t('strategies_stop')}
				</button>
			</span>
			<p class="quiet small numbers" role="status">
				{running && t('strategies_progress', count(done), count(all.length), enumeration(now))}
				{all.length === 0 && t('strategies_none')}
			</p>
			<SurpriseLegend />
		</div>
	);
}

interface CardProps {
	app: App;
	pick: StrategyPick;
	name: string;
	current: boolean;
	continuation: number;
	onContinuation(index: number): void;
}

function Card({app, pick, name, current, continuation, onContinuation}: CardProps) {
	const {runs, branches, token} = app.strategies;
	const run = current ? runs.runs.value.get(pick.id) : undefined;
	const at = token.value;
	const tokens = run?.continuations[continuation]?.tokens ?? [];
	const open =
		run?.status === 'done' && at?.pick === pick.id && at.continuation === continuation && at.index < tokens.length
			? at.index
			: null;
	const ids = tokens.map(({id}) => id);
	const root = run && {
		title: name,
		prompt: run.prompt,
		generation: run.generation,
		tokens,
		finishReason: run.continuations[continuation]?.finishReason ?? 'stopped',
	};
	const close = () => {
		token.value = null;
	};
	return (
		<StrategyCard
			runs={runs}
			pick={pick}
			name={name}
			current={current}
			continuation={continuation}
			onContinuation={onContinuation}
			openToken={open}
			onOpen={index => {
				token.value = index === open ? null : {pick: pick.id, continuation, index};
			}}
			onBranch={() => root && branches.open(root, null)}
		>
			{root && run && open !== null && (
				<TokenPanel
					key={open}
					engine={app.engine}
					token={tokens[open]}
					position={open + 1}
					prompt={run.prompt}
					generated={tokens.slice(0, open)}
					generation={run.generation}
					trace={run.trace && {trace: run.trace, ids}}
					onChoose={(row, answer) => {
						branches.open(root, null);
						branches.choose({branch: 0, index: open}, row, answer);
						close();
					}}
					onClose={close}
				/>
			)}
		</StrategyCard>
	);
}
