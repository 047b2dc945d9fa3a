import {conflictsOf, strategyOf} from '../parameters/strategies.ts';
import {GROUPS, type GroupName, settingsOf, type ValueName} from '../settings/parameters.ts';
import {applyPreset, isPreset, OPTION_PRESETS} from '../settings/presets.ts';
import type {SettingsStore} from '../settings/storage.ts';
import {ErrorNote} from '../ui/components/error-note.tsx';
import {ParameterControl} from '../ui/components/parameter-control.tsx';
import {t} from '../ui/i18n.ts';
import {presetText} from '../ui/parameters.ts';
import {DistributionPreview} from './distribution-preview.tsx';
import type {Editor} from './editor.ts';
import type {Preview} from './preview.ts';
import {SettingsFile} from './settings-file.tsx';

interface Props {
	store: SettingsStore;
	editor: Editor;
	preview: Preview;
}

const GROUP_NAMES = Object.keys(GROUPS) as GroupName[];

/** Everything a person can set, each with what it does to the distribution, beside a distribution that shows it. */
export function OptionsPage({store, editor, preview}: Props) {
	return (
		<div class="options">
			<header>
				<h1>{t('options_title')}</h1>
				<p class="lead quiet">{t('options_lead')}</p>
				<nav aria-label={t('options_nav')}>
					{GROUP_NAMES.map(group => (
						<a key={group} href={`#${group}`}>
							{t(`options_group_${group}`)}
						</a>
					))}
				</nav>
			</header>
			<main>
				<StoredProblems store={store} />
				<Presets editor={editor} />
				{GROUP_NAMES.map(group => (
					<Group key={group} group={group} editor={editor} />
				))}
				<SettingsFile editor={editor} />
			</main>
			<aside>
				<SaveState store={store} editor={editor} />
				<DistributionPreview editor={editor} preview={preview} />
			</aside>
		</div>
	);
}

function StoredProblems({store}: {store: SettingsStore}) {
	const problems = store.problems.value;
	if (problems.length === 0) return null;
	return <ErrorNote message={t('options_load_failed', problems.map(({message}) => message).join(' '))} />;
}

function Presets({editor}: {editor: Editor}) {
	const settings = settingsOf(editor.draft.value.values);
	return (
		<section class="group" aria-labelledby="presets-title">
			<h2 id="presets-title">{t('options_presets')}</h2>
			<p class="quiet small">{t('options_presets_help')}</p>
			<div class="presets">
				{OPTION_PRESETS.map(preset => (
					<button
						key={preset}
						type="button"
						class="preset"
						aria-pressed={isPreset(settings.generation, preset)}
						onClick={() => editor.replace({...settings, generation: applyPreset(settings.generation, preset)})}
					>
						<b>{t(`options_preset_${preset}`)}</b>
						<span>{presetText(preset)}</span>
					</button>
				))}
			</div>
		</section>
	);
}

/** Whether what stands here is saved, and why not where it is not. */
function SaveState({store, editor}: {store: SettingsStore; editor: Editor}) {
	const {problems, draft} = editor;
	const failed = store.saveError.value;
	const conflicts = conflictsOf(draft.value.values).map(({parameter}) => t(`options_${parameter}`));
	const first = problems.value.keys().next().value;
	const said =
		conflicts.length > 0
			? t('options_unsaved_conflict', [...new Set(conflicts)].join(', '))
			: problems.value.size > 0
				? t('options_unsaved_field')
				: failed
					? null
					: t('options_saved');
	return (
		<div class="save-state">
			{failed && <ErrorNote message={failed.message} />}
			<p role="status" class={problems.value.size > 0 ? 'bad' : 'quiet'}>
				{said}
			</p>
			{first && (
				<button type="button" class="link" onClick={() => show(first)}>
					{t('options_show_problem')}
				</button>
			)}
			{editor.canUndo.value && (
				<button type="button" class="link" onClick={editor.undo}>
					{t('options_undo')}
				</button>
			)}
		</div>
	);
}

function show(name: ValueName) {
	const parameter = document.querySelector(`[data-parameter="${name}"]`);
	parameter?.scrollIntoView({block: 'center'});
	parameter?.querySelector<HTMLElement>('input, textarea')?.focus({preventScroll: true});
}

/** Which strategy the parameters ask for together. */
function StrategyNow({editor}: {editor: Editor}) {
	const strategy = t(STRATEGY_NAMES[strategyOf(editor.good.value.generation)]);
	return <p class="small">{t('options_strategy_now', strategy)}</p>;
}

const STRATEGY_NAMES = {
	greedy: 'options_strategy_greedy',
	sampling: 'options_strategy_sampling',
	beam: 'options_strategy_beam',
	'beam-sampling': 'options_strategy_beam_sampling',
	'diverse-beam': 'options_strategy_diverse_beam',
	contrastive: 'options_strategy_contrastive',
	speculative: 'options_strategy_speculative',
} as const;

function Group({group, editor}: {group: GroupName; editor: Editor}) {
	return (
		<section class="group" id={group} aria-labelledby={`${group}-title`}>
			<h2 id={`${group}-title`}>{t(`options_group_${group}`)}</h2>
			<p class="quiet small">{t(`options_group_${group}_help`)}</p>
			{group === 'strategy' && <StrategyNow editor={editor} />}
			{GROUPS[group].map((name: ValueName) => (
				<ParameterControl
					key={name}
					name={name}
					draft={editor.draft.value}
					problems={editor.problems.value.get(name) ?? []}
					onChange={editor.edit}
					onSettle={editor.settle}
				/>
			))}
		</section>
	);
}
