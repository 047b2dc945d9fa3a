import {language, t} from '../../client/browser/i18n.ts';
import type {LibraryWatch} from '../../client/watch-library.ts';
import {bytes} from '../../ui/format.ts';
import {Answer} from '../models/answer.tsx';
import {firstFor} from '../models/catalogue.ts';
import {DownloadRow} from '../models/download-row.tsx';
import type {HubSettingsStore} from '../models/hub-settings.ts';
import type {Shelf} from '../models/shelf.ts';

/** The one download that is recommended: the catalogue's first. */
const {repo, name, download, stored} = firstFor(language());

interface Props {
	library: LibraryWatch;
	shelf: Shelf;
	hub: HubSettingsStore;
}

/** What is fetched and what is kept, what the browser will ask, and how far it is. */
export function Recommended({library, shelf, hub}: Props) {
	const state = library.state.value;
	const here = state?.models.find(({source, damaged}) => source.kind === 'hub' && source.repo === repo && !damaged);
	const coming = state?.downloads.find(one => one.repo === repo);
	return (
		<section>
			<h2>{t('welcome_first', {name})}</h2>
			<div class="kept-of" aria-hidden="true">
				<i style={`--kept: ${stored / download}`} />
			</div>
			<p class="kept-words small numbers">
				<b>{t('welcome_kept', {stored: bytes(stored)})}</b>
				<span class="quiet">{t('welcome_downloaded', {download: bytes(download)})}</span>
			</p>
			{here ? (
				<p>
					{state?.active === here.id ? (
						t('welcome_answers', {name})
					) : (
						<button type="button" class="button" onClick={() => void shelf.choose(here.id)}>
							{t('welcome_use', {name})}
						</button>
					)}
				</p>
			) : coming ? (
				<ul>
					<DownloadRow download={coming} shelf={shelf} />
				</ul>
			) : (
				<div class="get">
					<button
						type="button"
						class="button"
						aria-label={t('models_download_named', {name: repo})}
						disabled={shelf.asking.value !== null}
						onClick={() => void shelf.inspect(repo, repo)}
					>
						{t('models_download')}
					</button>
					<p>{t('welcome_browser_asks', {host: new URL(hub.settings.value.address).host})}</p>
				</div>
			)}
			<Answer at={repo} shelf={shelf} />
		</section>
	);
}
