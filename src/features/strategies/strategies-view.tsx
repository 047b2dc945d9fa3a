import {enumeration, t} from '../../client/browser/i18n.ts';
import {STRATEGY_PRESETS} from '../../client/settings/presets.ts';
import {SurpriseLegend} from '../../ui/components/legend.tsx';
import {count} from '../../ui/format.ts';
import {presetText} from '../../ui/parameters.ts';
import '../../ui/parameters.css';
import {fullName} from '../prompt/model-name.ts';
import type {Workspace} from '../prompt/workspace.ts';
import {BranchPanel} from './branch-panel.tsx';
import {Comparison} from './comparison.tsx';
import {namesOf, type StrategyRuns} from './runs.ts';
import type {StrategiesStore} from './store.ts';
import './strategies.css';
import {StrategyCard} from './strategy-card.tsx';

/** Strategies side by side on one prompt, each token of each open to the question why, and to another choice. */
export function StrategiesView({app, strategies}: {app: Workspace; strategies: StrategiesStore}) {
	const {runs, branches} = strategies;
	const picks = runs.picks.value;
	const names = namesOf(picks);
	const compared = picks.flatMap(({id, run}) =>
		run?.answer && run.promptKey === app.prompt.key.value
			? [{name: names.get(id)!, answer: run.answer, shown: run.shown}]
			: [],
	);
	const tree = branches.tree.value;
	const info = app.model.value;
	return (
		<section class="strategies" aria-label={t('strategies_title')}>
			<Presets runs={runs} />
			<RunBar runs={runs} names={names} ready={app.ready.value} />
			{compared.length > 0 && <Comparison compared={compared} />}
			<div class="cards">
				{picks.map(pick => (
					<StrategyCard key={pick.id} app={app} strategies={strategies} pick={pick} name={names.get(pick.id)!} />
				))}
			</div>
			{tree && <BranchPanel engine={app.engine} branches={branches} tree={tree} model={info ? fullName(info) : ''} />}
		</section>
	);
}

/** Which strategies are compared. */
function Presets({runs}: {runs: StrategyRuns}) {
	const picked = new Set(runs.picks.value.map(({preset}) => preset));
	return (
		<fieldset class="buttons preset-chips">
			<legend class="quiet small">{t('strategies_pick')}</legend>
			{STRATEGY_PRESETS.map(preset => (
				<label key={preset} class="button" title={presetText(preset)}>
					<input type="checkbox" checked={picked.has(preset)} onChange={() => runs.toggle(preset)} />
					{t(`options_preset_${preset}`)}
				</label>
			))}
		</fieldset>
	);
}

interface RunBarProps {
	runs: StrategyRuns;
	names: ReadonlyMap<number, string>;
	/** Whether the prompt is known that the page opens on. */
	ready: boolean;
}

function RunBar({runs, names, ready}: RunBarProps) {
	const running = runs.running.value;
	const all = runs.picks.value;
	const done = all.filter(({run}) => run?.status === 'done' || run?.status === 'failed').length;
	const now = all.filter(({run}) => run?.status === 'running').flatMap(({id}) => names.get(id) ?? []);
	return (
		<div class="bar-line">
			<span class="buttons">
				<button type="button" class="button go" disabled={running || !ready || all.length === 0} onClick={runs.start}>
					{t('strategies_run')}
				</button>
				<button type="button" class="button" disabled={!running} onClick={runs.stop}>
					{t('strategies_stop')}
				</button>
			</span>
			<p class="numbers" role="status">
				{running && t('strategies_progress', {done: count(done), all: count(all.length), now: enumeration(now)})}
				{all.length === 0 && t('strategies_none')}
			</p>
			<SurpriseLegend />
		</div>
	);
}
