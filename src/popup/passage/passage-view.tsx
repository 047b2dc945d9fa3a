import {t} from '../../ui/i18n.ts';
import type {App} from '../app.ts';

/** The passage's numbers. */
export function PassageView(_: {app: App}) {
	return <p class="quiet">{t('popup_view_absent')}</p>;
}
