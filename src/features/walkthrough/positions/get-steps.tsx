import {useMemo} from 'preact/hooks';
import {refusalText} from '../../../client/browser/error-text.ts';
import {details, t} from '../../../client/browser/i18n.ts';
import type {Engine} from '../../../client/query.ts';
import type {LibraryState} from '../../../protocol/values/models.ts';
import {ErrorNote} from '../../../ui/components/error-note.tsx';
import {bytes, percent} from '../../../ui/format.ts';
import {openHubSettings} from '../../models/hub-settings.ts';
import {createShelf} from '../../models/shelf.ts';
import {bestSeries} from './kept-steps.ts';

/** The steps of a training that can be had, one click each; nothing where all of them are here. */
export function GetSteps({engine, state}: {engine: Engine; state: LibraryState}) {
	const shelf = useMemo(() => createShelf(engine, openHubSettings()), [engine]);
	const {entry, missing} = bestSeries(state.models.filter(({damaged}) => !damaged));
	const {repo, download, memory} = entry;
	if (missing.length === 0) return null;
	const refusal = shelf.offer.value?.what.refusal;
	const said = shelf.error.value?.what ?? (refusal ? refusalText([refusal]) : null);
	return (
		<div class="get-steps">
			<p class="small quiet">{t('walk_learning_few', {repo, memory: bytes(memory)})}</p>
			{missing.map(revision => {
				const coming = state.downloads.find(one => one.repo === repo && one.revision === revision);
				if (coming?.phase === 'failed')
					return (
						<ErrorNote
							key={revision}
							message={refusalText(coming.refusals ?? [])}
							action={{label: t('models_resume'), run: () => void shelf.resume(coming.id)}}
						/>
					);
				return coming ? (
					<p key={revision} class="small numbers" role="status">
						{t('walk_learning_coming', {revision, done: percent(coming.total > 0 ? coming.done / coming.total : 0)})}
					</p>
				) : (
					<button
						key={revision}
						type="button"
						class="button"
						disabled={shelf.asking.value !== null}
						aria-label={details(t('walk_learning_get', {revision, download: bytes(download)}), repo)}
						onClick={() => void shelf.get(repo, repo, revision)}
					>
						{t('walk_learning_get', {revision, download: bytes(download)})}
					</button>
				);
			})}
			{said !== null && <ErrorNote message={said} action={{label: t('common_dismiss'), run: shelf.dismiss}} />}
		</div>
	);
}
