import {refusalText} from '../../client/browser/error-text.ts';
import {details, t, tn} from '../../client/browser/i18n.ts';
import type {Offer} from '../../protocol/values/models.ts';
import {ErrorNote} from '../../ui/components/error-note.tsx';
import {bytes, count} from '../../ui/format.ts';
import type {Shelf} from './shelf.ts';
import {takeFocus} from './take-focus.ts';

/** The files that would be fetched, their source and size, and whether they fit; nothing is fetched before a click. */
export function OfferCard({offer, shelf}: {offer: Offer; shelf: Shelf}) {
	const {repo, revision, commit, address, licence, files, download, stored, memory, refusal, present} = offer;
	return (
		<section class="offer answer" aria-labelledby="offer-title" tabIndex={-1} ref={takeFocus}>
			<h3 id="offer-title" class="mono">
				{repo}
			</h3>
			<dl class="sizes numbers">
				<dt>{t('models_offer_from')}</dt>
				<dd>{t('models_offer_place', {host: new URL(address).host, revision, commit: commit.slice(0, 12)})}</dd>
				<dt>{t('models_offer_licence')}</dt>
				<dd>{licence ?? t('models_licence_unknown')}</dd>
				<dt>{t('models_offer_model')}</dt>
				<dd>
					{details(
						offer.parameters !== null && t('models_parameters', {parameters: count(offer.parameters)}),
						tn('popup_classes_count', offer.vocabSize),
						t('models_context', {contextLength: count(offer.contextLength)}),
					)}
				</dd>
				<dt>{t('models_offer_fetched')}</dt>
				<dd>
					{bytes(download)}
					<ul class="small quiet">
						{files.map(({path, size}) => (
							<li key={path}>
								<span class="mono">{path}</span> {bytes(size)}
							</li>
						))}
					</ul>
				</dd>
				<dt>{t('models_offer_kept')}</dt>
				<dd>
					{t('models_kept_of', {
						stored: bytes(stored),
						max: bytes(Math.max(0, offer.storage.quota - offer.storage.used)),
					})}
				</dd>
				<dt>{t('models_offer_memory')}</dt>
				<dd>{t('models_memory_of', {memory: bytes(memory), memoryLimit: bytes(offer.memoryLimit)})}</dd>
			</dl>
			{refusal && <ErrorNote message={refusalText([refusal])} />}
			{present && <p>{t('models_is_here')}</p>}
			<div class="buttons">
				<button
					type="button"
					class="button go"
					disabled={refusal !== null || present}
					onClick={() => void shelf.take()}
				>
					{t('models_take', {download: bytes(download)})}
				</button>
				<button type="button" class="button" onClick={shelf.dismiss}>
					{t('models_cancel')}
				</button>
			</div>
		</section>
	);
}
