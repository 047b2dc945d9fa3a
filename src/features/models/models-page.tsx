import {type Signal, useSignal} from '@preact/signals';
import {Fragment} from 'preact';
import {useEffect} from 'preact/hooks';
import {details, language, t} from '../../client/browser/i18n.ts';
import type {LibraryWatch} from '../../client/watch-library.ts';
import type {LibraryState} from '../../protocol/values/models.ts';
import {ErrorNote} from '../../ui/components/error-note.tsx';
import {bytes, count, percent} from '../../ui/format.ts';
import {Answer} from './answer.tsx';
import {type CatalogueEntry, catalogueFor} from './catalogue.ts';
import {DownloadRow} from './download-row.tsx';
import {FromDisk} from './from-disk.tsx';
import type {HubSettingsStore} from './hub-settings.ts';
import {HubSettingsForm} from './hub-settings-form.tsx';
import {ANY_REPOSITORY, type Shelf} from './shelf.ts';
import {StoredRow} from './stored-row.tsx';

interface Props {
	library: LibraryWatch;
	shelf: Shelf;
	settings: HubSettingsStore;
}

/** The models that are here, those that can be had, and where they come from. */
export function ModelsPage({library, shelf, settings}: Props) {
	const state = library.state.value;
	const isThere = state !== null;
	// What an address points at has its place once the models that are here are listed above it.
	useEffect(() => {
		if (isThere && location.hash) document.getElementById(location.hash.slice(1))?.scrollIntoView?.();
	}, [isThere]);
	return (
		<div class="models">
			<header>
				<h1>{t('models_title')}</h1>
				<p class="lead quiet">{t('models_lead')}</p>
			</header>
			<main>
				{library.error.value && !state && <ErrorNote message={library.error.value.message} />}
				<Stored state={state} shelf={shelf} />
				<section aria-labelledby="more-title">
					<h2 id="more-title">{t('models_more')}</h2>
					{catalogueFor(language()).map(({title, entries}) => (
						<Fragment key={title}>
							<h3 id={title}>{t(title)}</h3>
							<ul class="catalogue" aria-labelledby={title}>
								{entries.map(entry => (
									<CatalogueRow key={entry.repo} entry={entry} state={state} shelf={shelf} />
								))}
							</ul>
						</Fragment>
					))}
					<AnyRepository shelf={shelf} />
					<FromDisk shelf={shelf} />
				</section>
				<HubSettingsForm store={settings} />
			</main>
		</div>
	);
}

function Stored({state, shelf}: {state: LibraryState | null; shelf: Shelf}) {
	return (
		<section aria-labelledby="here-title">
			<h2 id="here-title">{t('models_here')}</h2>
			{state ? (
				<>
					<ul class="stored">
						{state.models.map(model => (
							<StoredRow key={model.id} model={model} active={state.active === model.id} shelf={shelf} />
						))}
						{state.downloads.map(download => (
							<DownloadRow key={download.id} download={download} shelf={shelf} />
						))}
					</ul>
					<p class="quiet small numbers">
						{t('models_storage', {used: bytes(state.storage.used), quota: bytes(state.storage.quota)})}
					</p>
				</>
			) : (
				<p class="quiet">{t('common_progress_waiting')}</p>
			)}
		</section>
	);
}

function CatalogueRow({entry, state, shelf}: {entry: CatalogueEntry; state: LibraryState | null; shelf: Shelf}) {
	const {repo, parameters, download, stored, memory, contextLength, licence, languages, about} = entry;
	return (
		<li class="model-row">
			<div>
				<b class="mono">{repo}</b>
				<p>{t(about)}</p>
				<p class="quiet small numbers">
					{t('models_sizes', {download: bytes(download), stored: bytes(stored), memory: bytes(memory)})}
					<br />
					{details(
						t('models_parameters', {parameters: count(parameters)}),
						t('models_context', {contextLength: count(contextLength)}),
						languages === null ? t('models_english') : t('models_languages', {languages}),
						licence,
					)}
				</p>
			</div>
			{(entry.revisions ?? [MAIN]).map(revision => (
				<Get key={revision} repo={repo} revision={revision} state={state} shelf={shelf} />
			))}
			<Answer at={repo} shelf={shelf} />
		</li>
	);
}

/** A revision that is not here yet has a button. */
const MAIN = 'main';

function Get(props: {repo: string; revision: string; state: LibraryState | null; shelf: Shelf}) {
	const {repo, revision, state, shelf} = props;
	const isMain = revision === MAIN;
	const name = isMain ? repo : `${repo} ${revision}`;
	const isHere = state?.models.some(
		({source, damaged}) =>
			source.kind === 'hub' && source.repo === repo && (isMain || source.revision === revision) && !damaged,
	);
	const coming = state?.downloads.find(one => one.repo === repo && (isMain || one.revision === revision));
	if (isHere) return <span class="quiet">{isMain ? t('models_is_here') : details(revision, t('models_is_here'))}</span>;
	if (coming) {
		return (
			<span class="quiet numbers">
				{t('models_comes', {done: percent(coming.total > 0 ? coming.done / coming.total : 0)})}
			</span>
		);
	}

	return (
		<button
			type="button"
			class="button"
			aria-label={t('models_download_named', {name})}
			onClick={() => void shelf.inspect(repo, repo, revision)}
		>
			{isMain ? t('models_download') : revision}
		</button>
	);
}

/** Any other repository of the Hub. */
function AnyRepository({shelf}: {shelf: Shelf}) {
	const repo = useSignal('');
	const revision = useSignal('');
	return (
		<form
			class="any-repository"
			onSubmit={event => {
				event.preventDefault();
				if (repo.value.trim() !== '')
					void shelf.inspect(ANY_REPOSITORY, repo.value.trim(), revision.value.trim() || 'main');
			}}
		>
			<NameField label={t('models_repository')} placeholder="openai-community/gpt2" value={repo} />
			<NameField label={t('models_revision')} placeholder="main" value={revision} />
			<button type="submit" class="button">
				{t('models_look')}
			</button>
			<p class="quiet small">{t('models_repository_help')}</p>
			<Answer at={ANY_REPOSITORY} shelf={shelf} />
		</form>
	);
}

function NameField({label, placeholder, value}: {label: string; placeholder: string; value: Signal<string>}) {
	return (
		<label>
			{label}
			<input
				class="field mono"
				type="text"
				spellcheck={false}
				autocomplete="off"
				placeholder={placeholder}
				value={value.value}
				onInput={event => {
					value.value = event.currentTarget.value;
				}}
			/>
		</label>
	);
}
