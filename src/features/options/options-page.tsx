import {useSignal} from '@preact/signals';
import {useEffect} from 'preact/hooks';
import {refusalText} from '../../client/browser/error-text.ts';
import {enumeration, t, tn} from '../../client/browser/i18n.ts';
import {openDesk, openModels} from '../../client/browser/tabs.ts';
import {GROUPS, type GroupName} from '../../client/settings/parameters.ts';
import {applyPreset, isPreset, OPTION_PRESETS} from '../../client/settings/presets.ts';
import type {SettingName} from '../../client/settings/settings.ts';
import type {SettingsStore} from '../../client/settings/storage.ts';
import {conflictsOf} from '../../engine/parameters/strategies.ts';
import {ErrorNote} from '../../ui/components/error-note.tsx';
import {huggingFaceName, presetText} from '../../ui/parameters.ts';
import {DistributionPreview} from './distribution-preview.tsx';
import type {Editor} from './editor.ts';
import {ParameterGroup} from './parameter-group.tsx';
import {PresetPicture} from './preset-picture.tsx';
import type {PresetPictures} from './preset-pictures.ts';
import type {Preview} from './preview.ts';
import {SettingsFile} from './settings-file.tsx';
import './presets.css';

interface Props {
	store: SettingsStore;
	editor: Editor;
	preview: Preview;
	pictures: PresetPictures;
}

const GROUP_NAMES = Object.keys(GROUPS) as GroupName[];

/** Every setting with its effect on the distribution, beside a distribution that follows it. */
export function OptionsPage({store, editor, preview, pictures}: Props) {
	const search = useSignal('');
	const shown = GROUP_NAMES.flatMap(group => {
		const names = GROUPS[group].filter(name => matches(name, search.value));
		return names.length > 0 ? [{group, names}] : [];
	});
	return (
		<div class="options">
			<header>
				<h1>{t('options_title')}</h1>
				<p class="lead quiet">{t('options_lead')}</p>
				<button type="button" class="link" onClick={() => void openModels()}>
					{t('options_models')}
				</button>{' '}
				<button type="button" class="link" onClick={() => void openDesk()}>
					{t('desk_open_link')}
				</button>
				<div class="find-setting">
					<label for="find-setting">{t('options_search')}</label>
					<input
						id="find-setting"
						class="field"
						type="search"
						spellcheck={false}
						autocomplete="off"
						placeholder={t('options_search_example')}
						value={search.value}
						onInput={event => {
							search.value = event.currentTarget.value;
						}}
					/>
					<span class="quiet small" role="status">
						{search.value !== '' &&
							tn(
								'options_search_found',
								shown.reduce((sum, {names}) => sum + names.length, 0),
							)}
					</span>
				</div>
			</header>
			<main>
				<StoredProblems store={store} />
				{search.value === '' && <Presets editor={editor} preview={preview} pictures={pictures} />}
				{shown.map(({group, names}) => (
					<ParameterGroup key={group} group={group} names={names} editor={editor} isSearched={search.value !== ''} />
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

/** Whether a search finds a setting, by its name here, its name in Hugging Face or its explanation. */
function matches(name: SettingName, search: string): boolean {
	const words = search.toLowerCase().split(/\s+/);
	const texts = [name, huggingFaceName(name) ?? '', t(`options_${name}`), t(`options_${name}_help`)];
	const text = texts.join(' ').toLowerCase();
	return words.every(word => text.includes(word));
}

function StoredProblems({store}: {store: SettingsStore}) {
	const problems = store.problems.value;
	if (problems.length === 0) return null;
	return (
		<ErrorNote message={t('options_load_failed', {refusal: refusalText(problems.flatMap(({refusals}) => refusals))})} />
	);
}

function Presets({editor, preview, pictures}: Pick<Props, 'editor' | 'preview' | 'pictures'>) {
	const settings = editor.draft.value.values;
	const asked = preview.result.value?.params;
	useEffect(() => {
		if (asked) pictures.follow(asked.prompt.text, asked.generation);
	}, [asked, pictures]);
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
						aria-pressed={isPreset(settings, preset)}
						onClick={() => editor.replace(applyPreset(settings, preset))}
					>
						<PresetPicture preset={preset} answer={pictures.answers.value.get(preset)} />
						<b>{t(`options_preset_${preset}`)}</b>
						<span>{presetText(preset)}</span>
					</button>
				))}
			</div>
			<p class="quiet small">{t('options_presets_picture')}</p>
		</section>
	);
}

/** Whether everything is saved, and if not, why. */
function SaveState({store, editor}: {store: SettingsStore; editor: Editor}) {
	const {problems, draft} = editor;
	const failed = store.saveError.value;
	const conflicts = conflictsOf(draft.value.values).map(({parameter}) => t(`options_${parameter}`));
	const first = problems.value.keys().next().value;
	const state =
		conflicts.length > 0
			? t('options_unsaved_conflict', {enumeration: enumeration([...new Set(conflicts)])})
			: problems.value.size > 0
				? t('options_unsaved_field')
				: failed
					? null
					: t('options_saved');
	return (
		<div class="save-state">
			{failed && <ErrorNote message={refusalText(failed.refusals)} />}
			<p role="status" class={problems.value.size > 0 ? 'bad' : 'quiet'}>
				{state}
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

function show(name: SettingName) {
	const parameter = document.querySelector(`[data-parameter="${name}"]`);
	for (let fold = parameter?.closest('details'); fold; fold = fold.parentElement?.closest('details')) fold.open = true;
	parameter?.scrollIntoView({block: 'center'});
	parameter?.querySelector<HTMLElement>('input, textarea')?.focus({preventScroll: true});
}
