import {t} from '../../client/browser/i18n.ts';
import {ErrorNote} from '../../ui/components/error-note.tsx';
import {OfferCard} from './offer-card.tsx';
import type {Shelf} from './shelf.ts';

/** What a click led to, under its own button: the page is long, and what is said at its top is not seen at its end. */
export function Answer({at, shelf}: {at: string; shelf: Shelf}) {
	const [asking, offer, error] = [shelf.asking.value, shelf.offer.value, shelf.error.value];
	return (
		<>
			{error?.at === at && (
				<div class="answer" ref={show}>
					<ErrorNote message={error.what} action={{label: t('common_dismiss'), run: shelf.dismiss}} />
				</div>
			)}
			{asking?.at === at && (
				<p class="answer quiet" role="status">
					{t('models_asking', {what: asking.what})}{' '}
					<button type="button" class="button" onClick={shelf.dismiss}>
						{t('models_cancel')}
					</button>
				</p>
			)}
			{offer?.at === at && <OfferCard offer={offer.what} shelf={shelf} />}
		</>
	);
}

const show = (element: HTMLElement | null) => element?.scrollIntoView({block: 'nearest'});
